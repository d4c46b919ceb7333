// Large reductions, where the core decodes at 1/2 .. 1/8 and pre-shrinks by a box: not the
// reference's arithmetic any more, so the picture is judged by PSNR alone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { assertLikeReference } from '../lib/against-reference.mjs';
import { native } from '../lib/engines.mjs';
import { compare, decodePng } from '../lib/pixels.mjs';
import { optionsText, readSource, renderReference } from './reference.mjs';

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

// At 3/8 only lossy results are made: at the highest quality from 5.33 to 8 times smaller. Of small
// pictures in strong colours most of the loss is the result's halved chroma.
for (const [path, least] of [
  ['photo.jpg', 42],
  ['progressive.jpg', 40],
  ['jpeg/gray.jpg', 54],
  ['jpeg/444.jpg', 31],
  ['jpeg/411.jpg', 31],
  ['jpeg/orientation-3.jpg', 31],
]) {
  test(`${path} decoded at 3/8`, async () => {
    const bytes = await sampleBytes(path);
    const source = await readSource(bytes);
    for (const reduction of [5.4, 6.1, 7, 7.9]) {
      const options = { w: Math.round(source.width / reduction), q: 100 };
      const jpeg = await native(bytes, optionsText({ ...options, f: 'jpeg' }));
      const png = await native(jpeg.bytes, 'f=png');
      const { psnr } = compare(decodePng(png.bytes), renderReference(source, options));
      assert.ok(psnr >= least, `${reduction} times smaller: PSNR ${psnr.toFixed(2)}`);
    }
  });
}
