// Threads: the resizer's own answers from beside the event loop; what ends a job, and what ends a
// thread. Real threads, caught as they start; what they are told is what ends them.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Threads } from '../../worker/server/threads.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { makeThimble, streamOf, thimbleModule } from '../lib/engines.mjs';

/** @type {import('node:worker_threads').Worker[]} */
let workers;
let lost;
let threads;
const onWorker = (worker) => workers.push(worker);

beforeEach(() => {
  workers = [];
  lost = [];
  process.on('worker', onWorker);
});
afterEach(async () => {
  process.off('worker', onWorker);
  await threads?.close();
});

async function make({ count = 1, queueMax = 4, limits = {} } = {}) {
  const onLost = (reason) => lost.push(reason);
  threads = new Threads(await thimbleModule(), { count, queueMax, limits, onLost });
  return threads;
}

/** A stream of the first bytes of an image, and then nothing. */
function stalled(bytes) {
  let cancelled;
  const stream = new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(bytes.subarray(0, 1000))),
    cancel: (reason) => (cancelled = reason),
  });
  return { stream, reason: () => cancelled };
}

test('the same bytes and facts as the resizer, from arrays and streams', async () => {
  const { canon, describe: table } = await make();
  const thimble = await makeThimble();
  for (const name of ['jpeg/420.jpg', 'alpha.png', 'webp/lossy.webp']) {
    const input = await sampleBytes(name);
    const expected = await thimble.resize(input, 'w=77&f=auto', { accept: 'image/webp' });
    for (const source of [input, streamOf(input, 100_000), streamOf(input, 999)]) {
      const options = { accept: 'image/webp', length: input.length };
      const { info, bytes } = await threads.resize(source, 'w=77&f=auto', options);
      assert.deepEqual(bytes, expected.bytes);
      assert.equal(info.outFormat, 'webp');
      assert.equal(info.work, expected.info.work);
    }
  }
  assert.equal(canon('h=1&w=2'), thimble.canon('h=1&w=2'));
  assert.deepEqual(table(), thimble.describe());
  assert.equal(workers.length, 1);
});

test('limits and failures are those of the resizer', async () => {
  await make({ limits: { pixels: 1000 } });
  const input = await sampleBytes('jpeg/420.jpg');
  await assert.rejects(threads.resize(input, 'w=5'), { name: 'ThimbleError', status: 'TOO_LARGE' });
  await assert.rejects(threads.resize(input, 'w=0'), { status: 'BAD_OPTION', httpStatus: 400 });
  await threads.close();
  await make();
  const half = await sampleBytes('bad/half.jpg');
  await assert.rejects(threads.resize(half, 'w=5'), { status: 'TRUNCATED' });
  assert.ok((await threads.resize(input, 'w=5')).bytes.length > 0);
});

test('an error of the input comes through as it is, and the thread goes on', async () => {
  await make();
  const failure = new Error('the origin broke off');
  const stream = new ReadableStream({ pull: (controller) => controller.error(failure) });
  await assert.rejects(threads.resize(stream, 'w=5'), failure);
  assert.ok((await threads.resize(await sampleBytes('alpha.png'), 'w=5')).bytes.length > 0);
  assert.equal(workers.length, 1);
});

test('as many threads as are needed and allowed; the rest waits, then is refused', async () => {
  await make({ count: 2, queueMax: 3 });
  const input = await sampleBytes('jpeg/420.jpg');
  const outcomes = await Promise.allSettled(
    [1, 2, 3, 4, 5, 6, 7].map((width) => threads.resize(input, `w=${width}`)),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 2);
  for (const { reason } of refused) assert.equal(reason.status, 'NO_MEMORY');
  assert.equal(workers.length, 2);
});

describe('abort', () => {
  test('reaches a job that waits for input, and frees its thread', async () => {
    await make();
    const { stream, reason } = stalled(await sampleBytes('jpeg/420.jpg'));
    const abort = new AbortController();
    const gone = new Error('the client went away');
    const job = threads.resize(stream, 'w=5', { signal: abort.signal });
    const next = threads.resize(await sampleBytes('alpha.png'), 'w=5');
    await sleep(100);
    abort.abort(gone);
    await assert.rejects(job, gone);
    assert.equal(reason(), gone);
    assert.ok((await next).bytes.length > 0);
    assert.equal(workers.length, 1);
    assert.deepEqual(lost, []);
  });

  test('takes a job out of the line', async () => {
    await make();
    const { stream } = stalled(await sampleBytes('jpeg/420.jpg'));
    const abort = new AbortController();
    const running = threads.resize(stream, 'w=5', { signal: abort.signal });
    const waits = threads.resize(streamOf(Buffer.alloc(10), 10), 'w=5', { signal: abort.signal });
    abort.abort(new Error('gone'));
    await assert.rejects(running, /gone/);
    await assert.rejects(waits, /gone/);
    await assert.rejects(threads.resize(Buffer.alloc(1), 'w=5', { signal: abort.signal }), /gone/);
    assert.ok((await threads.resize(await sampleBytes('alpha.png'), 'w=5')).bytes.length > 0);
    assert.deepEqual(lost, []);
  });

  test('a thread that does not stop when told is ended and replaced', async () => {
    await make();
    const abort = new AbortController();
    const { stream } = stalled(await sampleBytes('jpeg/420.jpg'));
    const job = threads.resize(stream, 'w=5', { signal: abort.signal });
    await sleep(100);
    // Deaf: what is told to the thread does not get there any more.
    workers[0].postMessage = () => {};
    abort.abort(new Error('gone'));
    await assert.rejects(job, /gone/);
    assert.ok((await threads.resize(await sampleBytes('alpha.png'), 'w=5')).bytes.length > 0);
    assert.deepEqual(lost, ['did not stop when told']);
    assert.equal(workers.length, 2);
  });
});

describe('a thread that ends fails its job and is replaced', () => {
  const endings = {
    killed: (worker) => worker.terminate(),
    'an exception nobody catches': (worker) => worker.postMessage(null),
  };
  for (const [name, end] of Object.entries(endings)) {
    test(name, async () => {
      await make();
      const { stream } = stalled(await sampleBytes('jpeg/420.jpg'));
      const job = threads.resize(stream, 'w=5');
      const next = threads.resize(await sampleBytes('alpha.png'), 'w=5');
      await sleep(100);
      end(workers[0]);
      await assert.rejects(job, { status: 'INTERNAL', message: /^thread: ended, / });
      assert.ok((await next).bytes.length > 0, 'who waited is served by the new one');
      assert.equal(workers.length, 2);
      assert.equal(lost.length, 1);
    });
  }

  test('out of memory', { timeout: 60_000 }, async () => {
    await make();
    const { stream } = stalled(await sampleBytes('jpeg/420.jpg'));
    const job = threads.resize(stream, 'w=5');
    await sleep(100);
    workers[0].postMessage({ ballast: Array.from({ length: 1_400_000 }, (_, index) => ({ index })) });
    await assert.rejects(job, { status: 'INTERNAL', message: /out of memory/ });
    assert.ok((await threads.resize(await sampleBytes('alpha.png'), 'w=5')).bytes.length > 0);
  });
});

test('close refuses what runs and what waits', async () => {
  await make();
  const jobs = [5, 6].map(async (width) => {
    const { stream } = stalled(await sampleBytes('jpeg/420.jpg'));
    return threads.resize(stream, `w=${width}`);
  });
  await sleep(100);
  await Promise.all([...jobs.map((job) => assert.rejects(job, { status: 'INTERNAL' })), threads.close()]);
  assert.deepEqual(lost, []);
});
