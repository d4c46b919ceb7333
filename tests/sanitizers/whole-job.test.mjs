// The whole command under AddressSanitizer and UndefinedBehaviorSanitizer: every sample, and
// damaged ones. What the module's sandbox would hide (a read past a buffer, a shift too far,
// memory never given back) ends such a process with a report.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { makeRandom } from '../images/scene.mjs';
import { root, run } from '../lib/engines.mjs';

const program = path.join(root, 'build/asan/thimble');
/** Exit codes of a job that ended well or was refused for the image's sake. */
const CLEAN = [0, 2, 3, 4, 5];
const QUERIES = ['w=57&h=43&f=webp&g=0.1x0.8', 'w=300&h=20&fit=contain&bg=3377aa88&f=png'];
const DAMAGES = 18;

async function assertClean(bytes, query, name) {
  const { code, signal, stderr } = await run(program, [query], bytes);
  assert.equal(signal, null, `${name}: ended by ${signal}`);
  assert.doesNotMatch(stderr, /Sanitizer|runtime error/, `${name}, ${query}: ${stderr.slice(0, 2000)}`);
  assert.ok(CLEAN.includes(code), `${name}, ${query}: exit ${code}, ${stderr.slice(0, 300)}`);
}

for (const { path: sample, group } of samples) {
  if (group === 'big') continue;
  test(sample, async () => {
    const bytes = await sampleBytes(sample);
    for (const query of QUERIES) await assertClean(bytes, query, sample);
  });
}

for (const sample of [
  'jpeg/420.jpg',
  'jpeg/411-progressive.jpg',
  'jpeg/restart-progressive.jpg',
  'jpeg/separate-scans.jpg',
  'jpeg/ycck-420.jpg',
  'jpeg/icc-p3-pieces.jpg',
  'png/type2-8.png',
  'png/type6-16-interlaced.png',
  'png/type3-4-interlaced.png',
  'png/icc-p3.png',
  'webp/lossy.webp',
  'webp/lossy-alpha.webp',
  'webp/lossless.webp',
  'webp/exif-6.webp',
]) {
  test(`${sample}, damaged`, async () => {
    const bytes = await sampleBytes(sample);
    const random = makeRandom(bytes.length + 5);
    for (let i = 0; i < DAMAGES; i++) {
      const damaged = Buffer.from(i % 3 === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes);
      for (let k = 0; k < i % 3; k++) damaged[random.below(bytes.length)] ^= 1 + random.below(255);
      await assertClean(damaged, QUERIES[i & 1], `${sample}, damage ${i}`);
    }
  });
}
