// What a request may cost: bytes of output, pixels, memory, and how many different images.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { fitBudget, splitBudget } from '../../worker/image/budget.js';
import { counting } from '../../worker/image/expense.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { crc32 } from '../images/png-writer.mjs';
import { makeThimble } from '../lib/engines.mjs';
import { startService, VARS } from './service.mjs';

let service;
before(async () => {
  const route = (path, more) => ({ path, origin: 'images', prefix: 'prod/', ...more });
  service = await startService({
    vars: {
      ...VARS,
      VARIANTS_PER_MINUTE: 30,
      PIXELS_MAX: 10_000_000,
      SIDE_MAX: 1500,
      ROUTES: [
        route('/small/*', { max_bytes: 5000 }),
        route('/strict/*', { on_error: 'status' }),
        route('/*', {}),
      ],
    },
  });
  await service.seed('prod/', ['photo.jpg', 'alpha.png', 'thumbnail.png', 'progressive.jpg', 'jpeg/gray.jpg']);
});
after(() => service.stop());

async function get(target, init) {
  const response = await service.fetch(target, init);
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('max', () => {
  test('quality goes down until it fits, size and format stay', async () => {
    const free = await get('/photo.jpg?w=400');
    const tight = await get('/photo.jpg?w=400&max=12000');
    assert.ok(free.bytes.length > 12_000);
    assert.ok(tight.bytes.length <= 12_000 && tight.bytes.length > 6000, `${tight.bytes.length}`);
    const { width, format } = await sharp(tight.bytes).metadata();
    assert.deepEqual([width, format], [400, 'jpeg']);
    assert.equal(tight.response.headers.get('Content-Type'), 'image/jpeg');
  });

  test('then the format changes', async () => {
    const { response, bytes } = await get('/thumbnail.png?w=300&max=9000');
    assert.ok(bytes.length <= 9000);
    assert.equal(response.headers.get('Content-Type'), 'image/webp');
    assert.equal((await sharp(bytes).metadata()).width, 300);
  });

  test('a route may have one of its own', async () => {
    assert.ok((await get('/small/photo.jpg?w=300&f=webp')).bytes.length <= 5000);
  });

  test('without a size, too', async () => {
    const { bytes } = await get('/thumbnail.png?max=40000&f=webp');
    assert.ok(bytes.length <= 40_000, `${bytes.length}`);
  });

  test('what cannot fit is the original, or 413', async () => {
    const lenient = await get('/photo.jpg?w=1000&max=500');
    assert.match(
      lenient.response.headers.get('X-Thimble'),
      /^pass; reason="no quality fits 500 bytes"$/,
    );
    assert.deepEqual(lenient.bytes, await sampleBytes('photo.jpg'));
    assert.equal((await get('/strict/photo.jpg?w=1000&max=500')).response.status, 413);
  });

  test('a picture of more than 4000000 pixels is not held to try qualities on', async () => {
    const asked = [];
    const resizer = {
      async resize(input, options) {
        asked.push(options);
        return { info: {}, bytes: new Uint8Array(1) };
      },
    };
    const fit = (outWidth) =>
      fitBudget(resizer, splitBudget('max=1&q=25'), {
        info: { outFormat: 'jpeg', outWidth, outHeight: 2000 },
        readAgain: () => new Uint8Array(0),
      });
    assert.equal(await fit(2001), null);
    assert.deepEqual(asked, []);
    assert.notEqual(await fit(2000), null);
    assert.deepEqual(asked, ['&f=png', 'f=jpeg&q=25']);
  });
});

describe('what it took', () => {
  /** The same jobs, each written down. */
  async function jobsOf(options) {
    const thimble = await makeThimble();
    const infos = [];
    const resizer = {
      async resize(...asked) {
        const result = await thimble.resize(...asked);
        infos.push(result.info);
        return result;
      },
    };
    const photo = await sampleBytes('photo.jpg');
    const { info } = await resizer.resize(photo, options);
    await fitBudget(resizer, splitBudget(options), { info, readAgain: () => photo });
    return infos;
  }

  test('the log tells the work of all jobs, fitting or not', async () => {
    for (const options of ['max=12000&w=410', 'max=500&w=410']) {
      const jobs = await jobsOf(options);
      assert.ok(jobs.length > 3);
      await get(`/photo.jpg?${options}`);
      const record = service.log.find((one) => one.options === options);
      assert.equal(record.work, jobs.reduce((sum, { work }) => sum + work, 0), options);
    }
  });

  test('work is added up, CPU time where it is told; memory is that of the largest job', async () => {
    const info = { work: 1, peakMemory: 5 };
    const resizer = counting({ resize: async (input) => ({ info: { ...info, ...input }, bytes: null }) });
    assert.equal(resizer.spent, null);
    await resizer.resize({});
    assert.deepEqual(resizer.spent, { work: 1, peakMemory: 5 });
    await resizer.resize({ cpuMs: 1.25, peakMemory: 4 });
    await resizer.resize({ cpuMs: 2 });
    assert.deepEqual(resizer.spent, { work: 3, peakMemory: 5, cpuMs: 3.25 });
  });
});

describe('limits', () => {
  test('too many pixels are refused from the header', async () => {
    const huge = Buffer.from(await sampleBytes('alpha.png'));
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29);
    await service.bucket.put('prod/huge.png', huge);
    const { response } = await get('/strict/huge.png?w=10');
    assert.equal(response.status, 413);
    const large = await sharp({
      create: { width: 5000, height: 3000, channels: 3, background: 'red' },
    })
      .png()
      .toBuffer();
    await service.bucket.put('prod/large.png', large);
    assert.equal((await get('/strict/large.png?w=10')).response.status, 413);
  });

  test('a side over the limit', async () => {
    const { response } = await get('/strict/photo.jpg?w=1501&h=100&up=1');
    assert.equal(response.status, 413);
  });
});

// Small ones: a window is a minute, on a busy machine too.
describe('a flood of variants', () => {
  test('of one object is bounded; others are not concerned, hits neither', async () => {
    const statuses = [];
    for (let width = 1; width <= 60; width += 1)
      statuses.push((await get(`/jpeg/gray.jpg?w=${width}`)).response.status);
    assert.equal(statuses.filter((status) => status === 200).length, 30);
    assert.equal(statuses.filter((status) => status === 429).length, 30);
    const refused = await get('/jpeg/gray.jpg?w=60');
    assert.equal(refused.response.headers.get('Cache-Control'), 'no-store');
    assert.ok(refused.response.headers.get('Retry-After'));
    assert.equal((await get('/jpeg/gray.jpg?w=1')).response.headers.get('X-Cache'), 'Hit from thimble');
    assert.equal((await get('/progressive.jpg?w=20')).response.status, 200);
  });

  test('of one object is bounded with the default configuration too', async () => {
    const plain = await startService();
    try {
      await plain.seed('prod/', ['jpeg/gray.jpg']);
      const counts = {};
      for (let width = 1; width <= 130; width += 1) {
        const response = await plain.fetch(`/prod/jpeg/gray.jpg?w=${1 + (width % 65)}&q=${width % 100 || 1}`);
        await response.arrayBuffer();
        counts[response.status] = (counts[response.status] ?? 0) + 1;
      }
      assert.deepEqual(counts, { 200: 120, 429: 10 });
    } finally {
      await plain.stop();
    }
  });
});
