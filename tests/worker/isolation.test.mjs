// One isolate of the real workerd, many jobs in it at the same time, one of which goes wrong: it
// fails alone, and afterwards the isolate answers as if nothing had been.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Engine } from '../../worker/resizer/engine.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { narrowModuleFile, thimbleModule } from '../lib/engines.mjs';
import { expectedAnswer } from './mixture.mjs';
import { startService } from './service.mjs';
import { startTurns } from './turns.mjs';
import { workerdPid } from './workerd.mjs';

/** Jobs that come out right, one of each kind of decoder. */
const GOOD = [
  ['alpha.png', 'w=20&f=webp'],
  ['jpeg/420.jpg', 'w=30&f=jpeg'],
  ['jpeg/420-progressive.jpg', 'w=40&f=webp'],
  ['png/type3-8-trns.png', 'w=25&f=webp'],
  ['webp/lossy.webp', 'w=35&f=jpeg'],
  ['webp/lossless-alpha.webp', 'w=45&f=webp'],
];
/** Images that end in a trap, on purpose: libjpeg's fatal errors do. */
const TRAPPING = ['bad/zero-width.jpg', 'bad/bad-code-no-eoi.jpg', 'bad/taller-than-data.jpg'];
const FAILING = ['bad/half.jpg', 'bad/half.webp', 'bad/bad-idat.png'];
/** Long enough that whoever waits for a job that is gone runs into the time-out of the test. */
const FOR_EVER_MS = 60_000;
const timeout = 50_000;

/** @param {object} [options] */
async function start({ module, vars } = {}) {
  const origin = await startTurns();
  const service = await startService({
    module,
    vars: {
      ORIGINS: { turns: { kind: 'http', base: origin.url, allow_private: true } },
      ROUTES: [
        { path: '/kept/*', origin: 'turns', prefix: '', on_error: 'status' },
        {
          path: '/*',
          origin: 'turns',
          prefix: '',
          on_error: 'status',
          on_busy: 'status',
          cache_control: 'no-store',
        },
      ],
      ORIGIN_STALL_MS: FOR_EVER_MS,
      COLLAPSE_WAIT_MS: FOR_EVER_MS,
      VARIANTS_PER_MINUTE: 1_000_000,
      ...vars,
    },
  });
  const pid = workerdPid();

  async function ask([name, options], path = 'whole') {
    const response = await service.fetch(`/${path}/${name}?${options}`);
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  async function assertRight(answer, job) {
    const wanted = await expectedAnswer({ name: job[0], options: job[1], route: 'turns' });
    assert.equal(answer.status, wanted.status, job.join('?'));
    assert.ok(answer.bytes.equals(wanted.bytes), `${job.join('?')}: wrong bytes`);
  }

  /** Good jobs and `others`, all of them in the middle at once; answers those of `others`. */
  async function askTogether(others, path) {
    origin.gather(GOOD.length + others.length);
    const answers = await Promise.all([
      ...GOOD.map((job) => ask(job)),
      ...others.map((job) => ask(job, path)),
    ]);
    for (const [index, job] of GOOD.entries()) await assertRight(answers[index], job);
    return answers.slice(GOOD.length);
  }

  return {
    origin,
    service,
    ask,
    assertRight,
    askTogether,
    async assertUnharmed() {
      for (const job of GOOD) await assertRight(await ask(job), job);
      assert.equal(workerdPid(), pid, 'workerd lives');
    },
    async stop() {
      origin.stop();
      await service.stop();
    },
  };
}

/** The error of a job in an instance of its own, and whether that can be used again. */
async function failureOf(name, options) {
  const engine = new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), '');
  try {
    engine.open(options);
    engine.push(await sampleBytes(name));
    engine.end();
    while (engine.step() !== 1) engine.pull();
    return { status: 'DONE', usable: engine.usable };
  } catch (error) {
    return { status: error.status, usable: engine.usable };
  }
}

