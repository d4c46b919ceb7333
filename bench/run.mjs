// run.mjs - the bench: every contestant does every job, in turn, and one table says how it went.
//
//     node bench/run.mjs [--quick] [--rounds N] [--only NAME,NAME] [--job TEXT]
//
// Writes build/bench/table.md and build/bench/ratios.svg. Ratios are of CPU time to native sharp with one
// thread at its defaults, medians over the rounds; take the ratios, not the milliseconds.
import { execFileSync, fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { makeChart } from './chart.mjs';
import { contestants } from './contestants.mjs';
import { makeInputs } from './inputs.mjs';
import { growth, jobs } from './jobs.mjs';
import { encodeReference, makeReference, psnrOf } from './quality.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, '../build/bench');
const MIB = 1 << 20;
/** A job that takes a contestant longer than this is run once only. */
const SLOW_MS = 4000;
/** Fresh processes of each contestant. */
const COLD_ROUNDS = 15;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    job: { type: 'string' },
  },
});
const rounds = Number(flags.rounds ?? (flags.quick ? 7 : 9));
const quickNames = ['sharp', 'sharp-full', 'thimble'];
const names = flags.only?.split(',') ?? (flags.quick ? quickNames : Object.keys(contestants));
const chosen = jobs.filter(
  (job) => (!flags.quick || job.quick) && (!flags.job || job.name.includes(flags.job)),
);

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted.length === 0
    ? NaN
    : (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

/** A contestant's process; ask() has it do one job. */
async function startChild(name) {
  const child = fork(path.join(here, 'child.mjs'), [name], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  const answer = () =>
    new Promise((resolve) => {
      const onExit = (code) =>
        resolve({ error: `ended with ${code}: ${errors.trim().split('\n').pop()}` });
      child.once('exit', onExit);
      child.once('message', (message) => {
        child.off('exit', onExit);
        resolve(message);
      });
    });
  const ready = await answer();
  const ask = async (message) => {
    if (!child.connected) return { error: 'ended before' };
    const soon = answer();
    child.send(message);
    return soon;
  };
  return { ask, stop: () => child.kill(), error: ready === 'ready' ? null : ready.error };
}

/** All contestants at one job: once to warm up and for the output, then in turn. */
async function race(job, file) {
  const runners = {};
  const results = {};
  for (const name of names) {
    const runner = await startChild(name);
    const save = path.join(folder, `out-${name}.${job.format}`);
    const first = runner.error ? { error: runner.error } : await runner.ask({ job, file, save });
    results[name] = { ...first, save, walls: [], cpus: [] };
    if (first.error) runner.stop();
    else runners[name] = runner;
  }
  // V8 compiles hot code while the first rounds run: those count for nobody.
  for (let round = -2; round < rounds; round++) {
    for (const [name, runner] of Object.entries(runners)) {
      const result = results[name];
      if (result.wall > SLOW_MS && result.cpus.length > 0) continue;
      const figures = await runner.ask({ job, file });
      if (figures.error) result.error = figures.error;
      else if (round >= 0 || result.wall > SLOW_MS) {
        result.walls.push(figures.wall);
        result.cpus.push(figures.cpu);
        result.memory = Math.max(result.memory, figures.memory);
      }
    }
  }
  for (const runner of Object.values(runners)) runner.stop();
  return results;
}

async function measureJob(job, files) {
  const file = files[job.input];
  process.stderr.write(`bench: ${job.name} `);
  const results = await race(job, file);
  const reference = await makeReference(file, job);
  const ceiling = await psnrOf(await encodeReference(reference, job), reference);
  for (const result of Object.values(results)) {
    if (result.error) continue;
    result.cpu = median(result.cpus);
    result.wallMedian = median(result.walls);
    try {
      result.psnr = await psnrOf(fs.readFileSync(result.save), reference);
    } catch (error) {
      result.error = `damaged output: ${error.message}`;
    }
  }
  process.stderr.write(
    `${results.thimble?.cpu ? (results.thimble.cpu / results.sharp.cpu).toFixed(2) : '-'}\n`,
  );
  return { job, results, ceiling };
}

const show = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : '-');

function jobTable({ job, results, ceiling }, base) {
  const lines = [
    `### ${job.name}`,
    '',
    `${job.width}x${job.height} ${job.format}${job.format === 'png' ? '' : `, quality ${job.quality}`}; ceiling of the PSNR ${show(ceiling, 1)} dB`,
    '',
    '| | CPU / sharp | CPU ms | wall ms | first job, wall ms | output bytes | PSNR dB | linear memory MiB |',
    '|---|--:|--:|--:|--:|--:|--:|--:|',
  ];
  for (const [name, result] of Object.entries(results)) {
    const label = contestants[name].label();
    if (result.error) lines.push(`| ${label} | failed: ${result.error.slice(0, 60)} | | | | | | |`);
    else {
      const memory = contestants[name].native ? '-' : show(result.memory / MIB, 1);
      const ratio = show(result.cpu / results[base].cpu);
      lines.push(
        `| ${label} | ${ratio} | ${show(result.cpu, 1)} | ${show(result.wallMedian, 1)} | ${show(result.wall, 1)} | ${result.bytes} | ${show(result.psnr, 1)} | ${memory} |`,
      );
    }
  }
  return [...lines, ''];
}

/** One row per job, one column per contestant. */
function summaryTable(measured, base) {
  const labels = names.map((name) => contestants[name].label());
  const lines = [
    `| CPU time / ${labels[0]} | ${labels.slice(1).join(' | ')} |`,
    `|---|${'--:|'.repeat(names.length - 1)}`,
  ];
  for (const { job, results } of measured) {
    const cells = names.slice(1).map((name) => {
      const { error, cpu, psnr } = results[name];
      return error
        ? 'failed'
        : `${show(cpu / results[base].cpu)}${psnr < results[base].psnr - 1 ? ' *' : ''}`;
    });
    lines.push(`| ${job.name} | ${cells.join(' | ')} |`);
  }
  return [
    ...lines,
    '',
    '\\* more than 1 dB further from the float Lanczos3 reference than sharp',
    '',
  ];
}

/** ms from before the import to the first result, in a fresh process; NaN where there is none. */
function coldStart(name, job, file) {
  try {
    const out = execFileSync(
      process.execPath,
      [path.join(here, 'child.mjs'), name, '--cold', JSON.stringify({ job, file })],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    return Number(String(out).trim().split('\n').pop());
  } catch {
    return NaN;
  }
}

/** The cold starts of every contestant, in turn. */
function coldStarts(job, file) {
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < COLD_ROUNDS; round++) {
    for (const name of names) times[name].push(coldStart(name, job, file));
  }
  return times;
}

function startTable(files) {
  const [job] = jobs;
  const lines = [
    '### Size and start',
    '',
    '| | module, gzip KB | import to first result, ms | least |',
    '|---|--:|--:|--:|',
  ];
  const times = coldStarts(job, files[job.input]);
  for (const name of names) {
    const sizes = contestants[name]
      .modules()
      .map((file) => gzipSync(fs.readFileSync(file), { level: 9 }).length);
    const size = sizes.length > 0 ? show(sizes.reduce((a, b) => a + b, 0) / 1024, 0) : 'native';
    const worked = times[name].some(Number.isNaN) ? [] : times[name];
    const [middle, least] = [median(worked), Math.min(...worked)];
    lines.push(
      `| ${contestants[name].label()} | ${size} | ${show(middle, 0)} | ${show(least, 0)} |`,
    );
  }
  lines.push(
    '',
    `First result: ${job.name}, a fresh process, median and least of ${COLD_ROUNDS}, contestants in turn, Node's own start not counted.`,
    '',
  );
  return lines;
}

/** CPU ms of each job, in turn in one process; the first rounds, in which V8 compiles, left out. */
async function measureGrowth(files) {
  const runner = await startChild('thimble');
  const cpus = growth.map(() => []);
  for (let round = -8; round < rounds; round++) {
    for (const [i, job] of growth.entries()) {
      const { cpu } = await runner.ask({ job, file: files[job.input] });
      if (round >= 0) cpus[i].push(cpu);
    }
  }
  runner.stop();
  return cpus.map(median);
}

async function growthTable(files) {
  const lines = [
    '### Cost as work grows',
    '',
    'One reduction (1/7.5), thimble, JPEG to JPEG:',
    '',
    '| | bits per pixel | CPU ms | ms per megapixel |',
    '|---|--:|--:|--:|',
  ];
  const cpus = await measureGrowth(files);
  for (const [i, job] of growth.entries()) {
    const bits = (fs.statSync(files[job.input]).size * 8) / 1e6 / job.megapixels;
    lines.push(
      `| ${job.name} | ${show(bits)} | ${show(cpus[i], 1)} | ${show(cpus[i] / job.megapixels)} |`,
    );
  }
  return [...lines, ''];
}

const inputs = [
  ...chosen.map((job) => job.input),
  jobs[0].input,
  ...(flags.quick ? [] : growth.map((job) => job.input)),
];
const { files, real } = await makeInputs(inputs);
fs.mkdirSync(folder, { recursive: true });
const measured = [];
for (const job of chosen) measured.push(await measureJob(job, files));

const base = names[0];
const machine = `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, Node ${process.versions.node}`;
const pictures = real
  ? "photographs of Debian's mate-backgrounds"
  : 'made-up scenes (no photographs could be had)';
const report = [
  `Machine: ${machine}. Pictures: ${pictures}. Medians of ${rounds} rounds, contestants in turn.`,
  '',
  ...summaryTable(measured, base),
  ...startTable(files),
  ...(flags.quick ? [] : await growthTable(files)),
  ...measured.flatMap((entry) => jobTable(entry, base)),
  ...names
    .filter((name) => contestants[name].note)
    .map((name) => `${contestants[name].label()}: ${contestants[name].note}.`),
];
fs.writeFileSync(path.join(folder, 'table.md'), `${report.join('\n')}\n`);
const shown = names.slice(1).sort((a, b) => (b === 'thimble') - (a === 'thimble'));
const chart = makeChart({
  title: `CPU time relative to native sharp, one thread (1 = equal, left is faster)`,
  names: shown.map((name) => contestants[name].label()),
  rows: measured.map(({ job, results }) => ({
    job: job.name,
    ratios: shown.map((name) =>
      results[name].error ? null : results[name].cpu / results[base].cpu,
    ),
  })),
});
fs.writeFileSync(path.join(folder, 'ratios.svg'), chart);
console.log(report.join('\n'));
console.error('bench: build/bench/table.md and build/bench/ratios.svg');
