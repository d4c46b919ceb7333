// long.mjs - the long run of tests/mutation, on all processors: every image that is not large, cut
// at every byte or at 500 places, bytes changed at 2000, all parts moved, all lengths lied about;
// every file judged; and a part of them through every engine. Says where it is, ends with a table,
// fails when a fault was found. The same seed, the same files.
//
//     node tests/mutation/long.mjs [SAMPLE ..]      make mutation S='jpeg/420.jpg png/icc-p3.png'
import { spawn } from 'node:child_process';
import os from 'node:os';
import { fileURLToPath } from 'node:url';
import { sampleBytes } from '../images/make-samples.mjs';
import { damagesOf } from './damages.mjs';
import { differenceOf, runCommand, runInNode, runScalar, secondEngines } from './engines.mjs';
import { allSubjects } from './subjects.mjs';
import { tryDamages } from './trial.mjs';

const AMOUNTS = { cuts: 500, flips: 2000, moves: 90 };
const ENGINE_AMOUNTS = { cuts: 40, flips: 160, moves: 20 };
const QUERIES = [
  'w=40&f=jpeg',
  'w=33&h=20&f=png',
  'h=50&f=webp&q=95',
  'w=25&h=70&fit=fill&lin=1&f=png',
];
const STATUSES = ['TRUNCATED', 'CORRUPT', 'UNSUPPORTED', 'TOO_LARGE'];
const PROGRESS_MS = 20_000;

/**
 * `engines`: outcomes that were compared with those of the native command.
 * @typedef {import('./trial.mjs').Tally & { engines: number }} LongTally
 */

// ---- one sample, in a process of its own ----

/** @returns {Promise<LongTally>} */
async function tryOne(sample) {
  const bytes = await sampleBytes(sample);
  const tally = await tryDamages(sample, bytes, AMOUNTS);
  let engines = 0;
  try {
    engines = await compareEngines(tally, bytes);
  } catch (error) {
    // An engine that hangs or dies must not take what was found before with it.
    tally.faults.push(`the engines: ${error.message}`);
  }
  return { ...tally, engines };
}

/** Adds what differs to the faults. @returns {Promise<number>} how many outcomes were compared */
async function compareEngines(tally, bytes) {
  const tasks = [...damagesOf(bytes, ENGINE_AMOUNTS)].map((damage, i) => ({
    name: damage.name,
    bytes: damage.bytes,
    query: QUERIES[i % QUERIES.length],
  }));
  const expected = await runScalar(tasks);
  const engines = secondEngines.filter(({ skip }) => !skip);
  const runs = [{ name: 'Wasm in Node', run: runInNode }];
  for (const engine of engines)
    runs.push({ name: engine.name, run: (some) => runCommand(engine, some) });
  for (const { name, run } of runs) {
    (await run(tasks)).forEach((outcome, i) => {
      const text = differenceOf(expected[i], outcome);
      const where = `${tasks[i].name}, ${tasks[i].query}`;
      if (text !== null) tally.faults.push(`${where}: native and ${name}: ${text}`);
    });
  }
  return tasks.length * runs.length;
}

// ---- all of them ----

/** @returns {Promise<LongTally>} */
function inProcess(sample) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), '--one', sample], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const out = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(Buffer.concat(out).toString()));
      else reject(new Error(`${sample}: the process ended with ${code}`));
    });
  });
}

async function tryAll(samples) {
  const begun = Date.now();
  const waiting = [...samples];
  /** @type {LongTally[]} */
  const tallies = [];
  const running = new Set();
  const say = () => {
    const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
    const files = tallies.reduce((sum, { tried }) => sum + tried, 0);
    const faults = tallies.reduce((sum, tally) => sum + tally.faults.length, 0);
    console.error(
      `${tallies.length} of ${samples.length} samples, ${files} files, ${faults} faults, ` +
        `${minutes} min; at ${[...running].join(', ')}`,
    );
  };
  const timer = setInterval(say, PROGRESS_MS);
  const work = async () => {
    for (let sample = waiting.shift(); sample !== undefined; sample = waiting.shift()) {
      running.add(sample);
      const tally = await inProcess(sample);
      for (const text of tally.faults) console.error(`${sample}, ${text}`);
      tallies.push(tally);
      running.delete(sample);
    }
  };
  try {
    await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  } finally {
    clearInterval(timer);
  }
  tallies.sort((a, b) => samples.indexOf(a.sample) - samples.indexOf(b.sample));
  printTable(tallies, (Date.now() - begun) / 1000);
  return tallies;
}

const JUDGED = ['judged', 'accepted', 'compared', 'policy'];
const COLUMNS = ['files', 'images', ...STATUSES, ...JUDGED, 'engines', 'faults'];

function rowOf(tally) {
  const { tried, images, refusals, judged, accepted, compared, policy, engines, faults } = tally;
  const counts = STATUSES.map((status) => refusals[status] ?? 0);
  return [tried, images, ...counts, judged, accepted, compared, policy, engines, faults.length];
}

function printTable(tallies, seconds) {
  const width = Math.max(...tallies.map(({ sample }) => sample.length));
  const line = (name, cells) => {
    const texts = cells.map((cell, i) => String(cell).padStart(COLUMNS[i].length + 2));
    console.log(name.padEnd(width) + texts.join(''));
  };
  line('', COLUMNS);
  for (const tally of tallies) line(tally.sample, rowOf(tally));
  const sums = COLUMNS.map((_, i) => tallies.reduce((sum, tally) => sum + rowOf(tally)[i], 0));
  line('all', sums);
  for (const { sample, faults } of tallies) {
    for (const text of faults) console.log(`${sample}, ${text}`);
  }
  for (const { name, skip } of secondEngines) if (skip) console.log(`without ${name}: ${skip}`);
  console.log(`${sums[0]} files in ${Math.round(seconds)} s, ${sums.at(-1)} faults`);
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--one') {
  process.stdout.write(JSON.stringify(await tryOne(rest[0])));
} else {
  const tallies = await tryAll(first === undefined ? await allSubjects() : [first, ...rest]);
  if (tallies.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}
