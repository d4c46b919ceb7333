// hosts.mjs - thimble as it is deployed: how long a request takes in each runtime of
// tests/runtimes, beside a small Node server with native sharp, over HTTP and from one origin.
//
//     node bench/hosts.mjs [--rounds N] [--only NAME,NAME] [--job TEXT]
//
// Writes build/bench/hosts.md. Every request is a miss (an object nobody asked for before), the
// hosts take turns; medians of what the client waits, and their ratio to sharp's server. Then the
// same object again: a hit. Start: until a fresh host's first image of the first job is there.
import { once } from 'node:events';
import fs from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { loadHosts } from '../tests/runtimes/hosts.mjs';
import { makeInputs } from './inputs.mjs';
import { jobs } from './jobs.mjs';
import * as sharpServer from './sharp-server.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'build/bench');

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    only: { type: 'string' },
    job: { type: 'string', default: '' },
  },
});
const rounds = Number(flags.rounds);
const chosen = jobs.filter((job) => job.name.includes(flags.job));

/** What a host is sent, besides glue of some kilobytes. */
const MODULES = { fastly: 'thimble-fastly.wasm', wasmtime: 'thimble-http.wasm', jco: 'thimble-http.wasm' };

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const show = (value, digits = 1) => (Number.isFinite(value) ? value.toFixed(digits) : '-');

/** Serves the inputs under whatever folder they are asked for. */
async function startOrigin(files) {
  const server = createServer((request, response) => {
    const name = request.url.slice(request.url.lastIndexOf('/') + 1);
    const file = files[name];
    if (!file) return response.writeHead(404).end();
    const { size } = fs.statSync(file);
    response.writeHead(200, { 'Content-Length': size, ETag: `"${name}"` });
    if (request.method === 'HEAD') return response.end();
    return fs.createReadStream(file).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** Milliseconds until the whole answer is there; NaN when it is no image. */
async function wait(host, job, object) {
  const query = `w=${job.width}&h=${job.height}&fit=fill&f=${job.format}&q=${job.quality}`;
  const begun = performance.now();
  const response = await fetch(new URL(`/dev/${object}/${job.input}?${query}`, host.url));
  const { byteLength } = await response.arrayBuffer();
  const waited = performance.now() - begun;
  const isImage = response.headers.get('Content-Type') === `image/${job.format}`;
  if (isImage && byteLength > 0) return waited;
  host.refused[job.name] = `${response.status} ${response.headers.get('X-Thimble') ?? ''}`;
  return NaN;
}

/** Starts a host and waits for its first image. */
async function begin(host, originUrl) {
  const begun = performance.now();
  Object.assign(host, await host.start({ originUrl }), { refused: {}, misses: {}, hits: {} });
  host.started = performance.now() - begun;
  host.first = await wait(host, jobs[0], `first-${host.name}`);
  process.stderr.write(`bench: ${host.title} is up\n`);
}

async function measureJob(job, hosts) {
  process.stderr.write(`bench: ${job.name}\n`);
  for (const host of hosts) Object.assign(host, { waits: [], again: [] });
  // V8 compiles hot code while the first rounds run: those count for nobody.
  for (let round = -2; round < rounds; round++) {
    for (const host of hosts) {
      const object = `${job.format}-${round}`;
      const miss = await wait(host, job, object);
      const hit = await wait(host, job, object);
      if (round < 0) continue;
      host.waits.push(miss);
      host.again.push(hit);
    }
  }
  for (const host of hosts) {
    host.misses[job.name] = median(host.waits);
    host.hits[job.name] = median(host.again);
  }
}

/** A row for each job; the first host is what the others are divided by. */
function missTable(hosts) {
  const [base, ...others] = hosts;
  const lines = [
    `| a miss: wait / ${base.title} | ms there | ${others.map(({ title }) => title).join(' | ')} |`,
    `|---|--:|${'--:|'.repeat(others.length)}`,
  ];
  for (const { name } of chosen) {
    const ratios = others.map((host) =>
      host.refused[name] ? host.refused[name].split(' ')[0] : show(host.misses[name] / base.misses[name], 2),
    );
    lines.push(`| ${name} | ${show(base.misses[name], 0)} | ${ratios.join(' | ')} |`);
  }
  return lines;
}

function startTable(hosts) {
  const lines = ['| | module, gzip KB | start, ms | first image after that, ms | a hit, ms |', '|---|--:|--:|--:|--:|'];
  for (const { name, title, started, first, hits } of hosts) {
    const file = path.join(root, 'dist', MODULES[name] ?? 'thimble.wasm');
    const size = name === 'sharp' ? 'native' : show(gzipSync(fs.readFileSync(file), { level: 9 }).length / 1024, 0);
    lines.push(`| ${title} | ${size} | ${show(started, 0)} | ${show(first)} | ${show(hits[chosen[0].name])} |`);
  }
  return lines;
}

const { files } = await makeInputs([...chosen.map(({ input }) => input), jobs[0].input]);
const origin = await startOrigin(files);
const hosts = [{ name: 'sharp', ...sharpServer }];
for (const host of await loadHosts()) {
  if (flags.only && !flags.only.split(',').includes(host.name)) continue;
  const missing = await host.missing();
  if (missing) process.stderr.write(`bench: without ${host.title}: ${missing}\n`);
  else hosts.push({ ...host });
}
try {
  for (const host of hosts) await begin(host, origin.url);
  for (const job of chosen) await measureJob(job, hosts);
} finally {
  for (const host of hosts) await host.stop?.();
  origin.stop();
}
const report = [
  `Machine: ${os.cpus()[0].model.trim()}, ${os.cpus().length} cores, Node ${process.versions.node}. Medians of ${rounds} rounds, hosts in turn, everything on one machine.`,
  '',
  ...missTable(hosts),
  '',
  ...startTable(hosts),
];
fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(path.join(folder, 'hosts.md'), `${report.join('\n')}\n`);
console.log(report.join('\n'));
for (const { title, refused } of hosts) {
  for (const [job, answer] of Object.entries(refused)) console.log(`${title}, ${job}: ${answer}`);
}
process.exit();
