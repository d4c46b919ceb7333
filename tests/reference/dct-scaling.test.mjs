// What decoding at 1/2, 3/8, 1/4 and 1/8 may cost: at most 0.3 dB against the same job on the whole
// picture, where it begins and before (src/plan.c, docs/decisions/0012).
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { native } from '../lib/engines.mjs';
import { compare, decodeAny } from '../lib/pixels.mjs';
import { optionsText, readSource, renderReference } from './reference.mjs';

const LOSS_DB_MAX = 0.3;
/** Each as little as there is above the reduction from which a scale is taken, or well below it. */
const REDUCTIONS = { 85: [2.3, 3.01, 3.2, 3.74, 4.6, 6.01, 9.2, 12.01], 95: [3.1, 4.01, 5.34, 8.01] };

const photo = await sampleBytes('progressive.jpg');
const source = await readSource(photo);
/** Every pixel of it, in a format that is never decoded at a fraction. */
const { bytes: whole } = await native(photo, 'f=png');

for (const [q, reductions] of Object.entries(REDUCTIONS)) {
  for (const reduction of reductions) {
    test(`${reduction} times smaller, at quality ${q}`, async () => {
      const w = Math.floor(source.width / reduction);
      const reference = renderReference(source, { w });
      const psnr = async (bytes, options) => {
        const made = await native(bytes, options);
        return compare(await decodeAny(made.bytes), reference).psnr;
      };
      for (const f of ['jpeg', 'webp']) {
        const options = optionsText({ w, q, f });
        const [scaled, full] = [await psnr(photo, options), await psnr(whole, options)];
        assert.ok(scaled >= full - LOSS_DB_MAX, `${f}: ${scaled.toFixed(2)} dB, ${full.toFixed(2)} in full`);
      }
    });
  }
}
