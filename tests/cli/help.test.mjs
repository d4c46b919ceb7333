// What the command says of itself: --help, the manual page and docs/command.md name the same flags,
// those there are; and `make install` puts the command and its page in place.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { nativeProgram, root, run } from '../lib/engines.mjs';

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const flagsIn = (text) => [...new Set(text.match(/(?<![\w-])--[a-z]+\b/g))].sort();
const known = [...read('wasm/cli/arguments.c').matchAll(/\{"(--[a-z]+)"/g)]
  .map(([, flag]) => flag)
  .sort();
const help = (await run(nativeProgram, ['--help'])).stdout.toString();

test('--help, the manual page and the document name every flag and no other', () => {
  assert.ok(known.length > 10);
  assert.deepEqual(flagsIn(help), known);
  assert.deepEqual(flagsIn(read('wasm/cli/thimble.1').replace(/\\f./g, '').replaceAll('\\-', '-')), known);
  const page = read('docs/command.md').replace(/--(dir|env|mount)\b/g, '');
  assert.deepEqual(flagsIn(page), known);
});

test('--help fits a terminal', () => {
  for (const line of help.split('\n')) assert.ok(line.length <= 90, line);
});

test('--version is that of package.json', async () => {
  const { stdout } = await run(nativeProgram, ['--version']);
  assert.equal(`${stdout}`, `thimble ${JSON.parse(read('package.json')).version}\n`);
});

test('make install', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-install-'));
  try {
    const where = [`DESTDIR=${folder}`, 'PREFIX=/opt/thimble'];
    execFileSync('make', ['--no-print-directory', 'install', ...where], { cwd: root });
    const installed = path.join(folder, 'opt/thimble/bin/thimble');
    assert.equal((await run(installed, ['--version'])).code, 0);
    await access(path.join(folder, 'opt/thimble/share/man/man1/thimble.1'));
  } finally {
    await rm(folder, { recursive: true });
  }
});
