// sbom.test.mjs - `make sbom` names all that is linked, by version and hash.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { moduleFile, root } from '../lib/engines.mjs';

const text = () => execFileSync('node', ['scripts/sbom.mjs'], { cwd: root, encoding: 'utf8' });
const bom = JSON.parse(text());

test('every library that is built is in it, with the version and hash it is pinned to', () => {
  const folder = path.join(root, 'wasm/third_party');
  const built = readdirSync(folder).flatMap((name) => /^(.+)\.mk$/.exec(name)?.[1] ?? []);
  assert.ok(built.length >= 4, 'the libraries are no longer found');
  const names = bom.components.map(({ name }) => name);
  assert.deepEqual([...built, 'wasi-libc'].filter((name) => !names.includes(name)), []);
  const pins = readFileSync(path.join(folder, 'versions.txt'), 'utf8').split('\n').map((line) => line.split(/\s+/));
  for (const { name, version, hashes } of bom.components) {
    const pinned = pins.filter((pin) => pin[0] === name && pin[1] === version);
    assert.ok(pinned.some((pin) => pin[2] === hashes[0].content), `${name} ${version}`);
  }
  assert.deepEqual(bom.dependencies[0].dependsOn, bom.components.map((one) => one['bom-ref']));
});

test('the module has its hash, and the text is the same each time', () => {
  const sha256 = createHash('sha256').update(readFileSync(moduleFile)).digest('hex');
  assert.deepEqual(bom.metadata.component.hashes, [{ alg: 'SHA-256', content: sha256 }]);
  assert.deepEqual([bom.bomFormat, bom.specVersion], ['CycloneDX', '1.5']);
  assert.deepEqual(JSON.parse(text()), bom);
});
