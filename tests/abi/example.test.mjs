// The example of docs/abi.md is run as it stands there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { createThimble } from '../../worker/resizer/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { root, thimbleModule } from '../lib/engines.mjs';

test('the whole host of docs/abi.md makes the same bytes as worker/resizer/resizer.js', async () => {
  const text = await readFile(path.join(root, 'docs/abi.md'), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(text)[1];
  const resize = new Function(`${code}; return resize;`)();
  const module = await thimbleModule();
  const thimble = createThimble(module);
  for (const name of ['photo.jpg', 'alpha.png', 'photo.webp']) {
    const input = await sampleBytes(name);
    const expected = await thimble.resize(input, 'w=50&f=webp');
    assert.deepEqual(
      Buffer.concat(resize(module, 'w=50&f=webp', input)),
      Buffer.from(expected.bytes),
      name,
    );
  }
  assert.throws(() => resize(module, 'w=50', new Uint8Array(0)), /status -/);
});

test('docs/abi.md names every export', async () => {
  const text = await readFile(path.join(root, 'docs/abi.md'), 'utf8');
  for (const { name } of WebAssembly.Module.exports(await thimbleModule())) {
    assert.ok(text.includes(`\`${name}`), name);
  }
});
