// Many mixed requests at once through workerd, clients that leave among them. No answer may be
// wrong (each is held against a fresh instance's), none may be 5xx that was not the origin's, and
// memory comes to rest. `make soak` asks 10,000 times, `make test` 500.
//
// Memory is judged after the garbage was collected: workerd puts that off for long, in the isolates
// of its simulated bucket, cache and network too, and then a worker that only says "ok" seems to
// grow as well (docs/operations.md has the figures).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOrigin } from '../runtimes/origin.mjs';
import { inspectIsolates } from './isolates.mjs';
import { BAD, GOOD, createMixture, expectedAnswer, mixtureVars } from './mixture.mjs';
import { startService } from './service.mjs';
import { cpuMs, residentBytes, workerdPid } from './workerd.mjs';

const REQUESTS = Number(process.env.THIMBLE_SOAK ?? 500);
const AT_ONCE = 12;
/** Stops in between: all requests are answered, garbage is collected, what is left is measured. */
const RESTS = 4;
/** Looks at the memory while requests are under way, before each stop. */
const LOOKS = 5;
/** What the worker's isolate may hold under way, garbage included: Cloudflare allows 128 MB. */
const OWN_BYTES_MAX = 100 << 20;
/** What it may hold at rest, beside the memories of its instances: code, tables, streams. */
const OWN_REST_BYTES_MAX = 12 << 20;
/** All of workerd at rest, those memories included; it also plays bucket, cache and network. */
const WORKERD_REST_BYTES_MAX = 300 << 20;
/** From here on a run is long enough for small leaks to be seen as growth. */
const LONG_RUN = 5000;
/** What is held at the end against what was held after half of the requests. */
const GROWTH_MAX = 1.1;
const LEAVE_AFTER_MS = 4;

/** The service, and an origin over HTTP that is slow under slow/ and dies under truncated/. */
async function start() {
  const origin = await startOrigin();
  const service = await startService({ inspected: true, vars: mixtureVars(origin.url) });
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

/** Asks for what comes next in the mixture, and judges the answers. */
function createClients(service) {
  const next = createMixture(4);
  const expected = new Map();

  async function ask(request) {
    const { target } = request;
    if (request.leaves) return service.leave(target, sleep(LEAVE_AFTER_MS));
    const response = await fetchTwice(service, target);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (!expected.has(target)) expected.set(target, expectedAnswer(request));
    const wanted = await expected.get(target);
    assert.equal(response.status, wanted.status, `${target}: ${response.headers.get('X-Thimble')}`);
    if (wanted.bytes) assert.ok(bytes.equals(wanted.bytes), `${target}: wrong bytes`);
  }

  return {
    expected,
    async run(requests) {
      let left = requests;
      const client = async () => {
        while (left > 0) {
          left -= 1;
          await ask(next());
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, client));
    },
  };
}

/**
 * Requests that wake every isolate there is something to collect in, and leave the pool as they
 * always leave it: each of its instances did the same job last.
 */
function createPoke(service) {
  let width = 1000;
  return async function poke() {
    const targets = ['/r2/alpha.png?w=9', '/fresh/alpha.png?w=9'];
    for (let times = 0; times < AT_ONCE; times += 1) {
      width += 1;
      targets.push(`/slow/webp/lossless-alpha.webp?w=${width}&f=png`);
    }
    const answers = await Promise.all(targets.map((target) => fetchTwice(service, target)));
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  };
}

/** What a hit costs workerd beside a request that does nothing: CPU ms. */
async function costOf(service, pid) {
  const costs = [];
  for (const target of ['/healthz', '/r2/jpeg/420.jpg?w=40&f=webp']) {
    for (let times = 0; times < 100; times++) await (await service.fetch(target)).arrayBuffer();
    const begun = cpuMs(pid);
    for (let times = 0; times < 400; times++) await (await service.fetch(target)).arrayBuffer();
    costs.push((cpuMs(pid) - begun) / 400);
  }
  return `${costs[0].toFixed(2)} ms for /healthz, ${costs[1].toFixed(2)} ms for a hit, network and cache included`;
}

const MEBIBYTE = 1 << 20;
const inMebibytes = (list) => list.map((bytes) => (bytes / MEBIBYTE).toFixed(1)).join(' ');
const growthOf = (list) => list.at(-1) / list[list.length / 2 - 1];

test(`${REQUESTS} mixed requests, ${AT_ONCE} at a time`, { timeout: 1_800_000 }, async (context) => {
  const service = await start();
  const pid = workerdPid();
  const isolates = await inspectIsolates(service.inspectorUrl);
  const clients = createClients(service);
  const poke = createPoke(service);
  const under = { own: [], workerd: [] };
  const rest = { heap: [], buffers: [], workerd: [] };

  try {
    for (let stop = 0; stop < RESTS; stop += 1) {
      for (let look = 0; look < LOOKS; look += 1) {
        await clients.run(REQUESTS / RESTS / LOOKS);
        const { heap, buffers } = await isolates.memory();
        under.own.push(heap + buffers);
        under.workerd.push(residentBytes(pid));
      }
      await isolates.collect(poke);
      const { heap, buffers } = await isolates.memory();
      rest.heap.push(heap);
      rest.buffers.push(buffers);
      rest.workerd.push(residentBytes(pid));
    }
    const own = rest.heap.map((bytes, stop) => bytes + rest.buffers[stop]);
    const hits = service.log.filter(({ cache }) => cache === 'hit');
    const jobs = service.log.filter(({ work }) => work !== undefined);
    context.diagnostic(
      `${hits.length} hits, ${jobs.length} jobs, ${clients.expected.size} different`,
    );
    context.diagnostic(`under way, MiB: workerd ${inMebibytes(under.workerd)}`);
    context.diagnostic(`  of it the worker's isolate ${inMebibytes(under.own)}`);
    context.diagnostic(`at rest, MiB: workerd ${inMebibytes(rest.workerd)}`);
    context.diagnostic(
      `  of it the worker's heap ${inMebibytes(rest.heap)}, buffers ${inMebibytes(rest.buffers)}`,
    );
    assert.ok(
      hits.length > 0 && hits.every(({ work }) => work === undefined),
      'a hit opens no job',
    );
    assert.equal(workerdPid(), pid, 'workerd lived through it all');
    assert.ok(Math.max(...under.own) < OWN_BYTES_MAX, 'the isolate is far from its limit');
    assert.ok(Math.max(...own) < OWN_REST_BYTES_MAX, 'the isolate holds nothing but its pool');
    assert.ok(Math.max(...rest.workerd) < WORKERD_REST_BYTES_MAX, 'memory is bounded');
    if (REQUESTS >= LONG_RUN) {
      context.diagnostic(`CPU of workerd: ${await costOf(service, pid)}`);
      context.diagnostic(
        `growth in the last half, at rest: the isolate ${growthOf(own).toFixed(3)}, workerd ${growthOf(rest.workerd).toFixed(3)}`,
      );
      assert.ok(growthOf(own) < GROWTH_MAX, 'the memory of the isolate comes to rest');
      assert.ok(growthOf(rest.workerd) < GROWTH_MAX, 'the memory of workerd comes to rest');
    }
  } finally {
    isolates.close();
    await service.stop();
  }
});
