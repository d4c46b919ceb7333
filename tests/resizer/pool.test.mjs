// How instances are taken, kept and dropped. WebAssembly.instantiate is counted, nothing is faked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { createThimble } from '../../worker/resizer/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { streamOf, thimbleModule } from '../lib/engines.mjs';

const module = await thimbleModule();
const photo = await sampleBytes('photo.jpg');
const thumbnail = await sampleBytes('thumbnail.png');

/** Instances made while `work` runs; the first one made answers questions and is not counted. */
async function countInstances(thimble, work) {
  await thimble.resize(thumbnail, 'w=1').catch(() => {});
  const { instantiate } = WebAssembly;
  let count = 0;
  WebAssembly.instantiate = (...args) => {
    count += 1;
    return instantiate(...args);
  };
  try {
    await work();
  } finally {
    WebAssembly.instantiate = instantiate;
  }
  return count;
}

test('jobs one after the other use one instance', async () => {
  const thimble = createThimble(module);
  const made = await countInstances(thimble, async () => {
    for (let times = 0; times < 5; times += 1) await thimble.resize(thumbnail, 'w=20');
  });
  assert.equal(made, 0);
});

test('jobs at the same time have one each, and idle ones are bounded in number', async () => {
  const thimble = createThimble(module, { keepCount: 2 });
  const five = () =>
    Promise.all(
      [1, 2, 3, 4, 5].map((width) => thimble.resize(streamOf(photo, 20_000), `w=${width * 10}`)),
    );
  const made = await countInstances(thimble, async () => {
    const results = await five();
    assert.deepEqual(
      results.map(({ info }) => info.outWidth),
      [10, 20, 30, 40, 50],
    );
  });
  assert.equal(made, 4, 'one was idle');
  assert.equal(await countInstances(thimble, five), 3, 'two were kept');
});

test('interleaved jobs do not mix: the bytes are those of each alone', async () => {
  const thimble = createThimble(module);
  const jobs = [
    [photo, 'w=40'],
    [thumbnail, 'w=40&f=webp'],
    [photo, 'w=41&f=png'],
    [thumbnail, 'w=42&f=jpeg'],
  ];
  const together = await Promise.all(
    jobs.map(([bytes, query]) => thimble.resize(streamOf(bytes, 3000), query)),
  );
  for (const [index, [bytes, query]] of jobs.entries()) {
    const alone = await createThimble(module).resize(bytes, query);
    assert.deepEqual(together[index].bytes, alone.bytes, query);
  }
});

test('an instance that grew past the mark is not used again', async () => {
  const thimble = createThimble(module, { keepBytes: 1 });
  const made = await countInstances(thimble, async () => {
    for (let times = 0; times < 3; times += 1) await thimble.resize(thumbnail, 'w=20');
  });
  assert.equal(made, 3);
});

test('an instance that trapped is dropped, and the next job is right', async () => {
  const thimble = createThimble(module);
  const expected = (await thimble.resize(photo, 'w=64')).bytes;
  const trapping = await sampleBytes('bad/zero-width.jpg');
  const made = await countInstances(thimble, async () => {
    for (let times = 0; times < 10; times += 1) {
      await assert.rejects(thimble.resize(trapping, 'w=64'), { status: 'CORRUPT' });
      assert.deepEqual((await thimble.resize(photo, 'w=64')).bytes, expected);
    }
  });
  assert.equal(made, 10);
});

test('when running jobs hold the memory, a further one is refused at once', async () => {
  const thimble = createThimble(module, { budgetBytes: 4 << 20 });
  const waiting = new ReadableStream();
  const abort = new AbortController();
  const first = thimble.resize(waiting, 'w=10', { signal: abort.signal });
  await new Promise((resolve) => setTimeout(resolve, 10));
  const second = thimble.resize(new ReadableStream(), 'w=10', { signal: abort.signal });
  await new Promise((resolve) => setTimeout(resolve, 10));
  await assert.rejects(thimble.resize(thumbnail, 'w=10'), { status: 'NO_MEMORY', httpStatus: 503 });
  abort.abort();
  await assert.rejects(first);
  await assert.rejects(second);
  assert.equal((await thimble.resize(thumbnail, 'w=10')).info.outWidth, 10);
});

test('jobs that grow past the budget together: the largest is refused, the others go on', async () => {
  const thimble = createThimble(module, { budgetBytes: 9 << 20 });
  const pixels = Buffer.from(
    Array.from({ length: 1200 * 1200 * 3 }, (_, index) => (index * index * 31) >>> 7),
  );
  // Lossless WebP in holds a frame.
  const webp = await sharp(pixels, { raw: { width: 1200, height: 1200, channels: 3 } })
    .webp({ lossless: true, effort: 0 })
    .toBuffer();
  const bodies = [];
  const refused = [];
  for (let count = 0; count < 4; count += 1) {
    // Nobody reads the output yet, so the job stands still with all it holds.
    await thimble.resizeStream(webp, 'w=1100&f=png').then(
      ({ body }) => bodies.push(body),
      (error) => refused.push(error.status),
    );
  }
  assert.ok(bodies.length > 0, 'the first one is never refused');
  assert.ok(refused.length > 0 && refused.every((status) => status === 'NO_MEMORY'), `${refused}`);
  const expected = (await createThimble(module).resize(webp, 'w=1100&f=png')).bytes;
  for (const body of bodies) {
    assert.deepEqual(new Uint8Array(await new Response(body).arrayBuffer()), expected);
  }
});

test('a module of another ABI is refused by name', async () => {
  // (module (func (export "th_abi") (result i32) i32.const 0x20000) (memory (export "memory") 1))
  const other = new WebAssembly.Module(
    Uint8Array.of(
      0,
      0x61,
      0x73,
      0x6d,
      1,
      0,
      0,
      0,
      1,
      5,
      1,
      0x60,
      0,
      1,
      0x7f,
      3,
      2,
      1,
      0,
      5,
      3,
      1,
      0,
      1,
      7,
      19,
      2,
      6,
      0x74,
      0x68,
      0x5f,
      0x61,
      0x62,
      0x69,
      0,
      0,
      6,
      0x6d,
      0x65,
      0x6d,
      0x6f,
      0x72,
      0x79,
      2,
      0,
      10,
      8,
      1,
      6,
      0,
      0x41,
      0x80,
      0x80,
      0x08,
      0x0b,
    ),
  );
  assert.throws(() => createThimble(other).canon('w=1'), { status: 'INTERNAL', message: /ABI 2/ });
});
