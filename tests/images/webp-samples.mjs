// webp-samples.mjs - WebPs: lossy, lossless, with alpha and metadata.
import * as meta from './metadata.mjs';
import { pngPalette } from './png-samples.mjs';
import { raw } from './raw.mjs';
import { makeDrawing, makeScene } from './scene.mjs';
import { extendWebp } from './webp-container.mjs';

const WEBP_WIDTH = 211;
const WEBP_HEIGHT = 157;

/** An encoder's. */
export const webp = (
  options,
  { width = WEBP_WIDTH, height = WEBP_HEIGHT, alpha = false, seed = 31 } = {},
) =>
  raw(makeScene(width, height, { seed, alpha }), width, height)
    .webp(options)
    .toBuffer();

export const webpSamples = [
  { name: 'lossy.webp', make: () => webp({ quality: 80 }) },
  { name: 'lossy-even.webp', make: () => webp({ quality: 60 }, { width: 160, height: 120 }) },
  {
    name: 'lossy-alpha.webp',
    make: () => webp({ quality: 80, alphaQuality: 100 }, { alpha: true }),
  },
  { name: 'lossless.webp', make: () => webp({ lossless: true }) },
  {
    name: 'lossless-alpha.webp',
    make: () => webp({ lossless: true, exact: true }, { alpha: true }),
  },
  { name: 'lossless-palette.webp', make: () => makePaletteWebp() },
  {
    name: 'icc-p3.webp',
    wide: true,
    make: async () =>
      extendWebp(await webp({ quality: 80 }), {
        width: WEBP_WIDTH,
        height: WEBP_HEIGHT,
        icc: meta.makeP3Profile(),
      }),
  },
  {
    name: 'exif-6.webp',
    make: async () =>
      extendWebp(await webp({ quality: 80 }), {
        width: WEBP_WIDTH,
        height: WEBP_HEIGHT,
        exif: meta.makeExif(6),
      }),
  },
  {
    name: 'exif-3-alpha.webp',
    make: async () => {
      const bytes = await webp({ quality: 80 }, { alpha: true });
      return extendWebp(bytes, {
        width: WEBP_WIDTH,
        height: WEBP_HEIGHT,
        exif: meta.makeExif(3),
        alpha: true,
      });
    },
  },
];

export function makePaletteWebp({ width = 120, height = 90, colours = 6 } = {}) {
  const palette = pngPalette(colours);
  const pixels = Uint8Array.from(
    Array.from(makeDrawing(width, height, colours)).flatMap((index) => palette[index]),
  );
  return raw(pixels, width, height).webp({ lossless: true }).toBuffer();
}
