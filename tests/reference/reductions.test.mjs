// Large reductions, where the core decodes at 1/2 .. 1/8 and pre-shrinks by a box: not the
// reference's arithmetic any more, so the picture is judged by PSNR alone.
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { assertLikeReference } from '../lib/against-reference.mjs';
import { readSource } from './reference.mjs';

const WIDTHS = [420, 390, 210, 150, 97, 60, 33, 16, 7, 3, 1];

for (const [path, psnr] of [
  ['photo.jpg', 38],
  ['progressive.jpg', 38],
  ['photo.webp', 44],
  ['thumbnail.png', 44],
  ['alpha.png', 44],
]) {
  test(`${path} made much smaller`, async () => {
    const bytes = await sampleBytes(path);
    const source = await readSource(bytes);
    for (const w of WIDTHS) {
      // Of a picture of a few pixels, weights at the border are half of the kernel.
      await assertLikeReference(bytes, { w }, { source, worst: 255, psnr: w < 10 ? 34 : psnr });
    }
    await assertLikeReference(bytes, { w: 400, h: 9, fit: 'fill' }, { source, worst: 255, psnr });
    await assertLikeReference(bytes, { w: 9, h: 300, g: 'w' }, { source, worst: 255, psnr });
  });
}
