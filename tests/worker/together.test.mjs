// Requests at the same time in one isolate: slow bodies that must not mix, and work done once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Response } from 'miniflare';
import sharp from 'sharp';
import { sampleBytes } from '../images/make-samples.mjs';
import { startService } from './service.mjs';

const VARS = {
  ORIGINS: { slow: { kind: 'http', base: 'http://origin.example/pictures' } },
  ROUTES: [{ path: '/*', origin: 'slow' }],
};
const CHUNK_BYTES = 20_000;
const PAUSE_MS = 2;

let service;
let fetched = [];
before(async () => {
  service = await startService({ vars: VARS, outbound: slowOrigin });
});
after(() => service.stop());

/** Sends a sample in small pieces with pauses between them. */
async function slowOrigin(request) {
  const name = new URL(request.url).pathname.replace('/pictures/', '');
  fetched.push(name);
  const bytes = await sampleBytes(name.replace(/^\d+-/, ''));
  let at = 0;
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + CHUNK_BYTES)));
      at += CHUNK_BYTES;
      if (at >= bytes.length) controller.close();
    },
  });
  return new Response(body, { headers: { ETag: `"${name}"`, 'Content-Type': 'image/png' } });
}

async function load(target) {
  const response = await service.fetch(target);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { response, bytes };
}

test('slow images at the same time do not mix', async () => {
  const targets = [
    '/1-photo.jpg?w=50',
    '/2-thumbnail.png?w=51&f=webp',
    '/3-alpha.png?w=52',
    '/4-progressive.jpg?w=53',
    '/5-photo.webp?w=54',
  ];
  const together = await Promise.all(targets.map(load));
  for (const [index, { bytes }] of together.entries()) {
    assert.equal((await sharp(bytes).metadata()).width, 50 + index, targets[index]);
    const alone = await load(targets[index].replace('/', '/9'));
    assert.deepEqual(bytes, alone.bytes, targets[index]);
  }
});

test('the same image asked for many times at once is fetched and made once', async () => {
  fetched = [];
  const target = '/6-photo.jpg?w=60&h=60';
  const other = '/6-photo.jpg?h=60&w=60';
  const all = await Promise.all([target, other, target, other, target, other].map(load));
  assert.deepEqual(fetched, ['6-photo.jpg']);
  for (const { response, bytes } of all) {
    assert.equal(response.status, 200);
    assert.deepEqual(bytes, all[0].bytes);
  }
});

test("a client that goes away does not take another's answer with it", async () => {
  const target = '/7-photo.jpg?w=61';
  const abort = new AbortController();
  const first = assert.rejects(service.fetch(target, { signal: abort.signal }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const second = load(target);
  abort.abort();
  await first;
  assert.equal((await second).response.status, 200);
});

const STALL_MS = 3000;

describe('when running jobs hold all the memory there is', () => {
  let busy;
  before(async () => {
    busy = await startService({
      vars: {
        ...VARS,
        BUDGET_BYTES: 4 << 20,
        ORIGIN_STALL_MS: STALL_MS,
        ROUTES: [
          { path: '/pass/*', origin: 'slow', prefix: '', on_busy: 'pass' },
          { path: '/*', origin: 'slow' },
        ],
      },
      async outbound(request) {
        const name = new URL(request.url).pathname.replace('/pictures/', '');
        if (name.startsWith('held')) return new Response(new ReadableStream({ start }));
        return new Response(await sampleBytes(name), { headers: { 'Content-Type': 'image/png' } });
      },
    });
  });
  after(() => busy.stop());

  /** The beginning of a PNG, and then nothing for longer than anybody waits. */
  async function start(controller) {
    controller.enqueue(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a));
    await new Promise((resolve) => setTimeout(resolve, 3 * STALL_MS));
    controller.close();
  }

  test('a further one is 503 with Retry-After, or the original, as on_busy says; later all is well', async () => {
    const held = ['/held-1.png?w=1', '/held-2.png?w=1'].map((target) => busy.fetch(target));
    let refused = await busy.fetch('/alpha.png?w=11');
    for (let width = 12; refused.status === 200 && width < 60; width += 1) {
      await refused.arrayBuffer(); // those two had not begun yet
      refused = await busy.fetch(`/alpha.png?w=${width}`);
    }
    assert.equal(refused.status, 503);
    assert.ok(refused.headers.get('Retry-After'));
    assert.equal(refused.headers.get('Cache-Control'), 'no-store');
    await refused.text();
    const passed = await busy.fetch('/pass/alpha.png?w=10');
    assert.equal(passed.status, 200);
    assert.match(passed.headers.get('X-Thimble'), /^pass; reason="busy/);
    assert.equal(passed.headers.get('Cache-Control'), 'no-store');
    assert.deepEqual(Buffer.from(await passed.arrayBuffer()), await sampleBytes('alpha.png'));
    for (const response of await Promise.all(held)) {
      assert.equal(response.status, 504);
      await response.text();
    }
    const later = await busy.fetch('/pass/alpha.png?w=10');
    assert.equal(later.headers.get('X-Thimble'), 'miss');
    await later.arrayBuffer();
  });
});
