// engines.mjs - the command over many files in few processes, natively in scalar code and in each
// engine that runs it, and the module in Node: the same jobs, to be compared.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runners } from '../cli/runners.mjs';
import { root, run } from '../lib/engines.mjs';
import { makeHost } from './host.mjs';

/** @typedef {{ name: string, bytes: Buffer, query: string }} Task */
/**
 * @typedef {object} Outcome
 * @property {string} status
 * @property {string} message
 * @property {number} work
 * @property {Buffer} bytes what came out; of metadata, its JSON
 */

/** batch.h: so many failures inside libjpeg end a run in WebAssembly. */
const FATAL_MAX = 100;

const scalarProgram = path.join(root, 'build/native/thimble-scalar');
/** @type {{ name: string, skip: string | false, thimble: Function }} */
const scalar = {
  name: 'native, scalar',
  skip: false,
  thimble: (args, { folder }) => run(scalarProgram, args, undefined, { cwd: folder }),
};

/** Engines beside Node's that are here, or why not. */
export const secondEngines = runners.filter(({ name }) => /^wa/.test(name));

/** @param {Task[]} tasks @returns {Promise<Outcome[]>} */
export const runScalar = (tasks) => runCommand(scalar, tasks);

/** @param {Task[]} tasks @returns {Promise<Outcome[]>} */
export async function runInNode(tasks) {
  const host = await makeHost();
  const outcomes = [];
  for (const { bytes, query } of tasks) {
    const { status, message, bytes: out, info } = await host.resize(bytes, query);
    outcomes.push({ status, message, work: info.work, bytes: out });
  }
  return outcomes;
}

/**
 * @param {{ thimble: Function }} engine
 * @param {Task[]} tasks
 * @returns {Promise<Outcome[]>}
 */
export async function runCommand(engine, tasks) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const query of new Set(tasks.map((task) => task.query))) {
    const mine = tasks.flatMap((task, i) => (task.query === query ? [i] : []));
    for (let at = 0; at < mine.length; at += FATAL_MAX) {
      const batch = mine.slice(at, at + FATAL_MAX);
      const files = batch.map((i) => tasks[i].bytes);
      const results = await runBatch(engine, query, files);
      results.forEach((outcome, k) => (outcomes[batch[k]] = outcome));
    }
  }
  return outcomes;
}

async function runBatch(engine, query, files) {
  const parent = path.join(root, 'build/test');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(path.join(parent, 'differential-'));
  try {
    mkdirSync(path.join(folder, 'out'));
    files.forEach((bytes, i) => writeFileSync(path.join(folder, `${i}`), bytes));
    const names = files.map((_, i) => `${i}`);
    const args = [query, ...names, '-o', 'out', '--name', '{name}', '--json'];
    const { stdout, stderr, signal } = await engine.thimble(args, { folder });
    const lines = stdout.toString().trim().split('\n');
    if (lines.length !== files.length)
      throw new Error(`${lines.length} of ${files.length} results, signal ${signal}: ${stderr}`);
    return lines.map((line) => outcomeOf(JSON.parse(line), folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function outcomeOf({ status, message = '', work = 0, output, metadata }, folder) {
  const bytes = output
    ? readFileSync(path.join(folder, output))
    : Buffer.from(JSON.stringify(metadata ?? ''));
  return { status, message, work, bytes };
}

/**
 * What differs between two engines' outcomes of a task, or null.
 * @param {Outcome} a
 * @param {Outcome} b
 */
export function differenceOf(a, b) {
  if (a.status !== b.status || a.message !== b.message)
    return `${a.status} ${a.message} and ${b.status} ${b.message}`;
  if (a.status !== 'OK') return null;
  if (!a.bytes.equals(b.bytes)) return `${a.bytes.length} bytes and other ${b.bytes.length}`;
  return a.work === b.work ? null : `${a.work} and ${b.work} units of work`;
}
