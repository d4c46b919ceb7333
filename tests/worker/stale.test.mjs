// stale-while-revalidate, in workerd: who comes late is answered at once with what there was, and the
// origin is asked behind it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { Response } from 'miniflare';
import { createMemoryCache } from '../../worker/cache/memory.js';
import { readConfig } from '../../worker/config/config.js';
import { createHandler } from '../../worker/handler.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { makeThimble, streamOf } from '../lib/engines.mjs';
import { startService } from './service.mjs';

const FRESH_MS = 1000;
const PATIENCE_MS = 20_000;

/** What the origin has now: version and name of a sample by path; a number is a status. */
const objects = new Map();
let asked = [];
let service;

before(async () => {
  service = await startService({
    vars: {
      ORIGINS: { http: { kind: 'http', base: 'http://origin.example' } },
      ROUTES: [
        { path: '/strict/*', origin: 'http', prefix: '', cache_control: 'public, max-age=1' },
        { path: '/*', origin: 'http' },
      ],
      CACHE_CONTROL: 'public, max-age=1, stale-while-revalidate=600',
      METRICS: true,
    },
    async outbound(request) {
      const name = new URL(request.url).pathname.slice(1);
      const object = objects.get(name);
      asked.push(name);
      if (typeof object === 'number') return new Response('no', { status: object });
      const { version, sample } = object;
      const headers = { ...(version && { ETag: `"${version}"` }), 'Content-Type': 'image/png' };
      if (request.headers.get('If-None-Match') === `"${version}"`)
        return new Response(null, { status: 304, headers });
      const bytes = await sampleBytes(sample);
      return new Response(bytes, { headers: { ...headers, 'Content-Length': `${bytes.length}` } });
    },
  });
});
after(() => service.stop());

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function get(target) {
  const response = await service.fetch(target);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { response, bytes, what: response.headers.get('X-Thimble') };
}

/** Puts an answer into the cache and waits until it is stale. */
async function letGoStale(target) {
  const first = await get(target);
  assert.equal(first.what, 'miss');
  await pause(FRESH_MS + 100);
  asked = [];
  return first;
}

/** The log record of what was made anew, once it is. */
async function revalidation(key) {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(20)) {
    const found = service.log.find((record) => record.event === 'revalidation' && record.key === key);
    if (found) return found;
  }
  throw new Error(`${key} was not made anew`);
}

