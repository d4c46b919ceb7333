// docs/javascript.md: its example runs, and every name it promises is there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { createThimble } from '../../worker/resizer/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { root, streamOf, thimbleModule } from '../lib/engines.mjs';

const text = await readFile(path.join(root, 'docs/javascript.md'), 'utf8');
const module = await thimbleModule();

test('the example runs as it stands there', async () => {
  const code = /```js\n([\s\S]*?)```/.exec(text)[1].replace(/^import .*$/m, '');
  const AsyncFunction = (async () => {}).constructor;
  const names = ['createThimble', 'loadModule', 'input', 'stream', 'console'];
  const run = new AsyncFunction(...names, `${code}; return { bytes, response };`);
  const printed = [];
  const photo = await sampleBytes('photo.jpg');
  const console = { log: (...values) => printed.push(...values) };
  const { bytes, response } = await run(createThimble, thimbleModule, photo, streamOf(photo, 5000), console);
  assert.deepEqual(printed, ['webp', 200, 150, bytes.length]);
  assert.ok((await response.arrayBuffer()).byteLength > 1000);
});

test('every method and every field of info is named', async () => {
  const thimble = createThimble(module);
  const { info } = await thimble.resize(await sampleBytes('alpha.png'), 'w=5');
  for (const name of Object.keys(thimble)) assert.ok(text.includes(`\`${name}(`), name);
  for (const name of Object.keys(info)) assert.ok(text.includes(`\`${name}\``), name);
});
