// An instance that runs one job after another: nothing of one is seen in the next, whatever
// became of it; and when stack or memory run out, only that job fails.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Engine } from '../../worker/resizer/engine.js';
import { bombs } from './files/index.mjs';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { makeThimble, thimbleModule, wasm } from '../lib/engines.mjs';

const SUBJECTS = ['jpeg/420.jpg', 'jpeg/420-progressive.jpg', 'png/type6-8.png', 'webp/lossless.webp'];
const QUERIES = ['w=90&f=png', 'w=40&h=60&f=webp', 'w=70&f=jpeg', 'w=50&h=50&fit=contain&f=png'];

async function makeEngine(limits = '') {
  return new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), limits);
}

/** Runs a job, to its end or until `steps` pieces of input went in; throws what it threw. */
function runOn(engine, bytes, query, steps = Number.POSITIVE_INFINITY) {
  const out = [];
  engine.open(query);
  for (let at = 0, status = 0, fed = 0; status !== 1;) {
    status = engine.step();
    if (status === 2 && fed++ >= steps) return null;
    if (status === 2 && at < bytes.length) {
      engine.push(bytes.subarray(at, at + 1024));
      at += 1024;
    } else if (status === 2) engine.end();
    for (let piece = engine.pull(); piece.length > 0; piece = engine.pull()) out.push(piece);
  }
  return Buffer.concat(out);
}

test('a used instance gives the bytes of a fresh one, after any other job', async () => {
  const pooled = await makeEngine();
  const fresh = new Map();
  for (const subject of SUBJECTS) {
    const bytes = await sampleBytes(subject);
    for (const query of QUERIES) {
      fresh.set(`${subject} ${query}`, { bytes, query, out: runOn(await makeEngine(), bytes, query) });
    }
  }
  const all = [...fresh.values()];
  for (let i = 0; i < 3 * all.length; i++) {
    const { bytes, query, out } = all[(i * 7) % all.length];
    const other = all[(i * 5 + 3) % all.length];
    runOn(pooled, other.bytes, other.query, i % 4); // left in the middle
    assert.ok(runOn(pooled, bytes, query).equals(out), query);
  }
});

/** More than any of the samples' jobs takes. */
const STAIN_BYTES = 4 << 20;

/**
 * An instance whose free memory is full of one byte, as a job before might have left it. What is too
 * small to be handed out of that is as the jobs before did leave it, unless each has a `fresh` one.
 */
function makeStained(byte, { fresh = false } = {}) {
  let instance;
  let engine;
  return {
    /** What a job gives that finds its memory so. */
    async run(bytes, query) {
      if (fresh || !engine?.usable) {
        instance = await WebAssembly.instantiate(await thimbleModule(), {});
        engine = new Engine(instance, '');
      }
      const { th_reserve, memory } = instance.exports;
      engine.open('');
      const at = th_reserve(STAIN_BYTES);
      new Uint8Array(memory.buffer, at, STAIN_BYTES).fill(byte);
      engine.reset();
      const before = memory.buffer.byteLength;
      try {
        const out = runOn(engine, bytes, query).toString('base64');
        return { out, inside: memory.buffer.byteLength === before };
      } catch ({ status, message }) {
        return { status, message, inside: memory.buffer.byteLength === before };
      }
    },
  };
}

test('no job sees what another one left in memory, whatever it is given', async () => {
  // Memory is not cleared between jobs: it is written before it is read. If it were not, then jobs
  // that find other bytes there would come to other results.
  const zeros = makeStained(0x00, { fresh: true });
  const [ones, others] = [makeStained(0xff), makeStained(0xa5)];
  let jobs = 0;
  for (const { path: name } of samples.filter(({ group }) => group !== 'big')) {
    const whole = await sampleBytes(name);
    const flipped = Uint8Array.from(whole);
    flipped[Math.floor(whole.length * 0.6)] ^= 0x55;
    const cases = [
      ...['png', 'jpeg', 'webp'].map((format) => [whole, `w=40&f=${format}`]),
      [whole, 'w=43&h=60&fit=contain&bg=f00&lin=1&f=png'],
      [whole.subarray(0, whole.length >> 1), 'w=41&f=png'],
      [flipped, 'w=42&h=60&fit=contain&f=png'],
    ];
    for (const [bytes, query] of cases) {
      const result = await zeros.run(bytes, query);
      assert.ok(result.inside, `${name} ${query}: took more memory than was stained`);
      assert.deepEqual(await ones.run(bytes, query), result, `${name} ${query}`);
      assert.deepEqual(await others.run(bytes, query), result, `${name} ${query}`);
      jobs += 1;
    }
  }
  assert.ok(jobs > 500, `${jobs}`);
});

test('bad images between good ones, at once and streamed', async () => {
  const thimble = await makeThimble();
  const good = await sampleBytes('jpeg/420.jpg');
  const { bytes: right } = await wasm(good, 'w=64&f=png', { thimble });
  const bad = bombs.filter(({ name }) => /sampling|restart-always|12-bit|canvas|ihdr/.test(name));
  const jobs = bad.flatMap(({ make, expect }) => [
    wasm(make(), 'w=64&f=png', { thimble }).then(({ status }) =>
      assert.equal(status, expect),
    ),
    wasm(good, 'w=64&f=png', { thimble }).then(({ bytes }) => assert.ok(bytes.equals(right))),
  ]);
  await Promise.all(jobs);
});

test('memory runs out at the maximum: NO_MEMORY', async () => {
  const { memory, ...exports } = (await WebAssembly.instantiate(await thimbleModule(), {})).exports;
  exports._initialize?.();
  const pages = () => memory.buffer.byteLength / 65536;
  // A host that takes all pages for itself leaves the module none.
  while (pages() < 1536) memory.grow(Math.min(64, 1536 - pages()));
  assert.throws(() => memory.grow(1), RangeError, 'the module is linked with a maximum');
  const image = bombs.find(({ name }) => name === '4000x4000-lossless.webp').make();
  const write = (data) => {
    const at = exports.th_reserve(data.length);
    assert.notEqual(at, 0);
    new Uint8Array(memory.buffer, at, data.length).set(data);
    return data.length;
  };
  exports.th_open(write(Buffer.from('w=64&f=png')));
  let status = exports.th_step();
  for (let fed = false; status === 2; status = exports.th_step()) {
    if (fed) exports.th_end();
    else exports.th_push(write(image));
    fed = true;
  }
  assert.equal(status, -6, 'NO_MEMORY');
});

test('a job over its memory limit fails alone', async () => {
  const engine = await makeEngine('memory=2000000');
  const image = bombs.find(({ name }) => name === '4000x4000-lossless.webp').make();
  assert.throws(() => runOn(engine, image, 'w=64&f=png'), { status: 'TOO_LARGE' });
  const good = await sampleBytes('jpeg/gray.jpg');
  assert.ok(runOn(engine, good, 'w=30&f=png').length > 0);
});

test('the stack lies below all data, so that its overflow traps', async () => {
  // --stack-first: address 0 is the stack's far end; the first data are above its 128 KiB.
  const engine = (await WebAssembly.instantiate(await thimbleModule(), {})).exports;
  engine._initialize?.();
  assert.ok(engine.th_info() >= 131072, `data at ${engine.th_info()}`);
});
