// small-images.mjs - images of every kind the readers know, of a few MCUs, passes or macroblocks:
// so few bytes that a mutation is likely to meet one that matters, and thousands run in a second.
import * as meta from '../images/metadata.mjs';
import { encodeJpeg } from '../images/jpeg-writer.mjs';
import { makeGrayJpeg, makeInkJpeg, makeJpeg, makeRgbJpeg } from '../images/jpeg-samples.mjs';
import { makePng, PNG_KINDS } from '../images/png-samples.mjs';
import { encodeApng } from '../images/png-writer.mjs';
import { extendWebp } from '../images/webp-container.mjs';
import { makePaletteWebp, webp } from '../images/webp-samples.mjs';

/** Not multiples of 8 or 16, and more than one MCU both ways. */
const SIZE = { width: 37, height: 21 };
const PNG_SIZE = { width: 21, height: 13 };
const SMOOTH = Buffer.alloc(SIZE.width * SIZE.height, 90);
const FLAT = new Uint16Array(90 * 120 * 4).fill(0x5a5a);
const exif = (orientation) => ({ segments: [meta.exifSegment(meta.makeExif(orientation))] });
const icc = (profile) => ({ segments: meta.iccSegments(profile, 300) });

const jpegs = {
  ...Object.fromEntries(
    [444, 422, 440, 420, 411].flatMap((sampling) => [
      [`${sampling}`, () => makeJpeg({ ...SIZE, sampling })],
      [`${sampling}-progressive`, () => makeJpeg({ ...SIZE, sampling, progressive: true })],
    ]),
  ),
  gray: () => makeGrayJpeg(SIZE),
  'gray-progressive': () => makeGrayJpeg({ ...SIZE, progressive: true }),
  restart: () => makeJpeg({ ...SIZE, restart: 1 }),
  'restart-progressive': () => makeJpeg({ ...SIZE, restart: 2, progressive: true }),
  'separate-scans': () => makeJpeg({ ...SIZE, separate: true }),
  ...Object.fromEntries(
    [2, 3, 5, 6].map((way) => [`exif-${way}`, () => makeJpeg({ ...SIZE, ...exif(way) })]),
  ),
  'icc-p3': () => makeJpeg({ ...SIZE, ...icc(meta.makeP3Profile()) }),
  'icc-srgb': () => makeJpeg({ ...SIZE, ...icc(meta.makeSrgbProfile()) }),
  'icc-sampled': () => makeJpeg({ ...SIZE, ...icc(meta.makeSampledSrgbProfile()) }),
  smooth: () => encodeJpeg({ ...SIZE, components: [{ h: 1, v: 1, plane: SMOOTH }] }),
  rgb: () => makeRgbJpeg(SIZE),
  cmyk: () => makeInkJpeg(SIZE),
  'cmyk-progressive': () => makeInkJpeg({ ...SIZE, progressive: true }),
  'ycck-420': () => makeInkJpeg({ ...SIZE, ycck: true, subsampled: true }),
  'twelve-bit': () => makeJpeg({ ...SIZE, sof: 0xc1, precision: 12 }),
  arithmetic: () => makeJpeg({ ...SIZE, sof: 0xc9 }),
};

const pngs = {
  ...Object.fromEntries(
    PNG_KINDS.flatMap(([colourType, depth]) => {
      const kind = { ...PNG_SIZE, colourType, depth };
      return [
        [`${colourType}-${depth}`, () => makePng(kind)],
        [`${colourType}-${depth}-interlaced`, () => makePng({ ...kind, interlace: true })],
        ...(colourType < 4
          ? [[`${colourType}-${depth}-trns`, () => makePng({ ...kind, transparent: true })]]
          : []),
      ];
    }),
  ),
  'many-idat': () => makePng({ ...PNG_SIZE, colourType: 6, depth: 8, idatBytes: 50 }),
  // More than is inflated at a time.
  long: () => makePng({ width: 90, height: 120, colourType: 6, depth: 16, samples: FLAT }),
  stored: () => makePng({ ...PNG_SIZE, colourType: 2, depth: 8, level: 0 }),
  'icc-p3': () => makePng({ ...PNG_SIZE, colourType: 2, depth: 8, icc: meta.makeP3Profile() }),
  'icc-srgb': () => makePng({ ...PNG_SIZE, colourType: 6, depth: 8, icc: meta.makeSrgbProfile() }),
  exif: () => makePng({ ...PNG_SIZE, colourType: 2, depth: 8, exif: meta.makeExif(6) }),
  animated: () => {
    const image = { width: 4, height: 4, colourType: 0, depth: 8, samples: Buffer.alloc(16) };
    return encodeApng([image, image]);
  },
};

const ALPHA = { ...SIZE, alpha: true };
const webps = {
  lossy: () => webp({ quality: 80 }, SIZE),
  'lossy-low': () => webp({ quality: 5, effort: 6 }, SIZE),
  alpha: () => webp({ quality: 60, alphaQuality: 100 }, ALPHA),
  'alpha-few': () => webp({ quality: 60, alphaQuality: 20 }, ALPHA),
  lossless: () => webp({ lossless: true }, SIZE),
  'lossless-fast': () => webp({ lossless: true, effort: 0 }, SIZE),
  'lossless-slow': () => webp({ lossless: true, effort: 6 }, SIZE),
  'lossless-alpha': () => webp({ lossless: true, exact: true }, ALPHA),
  ...Object.fromEntries(
    [2, 4, 6, 200].map((colours) => [
      `palette-${colours}`,
      () => makePaletteWebp({ ...SIZE, colours }),
    ]),
  ),
  extended: async () =>
    extendWebp(await webp({ quality: 60 }, SIZE), {
      ...SIZE,
      icc: meta.makeP3Profile(),
      exif: meta.makeExif(6),
    }),
};

/** @returns {Promise<{ name: string, bytes: Buffer }[]>} */
export async function smallImages() {
  const made = [];
  for (const [extension, list] of Object.entries({ jpg: jpegs, png: pngs, webp: webps })) {
    for (const [name, make] of Object.entries(list))
      made.push({ name: `small-${name}.${extension}`, bytes: await make() });
  }
  return made;
}
