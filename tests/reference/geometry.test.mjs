// Every fit, gravity, orientation, dpr and background against the reference, on a picture
// with subsampled chroma and on one with alpha.
import test from 'node:test';
import { makeJpeg } from '../images/jpeg-samples.mjs';
import { makePng } from '../images/png-samples.mjs';
import { exifSegment, makeExif } from '../images/metadata.mjs';
import { sampleBytes } from '../images/make-samples.mjs';
import { assertLikeReference } from '../lib/against-reference.mjs';
import { readSource } from './reference.mjs';

const FITS = ['cover', 'inside', 'contain', 'fill', 'outside', 'scale-down'];
const GRAVITIES = [
  'center',
  'n',
  'ne',
  'e',
  'se',
  's',
  'sw',
  'w',
  'nw',
  '0.5x0.3',
  '0.27x0.81',
  '0x1',
];
const BOXES = [
  { w: 50, h: 50 },
  { w: 41, h: 17 },
  { w: 23, h: 61 },
  { w: 300, h: 100 },
  { w: 64 },
  { h: 37 },
];

const turned = (orientation) =>
  makeJpeg({ width: 131, height: 94, segments: [exifSegment(makeExif(orientation))] });

for (const [name, make] of [
  ['4:2:0 jpeg', () => turned(1)],
  ['png with alpha', () => makePng({ colourType: 6, depth: 8, width: 131, height: 94 })],
]) {
  for (const fit of FITS) {
    test(`${name}, ${fit}`, async () => {
      const bytes = make();
      const source = await readSource(bytes);
      for (const box of BOXES) {
        for (const up of [0, 1]) await assertLikeReference(bytes, { ...box, fit, up }, { source });
      }
    });
  }
}

for (const g of GRAVITIES) {
  test(`gravity ${g}`, async () => {
    const bytes = turned(1);
    const source = await readSource(bytes);
    for (const box of [
      { w: 40, h: 60 },
      { w: 75, h: 21 },
    ]) {
      await assertLikeReference(bytes, { ...box, g }, { source });
      await assertLikeReference(bytes, { ...box, g, fit: 'contain', bg: '204080' }, { source });
    }
  });
}

for (let orientation = 1; orientation <= 8; orientation++) {
  test(`orientation ${orientation}`, async () => {
    for (const [width, height] of [
      [131, 94],
      [90, 77],
      [57, 63],
    ]) {
      const segments = [exifSegment(makeExif(orientation))];
      for (const sampling of [420, 422, 444]) {
        const bytes = makeJpeg({ width, height, sampling, segments });
        const source = await readSource(bytes);
        for (const options of [
          {},
          { w: 33 },
          { w: 40, h: 31, g: '0.2x0.9' },
          { w: 61, h: 60, fit: 'contain', g: 'se', bg: 'f80' },
          { w: 45, h: 29, fit: 'fill' },
        ]) {
          await assertLikeReference(bytes, options, { source });
        }
      }
    }
  });
  test(`orientation ${orientation} of a png with alpha`, async () => {
    const bytes = makePng({
      colourType: 6,
      depth: 8,
      width: 61,
      height: 47,
      exif: makeExif(orientation),
    });
    await assertLikeReference(bytes, { w: 30, h: 19, g: 'ne' });
    await assertLikeReference(bytes, { w: 30, h: 39, fit: 'contain', g: '0.9x0.1' });
  });
}

test('dpr multiplies the asked size', async () => {
  const bytes = await sampleBytes('jpeg/420.jpg');
  for (const dpr of [1.5, 2, 3.25]) {
    await assertLikeReference(bytes, { w: 31, dpr });
    await assertLikeReference(bytes, { w: 31, h: 30, dpr });
  }
});

for (const bg of ['000', 'fff', 'c83', '00ff0088', '336699', '33669980', '00000000']) {
  test(`background ${bg}`, async () => {
    for (const path of [
      'png/type6-8.png',
      'png/type3-8-trns.png',
      'jpeg/420.jpg',
      'jpeg/gray.jpg',
      'webp/lossy-alpha.webp',
    ]) {
      const bytes = await sampleBytes(path);
      const source = await readSource(bytes);
      await assertLikeReference(bytes, { w: 50, bg }, { source });
      await assertLikeReference(bytes, { w: 61, h: 60, fit: 'contain', bg }, { source });
    }
  });
}
