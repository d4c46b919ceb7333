// The module's face is a checked-in list: what it exports, and what it wants from a host.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { root, thimbleModule } from '../lib/engines.mjs';
import { makeInstance } from './instance.mjs';

async function golden(name) {
  const text = await readFile(path.join(root, 'wasm/exports', name), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .sort();
}

test('exports are those of exports.txt', async () => {
  const names = WebAssembly.Module.exports(await thimbleModule()).map(({ name }) => name);
  assert.deepEqual(names.sort(), await golden('exports.txt'));
});

test('imports are those of imports.txt, at most one', async () => {
  const imports = WebAssembly.Module.imports(await thimbleModule());
  assert.deepEqual(
    imports.map(({ module, name }) => `${module}.${name}`).sort(),
    await golden('imports.txt'),
  );
  assert.ok(imports.length <= 1);
});

test('the ABI is 1.x and its record has at least twelve fields', async () => {
  const instance = await makeInstance();
  assert.equal(instance.th_abi() >>> 16, 1);
  assert.ok(instance.info().bytes >= 48);
});

test('memory has a maximum: it cannot grow past 96 MiB', async () => {
  const { memory } = await makeInstance();
  assert.throws(() => memory.grow((96 << 20) / 65536));
});