describe('a stale answer', () => {
  test('is sent at once; the same source is found to be the same without decoding', async () => {
    objects.set('same.png', { version: 1, sample: 'alpha.png' });
    const first = await letGoStale('/same.png?w=20');
    const late = await get('/same.png?w=20');
    assert.equal(late.what, 'stale');
    assert.equal(late.response.headers.get('X-Cache'), 'Hit from thimble');
    assert.ok(Number(late.response.headers.get('Age')) >= 1);
    assert.deepEqual(late.bytes, first.bytes);
    const record = await revalidation('same.png');
    assert.equal(record.status, 304);
    assert.equal(record.work, undefined);
    assert.deepEqual(asked, ['same.png']);
  });

  test('gives way to a changed source', async () => {
    objects.set('new.png', { version: 1, sample: 'alpha.png' });
    const first = await letGoStale('/new.png?w=20');
    objects.set('new.png', { version: 2, sample: 'thumbnail.png' });
    assert.deepEqual((await get('/new.png?w=20')).bytes, first.bytes);
    assert.equal((await revalidation('new.png')).status, 200);
    const next = await get('/new.png?w=20');
    assert.match(next.what, /^(hit|stale)$/);
    assert.notDeepEqual(next.bytes, first.bytes);
    assert.notEqual(next.response.headers.get('ETag'), first.response.headers.get('ETag'));
  });

  test('is an original too', async () => {
    objects.set('original.png', { version: 1, sample: 'alpha.png' });
    await letGoStale('/original.png');
    assert.equal((await get('/original.png')).what, 'stale');
    assert.equal((await revalidation('original.png')).status, 304);
  });

  test('of a source without a version is made anew', async () => {
    objects.set('plain.png', { sample: 'alpha.png' });
    await letGoStale('/plain.png?w=20');
    assert.equal((await get('/plain.png?w=20')).what, 'stale');
    const record = await revalidation('plain.png');
    assert.equal(record.status, 200);
    assert.ok(record.work > 0);
  });

  test('is asked about once, however many come', async () => {
    objects.set('many.png', { version: 1, sample: 'alpha.png' });
    await letGoStale('/many.png?w=20');
    const all = await Promise.all(Array.from({ length: 8 }, () => get('/many.png?w=20')));
    assert.ok(all.every(({ response }) => response.status === 200));
    await revalidation('many.png');
    assert.deepEqual(asked, ['many.png']);
  });

  test('stays while the origin is down: nobody sees its 5xx', async () => {
    objects.set('down.png', { version: 1, sample: 'alpha.png' });
    const first = await letGoStale('/down.png?w=20');
    objects.set('down.png', 503);
    assert.deepEqual((await get('/down.png?w=20')).bytes, first.bytes);
    const record = await revalidation('down.png');
    assert.equal(record.status, 502);
    assert.match(record.error, /origin: status 503/);
    const later = await get('/down.png?w=20');
    assert.equal(later.response.status, 200);
    assert.equal(later.what, 'stale');
  });

  test('that is gone at the origin is gone', async () => {
    objects.set('gone.png', { version: 1, sample: 'alpha.png' });
    await letGoStale('/gone.png?w=20');
    objects.set('gone.png', 404);
    assert.equal((await get('/gone.png?w=20')).response.status, 200);
    assert.equal((await revalidation('gone.png')).status, 404);
    assert.equal((await get('/gone.png?w=20')).response.status, 404);
  });

  test('is not sent where stale-while-revalidate is not configured', async () => {
    objects.set('strict.png', { version: 1, sample: 'alpha.png' });
    await letGoStale('/strict/strict.png?w=20');
    assert.equal((await get('/strict/strict.png?w=20')).what, 'miss');
    assert.deepEqual(asked, ['strict.png']);
  });

  test('and what was made anew is no request in the metrics', async () => {
    const text = await (await service.fetch('/metrics')).text();
    assert.match(text, /^thimble_revalidations_total\{status="304"\} [1-9]/m);
    assert.match(text, /^thimble_requests_total\{status="200",cache="stale"\} [1-9]/m);
    assert.doesNotMatch(text, /^thimble_requests_total\{status="304"/m);
  });
});

/** The handler alone: no platform here can be made to end what goes on behind an answer. */
test('one that was cut off while it was made anew is tried again, a minute later', async () => {
  const photo = await sampleBytes('alpha.png');
  let time = 1_000_000;
  let fetches = 0;
  let cutOff = false;
  const now = () => time;
  const cache = createMemoryCache({ bytesMax: 1 << 20, now });
  const handle = createHandler({
    resizer: await makeThimble(),
    origins: {
      o: {
        async get() {
          fetches += 1;
          return { status: 200, headers: new Headers(), body: streamOf(photo, 5000) };
        },
      },
    },
    cache: { ...cache, put: (...entry) => (cutOff ? new Promise(() => {}) : cache.put(...entry)) },
    policy: readConfig({
      origins: { o: { kind: 'http', base: 'http://unused.example' } },
      routes: [{ path: '/*', origin: 'o' }],
      cache_control: 'max-age=1, stale-while-revalidate=600',
    }),
    now,
  });
  /** How often the origin was asked for one request and what goes on behind it. */
  async function fetchesOf(ms) {
    time += ms;
    const before = fetches;
    await (await handle(new Request('http://t.example/a.png?w=20'))).arrayBuffer();
    for (let times = 0; times < 100; times += 1) await settled();
    return fetches - before;
  }
  assert.equal(await fetchesOf(0), 1);
  cutOff = true;
  assert.equal(await fetchesOf(2000), 1, 'it is stale');
  cutOff = false;
  assert.equal(await fetchesOf(50_000), 0, 'it is being made anew');
  assert.equal(await fetchesOf(11_000), 1, 'it was cut off');
  assert.equal(await fetchesOf(500), 0, 'it is fresh');
});
