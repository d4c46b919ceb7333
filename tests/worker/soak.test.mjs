// Many mixed requests at once through workerd: good ones, bad ones, slow ones, from a bucket and
// over HTTP. No answer may be wrong, none may be 5xx that was not the origin's, and memory stays
// bounded (memory.test.mjs measures what the handler itself keeps). THIMBLE_SOAK=10000 for more.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Response } from 'miniflare';
import { createThimble } from '../../worker/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { thimbleModule } from '../lib/engines.mjs';
import { startService } from './service.mjs';

const REQUESTS = Number(process.env.THIMBLE_SOAK ?? 1000);
const AT_ONCE = 12;
// All of workerd, which also plays bucket, cache and network here. An instance that is not let go
// is 2 MiB, so a leak of them passes this within the first few hundred requests.
const WORKERD_BYTES_MAX = 800 << 20;

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

/** The same sequence each time. */
function createRandom(seed) {
  let state = seed;
  return function random(below) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Bytes of all workerd processes that we started, as Linux counts them. */
function workerdBytes() {
  let bytes = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const status = readStatus(pid);
    if (!/^Name:\s+workerd$/m.test(status)) continue;
    if (Number(/^PPid:\s+(\d+)/m.exec(status)[1]) !== process.pid) continue;
    bytes += 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]);
  }
  return bytes;
}

function readStatus(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}

/** A slow answer: small pieces, pauses between them. */
async function slowly(bytes) {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + 8192)));
      at += 8192;
      if (at >= bytes.length) controller.close();
    },
  });
}

async function start() {
  const service = await startService({
    vars: {
      ORIGINS: {
        images: { kind: 'r2', binding: 'IMAGES' },
        slow: { kind: 'http', base: 'http://slow.example' },
      },
      ROUTES: [
        { path: '/r2/*', origin: 'images', prefix: '', on_error: 'status' },
        { path: '/slow/*', origin: 'slow', prefix: '', on_error: 'pass' },
      ],
      VARIANTS_PER_MINUTE: 1_000_000,
    },
    async outbound(request) {
      const bytes = await sampleBytes(new URL(request.url).pathname.slice(1));
      return new Response(await slowly(bytes), { headers: { ETag: `"${bytes.length}"` } });
    },
  });
  await service.seed('', [...GOOD, ...BAD]);
  return service;
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

/** What a request must be answered with, from a fresh instance each. */
async function expect({ name, options, route }) {
  const input = await sampleBytes(name);
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
  const name = random(5) === 0 ? BAD[random(BAD.length)] : GOOD[random(GOOD.length)];
  const size = random(3) === 0 ? `h=${1 + random(60)}` : `w=${1 + random(60)}`;
  const options = random(20) === 0 ? 'w=0' : `${size}&f=${FORMATS[random(FORMATS.length)]}`;
  return { name, options, route: random(3) === 0 ? 'slow' : 'r2' };
}

test(`${REQUESTS} mixed requests, ${AT_ONCE} at a time`, { timeout: 600_000 }, async (context) => {
  const service = await start();
  const random = createRandom(4);
  const expected = new Map();
  const memory = [];
  let sent = 0;

  async function client() {
    while (sent < REQUESTS) {
      sent += 1;
      if (sent % Math.ceil(REQUESTS / 10) === 0) memory.push(workerdBytes());
      const request = makeRequest(random);
      const target = `/${request.route}/${request.name}?${request.options}`;
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
    context.diagnostic(
      `${hits.length} hits, ${expected.size} different, workerd MiB: ${mebibytes.join(' ')}`,
    );
    assert.ok(
      hits.every(({ work }) => work === undefined),
      'a hit opens no job',
    );
    assert.ok(memory[0] > 0, 'workerd was found');
    assert.ok(Math.max(...memory) < WORKERD_BYTES_MAX, 'memory is bounded');
  } finally {
    await service.stop();
  }
});
