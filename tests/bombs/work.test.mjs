// Work units (src/work.h) are the same however the input is cut, in Wasm and natively, and they
// bound what pixels alone do not: so a limit on them refuses the same images everywhere.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { nativeProgram, root, run, thimbleModule } from '../lib/engines.mjs';

const SUBJECTS = [
  'jpeg/420.jpg',
  'jpeg/420-progressive.jpg',
  'jpeg/restart-progressive.jpg',
  'jpeg/separate-scans.jpg',
  'jpeg/ycck.jpg',
  'jpeg/gray.jpg',
  'png/type2-8.png',
  'png/type6-16-interlaced.png',
  'png/type3-4.png',
  'png/many-idat.png',
  'webp/lossy.webp',
  'webp/lossy-alpha.webp',
  'webp/lossless.webp',
];
const QUERY = 'w=600&h=400&f=jpeg&up=1&fit=fill';

async function makeEngine(limits = '') {
  const { Engine } = await import(path.join(root, 'worker/resizer/engine.js'));
  return new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), limits);
}

/** Its work units; throws what the job threw. */
function workOf(engine, bytes, query, chunk) {
  engine.open(query);
  for (let at = 0, status = 0; status !== 1;) {
    status = engine.step();
    if (status === 2 && at < bytes.length) {
      engine.push(bytes.subarray(at, at + chunk));
      at += chunk;
    } else if (status === 2) engine.end();
    while (engine.pull().length > 0);
  }
  return engine.info().work;
}

for (const subject of SUBJECTS) {
  test(`${subject}: the same work however it is cut, and natively`, async () => {
    const bytes = await sampleBytes(subject);
    const whole = workOf(await makeEngine(), bytes, QUERY, bytes.length);
    assert.ok(whole > 1, `${whole} units`);
    for (const chunk of [1, 7, 4096]) {
      assert.equal(workOf(await makeEngine(), bytes, QUERY, chunk), whole, `chunks of ${chunk}`);
    }
    const { code, stderr } = await run(nativeProgram, [QUERY, '--stats'], bytes);
    assert.equal(code, 0, stderr);
    assert.equal(Number(/work (\d+) units/.exec(stderr)?.[1]), whole, 'natively');
  });

  test(`${subject}: a limit on work is exact`, async () => {
    const bytes = await sampleBytes(subject);
    const whole = workOf(await makeEngine(), bytes, QUERY, 4096);
    const half = await makeEngine(`work=${Math.max(1, Math.floor(whole / 2))}`);
    assert.throws(() => workOf(half, bytes, QUERY, 4096), {
      status: 'TOO_LARGE',
      message: /limit .*\(?work\)?/,
    });
    const ample = await makeEngine(`work=${8 * whole}`);
    assert.equal(workOf(ample, bytes, QUERY, 4096), whole);
  });
}
