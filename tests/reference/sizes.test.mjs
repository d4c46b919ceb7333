// Small and odd sizes, 1x1 to 40x40: where blocks, chroma and kernels hang over every edge.
import test from 'node:test';
import sharp from 'sharp';
import { makeJpeg } from '../images/jpeg-samples.mjs';
import { makePng } from '../images/png-samples.mjs';
import { makeScene } from '../images/scene.mjs';
import { assertLikeReference } from '../lib/against-reference.mjs';
import { readSource } from './reference.mjs';

const KINDS = {
  '4:2:0 jpeg': (width, height) => makeJpeg({ width, height, quality: 95 }),
  '4:1:1 progressive jpeg': (width, height) =>
    makeJpeg({ width, height, sampling: 411, progressive: true }),
  'png with alpha': (width, height) => makePng({ colourType: 6, depth: 8, width, height }),
  'interlaced png': (width, height) =>
    makePng({ colourType: 2, depth: 8, width, height, interlace: true }),
  'lossy webp': (width, height) => webp(width, height, { quality: 90 }),
  'lossless webp': (width, height) => webp(width, height, { lossless: true }),
};

function webp(width, height, options) {
  const pixels = makeScene(width, height, { seed: width * 41 + height });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .webp({ ...options, effort: 1 })
    .toBuffer();
}

/** Squares, slivers and a diagonal: every width and every height at least four times. */
function sizes() {
  const list = [];
  for (let n = 1; n <= 40; n++) list.push([n, n], [n, 41 - n], [1, n], [n, 1]);
  return list;
}

for (const [name, make] of Object.entries(KINDS)) {
  test(`${name}, 1x1 to 40x40`, async () => {
    for (const [width, height] of sizes()) {
      const bytes = await make(width, height);
      const source = await readSource(bytes);
      try {
        // So few samples that the mean error may be near the largest.
        const bounds = { source, slack: 8 };
        await assertLikeReference(bytes, {}, bounds);
        await assertLikeReference(
          bytes,
          { w: Math.ceil(width / 2), h: Math.ceil(height / 3), fit: 'fill' },
          bounds,
        );
        if ((width + height) % 4 === 0)
          await assertLikeReference(bytes, { w: 7, h: 5, up: 1 }, bounds);
      } catch (error) {
        error.message = `${width}x${height}: ${error.message}`;
        throw error;
      }
    }
  });
}
