// images.test.mjs - the pictures of docs/ show what the module does now. docs/memory.svg is
// left to `make docs-images`, because it streams 100 megapixels.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { images } from '../../scripts/docs-images/main.mjs';
import { makeThimble, root } from '../lib/engines.mjs';

for (const file of ['docs/options.svg', 'docs/result.svg']) {
  test(`${file} is as the module draws it now (make docs-images)`, async () => {
    const drawn = await images[file](await makeThimble());
    assert.equal(drawn, readFileSync(path.join(root, file), 'utf8'));
  });
}
