// planted.mjs - can the fuzz targets find anything? Plants each fault of planted-faults.mjs in a copy
// of the sources, builds the target that has it in reach and runs it over the seeds made by script:
// it must crash, and for the reason it should.
//
//     make fuzz-planted                        every fault; fails when one stays unfound
//     node tests/fuzz/planted.mjs job write    those of some targets (after make fuzz-build)
//     THIMBLE_FUZZ_SECONDS=120                 the longest that one may take, 60 by default
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../lib/engines.mjs';
import { faults } from './planted-faults.mjs';

const execute = promisify(execFile);
const SECONDS = process.env.THIMBLE_FUZZ_SECONDS ?? '60';

/** What a build of fuzz targets reads; what it made before is copied too, so that little is built. */
const COPIED = ['Makefile', 'scripts', 'src', 'tests/fuzz', 'tests/unit', 'wasm', 'build/fuzz'];
const LINKED = ['build/src', 'build/asan', 'build/native', 'build/wasm', 'build/.setup'];
const LEFT_OUT = /\/(node_modules|corpus|crash-[^/]*|fuzz_[^/.]*)$/;

async function makeTree(tree) {
  await fs.rm(tree, { recursive: true, force: true });
  for (const name of COPIED) {
    await fs.cp(path.join(root, name), path.join(tree, name), {
      recursive: true,
      preserveTimestamps: true,
      filter: (from) => !LEFT_OUT.test(from),
    });
  }
  for (const name of LINKED) await fs.symlink(path.join(root, name), path.join(tree, name));
}

/** Puts the fault's edits in place; returns what takes them out again. */
async function plant(tree, { fault, edits }) {
  const originals = new Map();
  for (const [name, from, to] of edits) {
    const file = path.join(tree, name);
    const text = await fs.readFile(file, 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${fault}: not once in ${name}: ${from}`);
    originals.set(file, originals.get(file) ?? text);
    await fs.writeFile(
      file,
      text.replace(from, () => to),
    );
  }
  return async () => {
    for (const [file, text] of originals) await fs.writeFile(file, text);
  };
}

/** The target's last words, "" when it found nothing. */
async function crashOf(tree, target) {
  const { MAKEFLAGS, ...env } = process.env;
  const options = { cwd: tree, env, maxBuffer: 64 << 20 };
  // A fault may leave a variable unused.
  await execute('make', ['-j1', 'warnings=-w', `build/fuzz/fuzz_${target}`], options);
  await fs.rm(path.join(tree, 'build/fuzz/corpus'), { recursive: true, force: true });
  try {
    await execute('scripts/fuzz', [target, SECONDS], options);
    return '';
  } catch (error) {
    return error.stderr;
  }
}

/** Tries one fault; true when it was found for the right reason. */
async function tryFault(tree, fault) {
  const mend = await plant(tree, fault);
  const started = Date.now();
  const said = await crashOf(tree, fault.target);
  await mend();
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  const words = fault.says.exec(said)?.[0];
  const executions = /number_of_executed_units: (\d+)/.exec(said)?.[1] ?? '?';
  const found = words
    ? `${words}, after ${executions} executions`
    : said
      ? 'OTHERWISE'
      : 'NOT FOUND';
  console.log(`${fault.target.padEnd(14)} ${fault.fault}: ${found} (${seconds} s)`);
  if (said && !words) console.log(/^.*(broken|ERROR): .*$/m.exec(said)?.[0] ?? said.slice(-2000));
  return words !== undefined;
}

const wanted = process.argv.slice(2);
const queue = faults.filter(({ target }) => wanted.length === 0 || wanted.includes(target));
const total = queue.length;
let found = 0;

async function work(number) {
  const tree = path.join(root, 'build/planted', String(number));
  await makeTree(tree);
  for (let fault = queue.shift(); fault; fault = queue.shift()) {
    if (await tryFault(tree, fault)) found++;
  }
  await fs.rm(tree, { recursive: true });
}

if (total === 0) throw new Error(`no faults for ${wanted.join(' ')}`);
await execute('node', ['tests/fuzz/seeds.mjs'], { cwd: root });
console.log(`${total} planted faults, at most ${SECONDS} s each`);
await Promise.all(Array.from({ length: os.availableParallelism() }, (_, i) => work(i)));
console.log(`${found} of ${total} found`);
process.exitCode = found === total ? 0 : 1;
