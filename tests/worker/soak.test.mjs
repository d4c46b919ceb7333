// Many mixed requests at once through workerd: good images and broken ones, wrong options, from a
// bucket and over HTTP, origins that are slow or die in the middle, clients that leave. No answer
// may be wrong (each is held against a fresh instance's), none may be 5xx that was not the
// origin's, and memory comes to rest. `make soak` asks 10,000 times, `make test` 500.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createThimble } from '../../worker/resizer/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { thimbleModule } from '../lib/engines.mjs';
import { startOrigin } from '../runtimes/origin.mjs';
import { inspectIsolate } from './isolate.mjs';
import { startService } from './service.mjs';

const REQUESTS = Number(process.env.THIMBLE_SOAK ?? 500);
const AT_ONCE = 12;
const SAMPLES = 20;
// All of workerd, which also plays bucket, cache and network here. An instance that is not let go
// is 2 MiB, so a leak of them passes this within the first few hundred requests.
const WORKERD_BYTES_MAX = 800 << 20;
/** What the worker's own isolate may hold, garbage included: a leak of any kind passes this. */
const ISOLATE_BYTES_MAX = 100 << 20;
/** From here on a run is long enough for memory to come to rest. */
const LONG_RUN = 5000;
/** All of workerd in the last third of a long run, against the third before it. */
const GROWTH_MAX = 1.1;
/**
 * What the isolate alone holds in the last third, against all the time before: a leak of as much
 * with each request comes to 2.5, garbage alone swings by less than this.
 */
const ISOLATE_GROWTH_MAX = 1.5;
const LEAVE_AFTER_MS = 4;
/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

const GOOD = [
  'alpha.png',
  'jpeg/420.jpg',
  'jpeg/420-progressive.jpg',
  'png/type3-8-trns.png',
  'webp/lossy.webp',
  'webp/lossless-alpha.webp',
];
const BAD = [
  'bad/half.jpg',
  'bad/bad-idat.png',
  'bad/half.webp',
  'bad/twelve-bit.jpg',
  'pass/image.gif',
  'document.pdf',
];
const FORMATS = ['jpeg', 'png', 'webp'];
/** Half of the requests are for images that are not kept: each is a job, and the cache is small. */
const ROUTES = ['r2', 'fresh', 'fresh', 'slow', 'dying'];

/** The same sequence each time. */
function createRandom(seed) {
  let state = seed;
  return function random(below) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** The workerd processes that we started, by what Linux says of them. */
function workerdProcesses() {
  return readdirSync('/proc').filter((pid) => {
    const status = /^\d+$/.test(pid) ? readOf(pid, 'status') : '';
    return (
      /^Name:\s+workerd$/m.test(status) &&
      Number(/^PPid:\s+(\d+)/m.exec(status)[1]) === process.pid
    );
  });
}

function workerdBytes() {
  const kibibytes = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readOf(pid, 'status'))[1]);
  return sum(workerdProcesses().map((pid) => 1024 * kibibytes(pid)));
}