describe('beside good images, all streamed in turns', { timeout }, () => {
  let isolate;
  before(async () => (isolate = await start()));
  after(() => isolate.stop());

  test('images that trap fail alone', async () => {
    const bad = TRAPPING.map((name, index) => [name, `w=${50 + index}`]);
    for (const job of bad) assert.equal((await failureOf(...job)).usable, false, `${job[0]} traps`);
    for (const { status } of await isolate.askTogether(bad)) assert.equal(status, 422);
    await isolate.assertUnharmed();
  });

  test('an instance that trapped is not used again', async () => {
    // A trap leaves the stack pointer where it was, 0.9 KiB deeper each time: after 133 of them the
    // 14 KiB that a PNG needs would be gone.
    const job = ['jpeg/gray.jpg', 'w=8&f=png'];
    for (let times = 1; times <= 160; times += 1) {
      assert.equal((await isolate.ask([TRAPPING[1], `w=${times}`])).status, 422);
      if (times % 8 === 0) await isolate.assertRight(await isolate.ask(job), job);
    }
  });

  test('images that fail without a trap fail alone', async () => {
    const bad = FAILING.map((name, index) => [name, `w=${50 + index}`]);
    for (const job of bad) assert.equal((await failureOf(...job)).usable, true, job[0]);
    for (const { status } of await isolate.askTogether(bad)) assert.equal(status, 422);
    await isolate.assertUnharmed();
  });

  test('an origin that dies in the middle takes no other job with it, and nothing is kept', async () => {
    const jobs = [
      ['photo.jpg', 'w=60'],
      ['photo.webp', 'w=61'],
      ['thumbnail.png', 'w=62'],
    ];
    for (const { status } of await isolate.askTogether(jobs, 'kept/dies')) {
      assert.equal(status, 502);
    }
    isolate.origin.heal();
    for (const job of jobs) await isolate.assertRight(await isolate.ask(job, 'kept/dies'), job);
    await isolate.assertUnharmed();
  });
});

describe('a client that leaves in the middle', { timeout }, () => {
  let isolate;
  // Memory for two jobs: one that is never given back is missed by the third.
  before(async () => (isolate = await start({ vars: { BUDGET_BYTES: 4 << 20 } })));
  after(() => isolate.stop());

  test('ends its job: the origin is let go, the memory is free, the next one is answered', async () => {
    for (let times = 0; times < 3; times += 1) {
      const leave = Promise.withResolvers();
      const jobs = [0, 1].map((index) => ['jpeg/420.jpg', `w=${70 + 2 * times + index}`]);
      const left = jobs.map(([name, options]) =>
        isolate.service.leave(`/kept/holds/${name}?${options}`, leave.promise),
      );
      // Both are in the middle once there is no memory for a third job. Until they began, only
      // originals are asked for, which need none.
      await isolate.origin.asked(jobs.length);
      for (let passes = 0; passes < 3; passes += 1) await isolate.ask(['alpha.png', '']);
      while ((await isolate.ask(GOOD[1])).status !== 503);
      leave.resolve();
      await Promise.all([...left, isolate.origin.left(jobs.length)]);
      await isolate.assertUnharmed();
    }
    const gone = isolate.service.log.filter(({ status }) => status === 499);
    assert.equal(gone.length, 6);
    assert.ok(gone.every(({ resizeMs }) => resizeMs !== undefined), 'each had a job');
    isolate.origin.heal();
    const job = ['jpeg/420.jpg', 'w=70'];
    await isolate.assertRight(await isolate.ask(job, 'kept/holds'), job);
  });
});

describe('in a module with 12 KiB of stack and 12 pages of memory', { timeout }, () => {
  // No image is known that exhausts the 128 KiB and 96 MiB of the one that is shipped: the deepest
  // of all samples needs 14 KiB, and plans are refused past 88 MiB. This one is linked of the same
  // objects with less of both.
  let isolate;
  before(async () => (isolate = await start({ module: narrowModuleFile })));
  after(() => isolate.stop());

  test('a job whose memory cannot grow any further fails alone', async () => {
    const [large, larger] = await isolate.askTogether([
      ['photo.webp', 'w=80&f=jpeg'],
      ['photo.webp', 'w=81&f=jpeg'],
    ]);
    assert.deepEqual([large.status, larger.status], [503, 503]);
    assert.equal(isolate.service.log.filter(({ failure }) => failure === 'NO_MEMORY').length, 2);
    await isolate.assertUnharmed();
  });

  test('a job that exhausts the stack fails alone', async () => {
    const [deep, deeper] = await isolate.askTogether([
      ['jpeg/420.jpg', 'w=50&f=png'],
      ['webp/lossy.webp', 'w=51&f=png'],
    ]);
    assert.deepEqual([deep.status, deeper.status], [500, 500]);
    const traps = isolate.service.log.filter(({ error }) => /out of bounds/.test(error));
    assert.equal(traps.length, 2, 'the overflow trapped, and wrote over nothing');
    await isolate.assertUnharmed();
  });
});
