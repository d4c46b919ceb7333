// A damaged image gives the same answer natively and in WebAssembly: the same bytes, or the same
// status and words, although a fatal error of libjpeg is a longjmp here and a trap there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { makeRandom } from '../images/scene.mjs';
import { native, wasm } from '../lib/engines.mjs';

const DAMAGES = 40;
const SUBJECTS = [
  'jpeg/420.jpg',
  'jpeg/444-progressive.jpg',
  'jpeg/restart.jpg',
  'jpeg/ycck.jpg',
  'png/type2-8.png',
  'png/type6-16-interlaced.png',
  'png/type3-8-trns.png',
  'webp/lossy.webp',
  'webp/lossy-alpha.webp',
  'webp/lossless.webp',
];

for (const subject of SUBJECTS) {
  test(subject, async () => {
    const bytes = await sampleBytes(subject);
    const random = makeRandom(bytes.length + 17);
    for (let i = 0; i < DAMAGES; i++) {
      const damaged = Buffer.from(
        i % 4 === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes,
      );
      // The headers get half of the damage: that is where the two ways out of libjpeg differ.
      const reach = i % 2 === 0 ? Math.min(700, damaged.length) : damaged.length;
      if (i % 4 !== 0) damaged[random.below(reach)] ^= 1 + random.below(255);
      const query = ['w=40&f=jpeg', 'w=33&h=20&f=png', 'f=webp&h=50'][i % 3];
      const a = await native(damaged, query);
      const b = await wasm(damaged, query);
      assert.equal(
        b.status,
        a.status,
        `damage ${i}, ${query}: native ${a.message}, wasm ${b.message}`,
      );
      if (a.status !== 'OK')
        assert.equal(a.message, `thimble: ${b.message}`, `damage ${i}, ${query}`);
      assert.ok(a.bytes.equals(b.bytes), `damage ${i}, ${query}: other bytes`);
    }
  });
}