/** CPU time so far, user's and system's. */
function workerdMs() {
  const ticks = (pid) => {
    const fields = readOf(pid, 'stat').split(') ')[1].split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  return sum(workerdProcesses().map((pid) => ticks(pid) * TICK_MS));
}

function readOf(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}

const sum = (list) => list.reduce((total, each) => total + each, 0);
const mean = (list) => sum(list) / list.length;

/** What a hit costs workerd beside a request that does nothing, as it tells itself: CPU ms. */
async function costOf(service) {
  const costs = [];
  for (const target of ['/healthz', '/r2/jpeg/420.jpg?w=40&f=webp']) {
    for (let times = 0; times < 100; times++) await (await service.fetch(target)).arrayBuffer();
    const begun = workerdMs();
    for (let times = 0; times < 400; times++) await (await service.fetch(target)).arrayBuffer();
    costs.push((workerdMs() - begun) / 400);
  }
  return `${costs[0].toFixed(2)} ms for /healthz, ${costs[1].toFixed(2)} ms for a hit, network and cache included`;
}

/** The service, and an origin over HTTP that is slow under slow/ and dies under truncated/. */
async function start() {
  const origin = await startOrigin();
  const service = await startService({
    inspected: true,
    vars: {
      ORIGINS: {
        images: { kind: 'r2', binding: 'IMAGES' },
        far: { kind: 'http', base: origin.url },
      },
      ROUTES: [
        { path: '/r2/*', origin: 'images', prefix: '', on_error: 'status' },
        {
          path: '/fresh/*',
          origin: 'images',
          prefix: '',
          on_error: 'status',
          cache_control: 'no-store',
        },
        { path: '/slow/*', origin: 'far', prefix: 'far/slow/', on_error: 'pass' },
        { path: '/dying/*', origin: 'far', prefix: 'far/truncated/', on_error: 'pass' },
      ],
      VARIANTS_PER_MINUTE: 1_000_000,
    },
  });
  await service.seed('', [...GOOD, ...BAD]);
  return {
    ...service,
    async stop() {
      await service.stop();
      await origin.stop();
    },
  };
}

/**
 * A kept connection may be closed by the server just when it is used again; clients then ask once
 * more.
 */
async function fetchTwice(service, target) {
  try {
    return await service.fetch(target);
  } catch {
    return await service.fetch(target);
  }
}

/** Asks, and goes away before the answer can be there. */
async function leave(service, target) {
  try {
    const signal = AbortSignal.timeout(LEAVE_AFTER_MS);
    await (await service.fetch(target, { signal })).arrayBuffer();
  } catch (error) {
    assert.match(error.name, /TimeoutError|AbortError/);
  }
}

/** What a request must be answered with, from a fresh instance each. */
async function expect({ name, options, route }) {
  const input = await sampleBytes(name);
  if (route === 'dying' && options !== 'w=0') return { status: 502 };
  try {
    const { info, bytes } = await createThimble(await thimbleModule()).resize(input, options);
    const same =
      info.inWidth === info.outWidth &&
      info.inHeight === info.outHeight &&
      info.inFormat === info.outFormat;
    return {
      status: 200,
      bytes: same && bytes.length >= input.length ? input : Buffer.from(bytes),
    };
  } catch (error) {
    if (error.status === 'BAD_OPTION') return { status: 400 };
    const pass = error.status === 'UNSUPPORTED' || route === 'slow';
    return pass ? { status: 200, bytes: input } : { status: error.httpStatus };
  }
}

function makeRequest(random) {
  const route = ROUTES[random(ROUTES.length)];
  const names = random(5) === 0 && route !== 'dying' ? BAD : GOOD;
  const name = names[random(names.length)];
  const size = random(3) === 0 ? `h=${1 + random(24)}` : `w=${1 + random(48)}`;
  const options = random(20) === 0 ? 'w=0' : `${size}&f=${FORMATS[random(FORMATS.length)]}`;
  return { name, options, route, leaves: random(25) === 0 };
}

test(`${REQUESTS} mixed requests, ${AT_ONCE} at a time`, { timeout: 1_800_000 }, async (context) => {
  const service = await start();
  const random = createRandom(4);
  const expected = new Map();
  const memory = [];
  const isolate = await inspectIsolate(service.inspectorUrl);
  const held = [];
  let sent = 0;

  async function client() {
    while (sent < REQUESTS) {
      sent += 1;
      if (sent % Math.ceil(REQUESTS / SAMPLES) === 0) {
        memory.push(workerdBytes());
        held.push(await isolate.memory());
      }
      const request = makeRequest(random);
      const target = `/${request.route}/${request.name}?${request.options}`;
      if (request.leaves) {
        await leave(service, target);
        continue;
      }
      const response = await fetchTwice(service, target);
      const bytes = Buffer.from(await response.arrayBuffer());
      if (!expected.has(target)) expected.set(target, expect(request));
      const wanted = await expected.get(target);
      assert.equal(
        response.status,
        wanted.status,
        `${target}: ${response.headers.get('X-Thimble')}`,
      );
      if (wanted.bytes) assert.ok(bytes.equals(wanted.bytes), `${target}: wrong bytes`);
    }
  }

  try {
    await Promise.all(Array.from({ length: AT_ONCE }, client));
    const hits = service.log.filter(({ cache }) => cache === 'hit');
    const mebibytes = memory.map((bytes) => Math.round(bytes / 2 ** 20));
    const jobs = service.log.filter(({ work }) => work !== undefined);
    context.diagnostic(
      `${hits.length} hits, ${jobs.length} jobs, ${expected.size} different; workerd MiB, ${SAMPLES} times: ${mebibytes.join(' ')}`,
    );
    for (const what of ['heap', 'buffers']) {
      const each = held.map((bytes) => Math.round(bytes[what] / 2 ** 20));
      context.diagnostic(`of it the isolate's ${what}: ${each.join(' ')}`);
    }
    context.diagnostic(`CPU of workerd: ${await costOf(service)}`);
    assert.ok(
      hits.every(({ work }) => work === undefined),
      'a hit opens no job',
    );
    assert.ok(memory[0] > 0, 'workerd was found');
    for (const { heap, buffers } of held) assert.ok(heap + buffers < ISOLATE_BYTES_MAX, `${heap}`);
    assert.ok(Math.max(...memory) < WORKERD_BYTES_MAX, 'memory is bounded');
    if (REQUESTS >= LONG_RUN) {
      const third = Math.floor(SAMPLES / 3);
      const own = held.map(({ heap, buffers }) => heap + buffers);
      const ownGrowth = mean(own.slice(-third)) / mean(own.slice(0, -third));
      const growth = mean(memory.slice(-third)) / mean(memory.slice(-2 * third, -third));
      context.diagnostic(
        `growth in the last third: the isolate ${ownGrowth.toFixed(2)}, workerd ${growth.toFixed(2)}`,
      );
      assert.ok(ownGrowth < ISOLATE_GROWTH_MAX, 'the memory of the isolate comes to rest');
      assert.ok(growth < GROWTH_MAX, 'the memory of workerd comes to rest');
    }
  } finally {
    isolate.close();
    await service.stop();
  }
});
