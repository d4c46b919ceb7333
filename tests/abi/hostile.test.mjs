// A host that calls in the wrong order, lies about lengths, and goes on after errors: every call
// answers with a status, and the instance works for the next job.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { makeInstance, STATUS } from './instance.mjs';

const OPTIONS = 'w=20&f=png';

/** Whatever was done to it before, a job that follows the rules succeeds. */
async function assertStillWorks(instance) {
  const png = await sampleBytes('alpha.png');
  assert.equal(instance.open(OPTIONS), STATUS.OK, instance.info().message);
  assert.ok(instance.push(png) >= 0);
  assert.ok(instance.th_end() >= 0);
  const { status, bytes } = instance.finish();
  assert.equal(status, STATUS.DONE, instance.info().message);
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
}

test('calls without a job are MISUSE', async () => {
  const instance = await makeInstance();
  for (const name of ['th_step', 'th_end']) assert.equal(instance[name](), STATUS.MISUSE, name);
  instance.th_reserve(10);
  assert.equal(instance.th_push(10), STATUS.MISUSE);
  assert.equal(instance.th_pull(), 0);
  assert.equal(instance.info().status, STATUS.MISUSE);
  await assertStillWorks(instance);
});

test('push after end is MISUSE, and stays so', async () => {
  const instance = await makeInstance();
  instance.open(OPTIONS);
  instance.push(await sampleBytes('alpha.png'));
  instance.th_end();
  assert.equal(instance.push(new Uint8Array(8)), STATUS.MISUSE);
  assert.ok(instance.th_step() < 0 || instance.th_step() === STATUS.DONE);
  await assertStillWorks(instance);
});

test('end twice does no harm', async () => {
  const instance = await makeInstance();
  instance.open(OPTIONS);
  instance.push(await sampleBytes('alpha.png'));
  instance.th_end();
  instance.th_end();
  await assertStillWorks(instance);
});

test('more bytes than reserved are MISUSE', async () => {
  for (const [name, ...more] of [
    ['th_open'],
    ['th_limits'],
    ['th_canon', 0],
    ['th_canon', 0xffffffff],
  ]) {
    const instance = await makeInstance();
    instance.th_reserve(10);
    assert.equal(instance[name](11, ...more), STATUS.MISUSE, name);
    assert.equal(instance[name](0x7fffffff, ...more), STATUS.MISUSE, name);
    assert.equal(instance[name](-1, ...more), STATUS.MISUSE, name);
    await assertStillWorks(instance);
  }
});

test('pushing what was never reserved is MISUSE', async () => {
  const instance = await makeInstance();
  instance.open(OPTIONS);
  assert.equal(instance.th_push(1 << 20), STATUS.MISUSE);
  instance.th_reserve(10);
  assert.equal(instance.th_push(11), STATUS.MISUSE);
  assert.equal(instance.th_push(-1), STATUS.MISUSE);
  await assertStillWorks(instance);
});

test('one reserve is good for one push', async () => {
  const instance = await makeInstance();
  instance.open(OPTIONS);
  instance.push((await sampleBytes('alpha.png')).subarray(0, 100));
  assert.equal(instance.th_push(100), STATUS.MISUSE);
  await assertStillWorks(instance);
});

test('reserving nothing, too much, and again', async () => {
  const instance = await makeInstance();
  instance.th_reserve(0);
  assert.equal(instance.th_reserve(0x7fffffff), 0);
  assert.equal(instance.th_reserve(-1), 0);
  instance.open(OPTIONS);
  assert.equal(instance.th_reserve(0x7fffffff), 0);
  await assertStillWorks(instance);
  instance.open(OPTIONS);
  for (let times = 0; times < 1000; times += 1) assert.notEqual(instance.th_reserve(65536), 0);
  assert.ok(instance.memory.buffer.byteLength < 16 << 20, 'reserving again must not pile up');
  await assertStillWorks(instance);
});

test('step before any input asks for it; an empty image is an error', async () => {
  const instance = await makeInstance();
  instance.open(OPTIONS);
  assert.equal(instance.th_step(), STATUS.MORE_INPUT);
  assert.equal(instance.th_step(), STATUS.MORE_INPUT);
  instance.th_end();
  assert.ok(instance.th_step() < 0);
  assert.notEqual(instance.info().message, '');
  await assertStillWorks(instance);
});

test('an error is kept: every later call answers the same', async () => {
  const instance = await makeInstance();
  instance.open(OPTIONS);
  instance.push(new TextEncoder().encode('this is no image at all, whatever its name'));
  const first = instance.th_step();
  assert.ok(first < 0);
  const { message } = instance.info();
  for (let times = 0; times < 3; times += 1) assert.equal(instance.th_step(), first);
  assert.equal(instance.info().message, message);
  await assertStillWorks(instance);
});

test('after DONE comes DONE; pulling again gives nothing', async () => {
  const instance = await makeInstance();
  await assertStillWorks(instance);
  assert.equal(instance.th_step(), STATUS.DONE);
  assert.equal(instance.th_pull(), 0);
  assert.equal(instance.th_step(), STATUS.DONE);
  await assertStillWorks(instance);
});

test('questions about options are MISUSE while a job runs, and answered after it', async () => {
  const instance = await makeInstance();
  instance.open(OPTIONS);
  assert.equal(instance.th_describe(), STATUS.MISUSE);
  assert.equal(instance.th_canon(0, 0), STATUS.MISUSE);
  await assertStillWorks(instance);
  assert.equal(instance.th_describe(), STATUS.OK);
  assert.ok(Array.isArray(JSON.parse(instance.pullAll().toString())));
  await assertStillWorks(instance);
});

test('a new job forgets the old one, wherever that stood', async () => {
  const instance = await makeInstance();
  const jpeg = await sampleBytes('photo.jpg');
  for (const bytes of [0, 1, 100, 65536, 300_000]) {
    instance.open('w=300&f=webp');
    for (let at = 0; at < bytes; at += 65536) {
      instance.push(jpeg.subarray(at, Math.min(at + 65536, bytes)));
      assert.ok(instance.th_step() >= 0, instance.info().message);
    }
    await assertStillWorks(instance);
  }
});

test('ten thousand random calls end in statuses, never in a trap', async () => {
  const png = await sampleBytes('alpha.png');
  let seed = 12345;
  const random = (below) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % below;
  };
  const instance = await makeInstance();
  const moves = [
    () => instance.open(OPTIONS),
    () => instance.open('w=1&w=2'),
    () => instance.push(png.subarray(0, random(png.length))),
    () => instance.th_push(random(1000)),
    () => instance.th_end(),
    () => instance.th_step(),
    () => instance.th_pull(),
    () => instance.th_out() && 0,
    () => instance.th_reserve(random(100_000)) && 0,
    () => instance.th_describe(),
    () => instance.th_canon(random(20), random(20)),
    () => instance.th_expect(random(0x7fffffff)) ?? 0,
  ];
  for (let calls = 0; calls < 10_000; calls += 1) {
    const status = moves[random(moves.length)]();
    assert.ok(status >= STATUS.MISUSE, `status ${status} is INTERNAL or unknown`);
  }
  await assertStillWorks(instance);
});
