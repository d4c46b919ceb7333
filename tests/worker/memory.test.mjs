// The handler without a platform around it, with a cache in memory, in this process: what it holds,
// and what it does not do.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMemoryCache } from '../../worker/cache/memory.js';
import { limitsOf, readConfig } from '../../worker/config/config.js';
import { createHandler } from '../../worker/handler.js';
import { createThimble } from '../../worker/resizer/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { streamOf, thimbleModule } from '../lib/engines.mjs';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');

const NAMES = [
  'alpha.png',
  'jpeg/420.jpg',
  'webp/lossy.webp',
  'bad/half.jpg',
  'pass/image.gif',
  'none.png',
];

/** A service of a few samples, with everything real but the platform. */
async function makeService({ cacheBytes }) {
  const objects = new Map();
  for (const name of NAMES.slice(0, -1)) objects.set(name, await sampleBytes(name));
  const counts = { fetches: 0, jobs: 0 };
  const origin = {
    async get(key) {
      counts.fetches += 1;
      const bytes = objects.get(key);
      const headers = new Headers({ ETag: `"${key}"` });
      return bytes
        ? { status: 200, headers, body: streamOf(bytes, 5000) }
        : { status: 404, headers, body: null };
    },
  };
  const policy = readConfig({
    origins: { memory: { kind: 'http', base: 'http://unused.example' } },
    routes: [{ path: '/*', origin: 'memory' }],
    variants_per_minute: 1_000_000,
  });
  const thimble = createThimble(await thimbleModule(), { limits: limitsOf(policy) });
  const resizer = {
    ...thimble,
    resize(...job) {
      counts.jobs += 1;
      return thimble.resize(...job);
    },
  };
  const cache = createMemoryCache({ bytesMax: cacheBytes });
  const records = [];
  const handle = createHandler({
    resizer,
    origins: { memory: origin },
    cache,
    policy,
    log: (record) => records.push(record),
  });
  return { records, counts, fetch: (target) => handle(new Request(`http://t.example${target}`)) };
}

function heldBytes() {
  gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + Math.max(external, arrayBuffers);
}

test('two thousand jobs, good and bad, leave nothing behind', async (context) => {
  const service = await makeService({ cacheBytes: 1 << 20 });
  const run = async (from, to) => {
    for (let index = from; index < to; index += 4) {
      const four = [0, 1, 2, 3].map((more) =>
        service.fetch(`/${NAMES[(index + more) % NAMES.length]}?w=${1 + ((index + more) % 97)}`),
      );
      for (const response of await Promise.all(four)) await response.arrayBuffer();
    }
    service.records.length = 0;
  };
  await run(0, 600);
  const before = heldBytes();
  await run(600, 2000);
  const grown = heldBytes() - before;
  context.diagnostic(`after 1400 more requests: ${(grown / 1024).toFixed(0)} KiB more`);
  assert.ok(grown < 8 << 20, `${grown} bytes`);
});

test('a hit fetches nothing and opens no job', async () => {
  const service = await makeService({ cacheBytes: 8 << 20 });
  const spellings = ['w=50&f=webp&q=90', 'q=90&format=webp&width=50', 'w=50&f=webp&q=90&utm_source=x'];
  const answers = [];
  for (let times = 0; times < 30; times += 1) {
    const response = await service.fetch(`/jpeg/420.jpg?${spellings[times % spellings.length]}`);
    answers.push(Buffer.from(await response.arrayBuffer()));
  }
  assert.deepEqual(service.counts, { fetches: 1, jobs: 1 });
  assert.ok(answers.every((bytes) => bytes.equals(answers[0])));
  const hits = service.records.filter(({ cache }) => cache === 'hit');
  assert.equal(hits.length, 29);
  assert.ok(hits.every(({ work, originMs, resizeMs }) => (work ?? originMs ?? resizeMs) === undefined));
});

test('CPU time of a job, where the host tells', async () => {
  const module = await thimbleModule();
  const input = await sampleBytes('photo.jpg');
  // A clock that goes on by one whenever it is looked at, and by a thousand outside of the work.
  let clock = 0;
  const cpuMs = () => (clock += 1);
  const slow = new ReadableStream({
    pull(controller) {
      clock += 1000;
      controller.enqueue(input);
      controller.close();
    },
  });
  const { info } = await createThimble(module, { cpuMs }).resize(slow, 'w=200');
  assert.ok(info.cpuMs > 0 && info.cpuMs < 1000, `${info.cpuMs}: the work, and nothing else`);
  assert.ok(!('cpuMs' in (await createThimble(module).resize(input, 'w=200')).info));
});

describe('the cache in memory', () => {
  const entity = (size, cacheControl = 'public, max-age=10') => ({
    bytes: new Uint8Array(size),
    cacheControl,
    made: 0,
  });

  test('forgets what is too old, and what was not used for longest', async () => {
    let time = 0;
    const cache = createMemoryCache({ bytesMax: 10_000, now: () => time });
    await cache.put('a', entity(3000));
    await cache.put('b', entity(3000));
    await cache.get('a');
    await cache.put('c', entity(3000));
    assert.deepEqual(
      [!!(await cache.get('a')), !!(await cache.get('b')), !!(await cache.get('c'))],
      [true, false, true],
    );
    time = 10_000;
    assert.equal(await cache.get('a'), null);
  });

  test('what is larger than all of it, or may not be kept, is not kept', async () => {
    const cache = createMemoryCache({ bytesMax: 10_000 });
    await cache.put('large', entity(20_000));
    await cache.put('zero', entity(10, 'max-age=0'));
    await cache.put('none', entity(10, 'private'));
    for (const key of ['large', 'zero', 'none']) assert.equal(await cache.get(key), null, key);
  });

  test('s-maxage goes before max-age, and what may be sent stale is kept for as long', async () => {
    let time = 0;
    const cache = createMemoryCache({ bytesMax: 10_000, now: () => time });
    await cache.put('shared', entity(10, 'max-age=1, s-maxage=5'));
    await cache.put('stale', entity(10, 'max-age=1, stale-while-revalidate=6'));
    await cache.put('private', entity(10, 'private, s-maxage=5'));
    const kept = async () =>
      (await Promise.all(['shared', 'stale', 'private'].map((key) => cache.get(key)))).map(Boolean);
    time = 4999;
    assert.deepEqual(await kept(), [true, true, false]);
    time = 6999;
    assert.deepEqual(await kept(), [false, true, false]);
    time = 7000;
    assert.deepEqual(await kept(), [false, false, false]);
  });

  test('remove', async () => {
    const cache = createMemoryCache({ bytesMax: 10_000 });
    await cache.put('a', entity(10));
    assert.equal(await cache.remove('a'), true);
    assert.equal(await cache.remove('a'), false);
    assert.equal(await cache.get('a'), null);
  });
});
