// Every sample, whole and damaged, gives the same bytes, statuses, messages and work natively in
// scalar code, in WebAssembly with our SIMD kernels in Node, and in other engines, although a fatal
// error of libjpeg is a longjmp here, a trap there and a hook in the command.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { damagesOf } from './damages.mjs';
import { differenceOf, runCommand, runInNode, runScalar, secondEngines } from './engines.mjs';
import { SUBJECTS, smallSamples } from './subjects.mjs';

const QUERIES = [
  'w=40&f=jpeg',
  'w=33&h=20&f=png',
  'h=50&f=webp',
  'w=60&h=60&fit=contain&bg=2468ac80&f=webp&q=95',
  'w=300&up=1&f=jpeg&q=96',
  'w=25&h=70&fit=fill&lin=1&f=png',
];
const AMOUNTS = { cuts: 8, flips: 24, moves: 6 };
/** Of the lies and moved parts one in so many. */
const THIN = 5;

/** @param {import('./engines.mjs').Task[]} tasks */
async function assertSame(t, tasks) {
  const expected = await runScalar(tasks);
  assert.ok(expected.some(({ status }) => status === 'OK'), 'some of them are images');
  const compare = (outcomes) =>
    tasks.forEach(({ name, query }, i) =>
      assert.equal(differenceOf(expected[i], outcomes[i]), null, `${name}, ${query}`),
    );
  await t.test('Wasm in Node', async () => compare(await runInNode(tasks)));
  for (const engine of secondEngines) {
    await t.test(engine.name, { skip: engine.skip }, async () =>
      compare(await runCommand(engine, tasks)),
    );
  }
}

/** Each damaged file with one of the queries. */
function tasksOf(subject, bytes) {
  const damages = [...damagesOf(bytes, AMOUNTS)].filter(
    ({ kind }, i) => kind === 'cut' || kind === 'flipped' || i % THIN === 0,
  );
  return damages.map((damage, i) => ({
    name: `${subject}, ${damage.name}`,
    bytes: damage.bytes,
    query: QUERIES[i % QUERIES.length],
  }));
}

test('every small sample', async (t) => {
  const tasks = [];
  for (const { path: name } of smallSamples) {
    const bytes = await sampleBytes(name);
    for (const query of QUERIES) tasks.push({ name, bytes, query });
  }
  await assertSame(t, tasks);
});

test('damaged ones', async (t) => {
  const tasks = [];
  for (const subject of SUBJECTS) tasks.push(...tasksOf(subject, await sampleBytes(subject)));
  await assertSame(t, tasks);
});
