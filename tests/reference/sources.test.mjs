// Every kind of image that thimble takes, decoded, made smaller, left alone and made larger:
// lossless output against the double-precision reference.
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { assertLikeReference } from '../lib/against-reference.mjs';
import { readSource } from './reference.mjs';

for (const { path, group, ink } of samples) {
  if (!['jpeg', 'png', 'webp'].includes(group)) continue;
  test(path, async () => {
    const bytes = await sampleBytes(path);
    const source = await readSource(bytes);
    // CMYK passes through one more conversion in bytes, and libjpeg's own chroma upsampling.
    // Samples of 16 bits lose their low byte, not half of it.
    const bounds = ink
      ? { source, worst: 4 }
      : path.includes('-16')
        ? { source, worst: 3 }
        : { source };
    const w = Math.round(source.width / 2.3);
    await assertLikeReference(bytes, { w }, bounds);
    await assertLikeReference(bytes, { w: Math.round(source.width / 1.2), h: 40 }, bounds);
    await assertLikeReference(bytes, {}, bounds);
    await assertLikeReference(bytes, { w: Math.round(source.width * 1.4), up: 1 }, bounds);
  });
}
