// jpeg-samples.mjs - JPEGs of every kind thimble must take: our own writer's, because no encoder
// makes them all, and an encoder's.
import { encodeJpeg, JFIF, planesOf, samplePlane } from './jpeg-writer.mjs';
import * as meta from './metadata.mjs';
import { raw } from './raw.mjs';
import { makeScene } from './scene.mjs';

const JPEG_WIDTH = 211;
const JPEG_HEIGHT = 157;
const SAMPLINGS = {
  444: [
    [1, 1],
    [1, 1],
    [1, 1],
  ],
  422: [
    [2, 1],
    [1, 1],
    [1, 1],
  ],
  440: [
    [1, 2],
    [1, 1],
    [1, 1],
  ],
  420: [
    [2, 2],
    [1, 1],
    [1, 1],
  ],
  411: [
    [4, 1],
    [1, 1],
    [1, 1],
  ],
};

/** A JPEG of our own writer. `sampling` is a key of SAMPLINGS or a list of factors. */
export function makeJpeg({
  width = JPEG_WIDTH,
  height = JPEG_HEIGHT,
  sampling = 420,
  seed = 11,
  segments = [],
  ...rest
}) {
  const rgb = makeScene(width, height, { seed });
  const components = planesOf(rgb, width, height, SAMPLINGS[sampling] ?? sampling);
  return encodeJpeg({ width, height, components, segments: [JFIF, ...segments], ...rest });
}

export function makeGrayJpeg({
  width = JPEG_WIDTH,
  height = JPEG_HEIGHT,
  factors = [1, 1],
  segments = [],
  ...rest
}) {
  const rgb = makeScene(width, height, { seed: 12 });
  const components = planesOf(rgb, width, height, [factors]);
  return encodeJpeg({ width, height, components, segments: [JFIF, ...segments], ...rest });
}

/** Three components that are R, G and B and say so through Adobe's transform 0. */
export function makeRgbJpeg({ width = JPEG_WIDTH, height = JPEG_HEIGHT } = {}) {
  const rgb = makeScene(width, height, { seed: 13 });
  const components = [0, 1, 2].map((c) => {
    const weights = [c === 0 ? 1 : 0, c === 1 ? 1 : 0, c === 2 ? 1 : 0, 0];
    const plane = samplePlane(rgb, width, height, weights, 1, 1);
    return { h: 1, v: 1, plane, id: 'RGB'.charCodeAt(c) };
  });
  return encodeJpeg({ width, height, components, adobe: 0 });
}

/** Four inverted components as Adobe writes them: CMYK (transform 0) or YCCK (transform 2). */
export function makeInkJpeg({
  ycck = false,
  subsampled = false,
  progressive = false,
  segments = [],
  width = JPEG_WIDTH,
  height = JPEG_HEIGHT,
}) {
  const rgb = makeScene(width, height, { seed: 14 });
  const count = width * height;
  const black = new Uint8Array(count);
  const inks = new Uint8Array(count * 3); // stored = 255 - ink, so C stored / 255 = R / (1 - K)
  for (let i = 0; i < count; i++) {
    const most = Math.max(rgb[i * 3], rgb[i * 3 + 1], rgb[i * 3 + 2]);
    const k = Math.round(255 - (255 - most) * 0.6); // stored black: never less than needed
    black[i] = k;
    for (let c = 0; c < 3; c++)
      inks[i * 3 + c] = Math.min(255, Math.round((rgb[i * 3 + c] * 255) / k));
  }
  const chroma = subsampled ? 2 : 1;
  let components;
  // YCCK is YCbCr of 255 - stored (as libjpeg and Adobe have it), and K as it is.
  if (ycck)
    components = planesOf(
      inks.map((ink) => 255 - ink),
      width,
      height,
      [
        [chroma, chroma],
        [1, 1],
        [1, 1],
      ],
    );
  else
    components = planesOf(inks, width, height, [
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  if (!ycck) {
    components.forEach((component, c) => {
      component.plane = inks.filter((_, i) => i % 3 === c);
    });
  }
  components.push({ h: chroma, v: chroma, plane: black });
  return encodeJpeg({ width, height, components, adobe: ycck ? 2 : 0, progressive, segments });
}

/** An encoder's photograph, with noise. */
export const jpegPhoto = (width, height, options, seed = 41) =>
  raw(makeScene(width, height, { seed, noise: 5 }), width, height)
    .jpeg({ quality: 88, ...options })
    .toBuffer();

export const jpegSamples = [
  ...Object.keys(SAMPLINGS).flatMap((sampling) => [
    { name: `${sampling}.jpg`, make: () => makeJpeg({ sampling }) },
    { name: `${sampling}-progressive.jpg`, make: () => makeJpeg({ sampling, progressive: true }) },
  ]),
  { name: 'gray.jpg', make: () => makeGrayJpeg({}) },
  { name: 'gray-2x2.jpg', make: () => makeGrayJpeg({ factors: [2, 2] }) },
  { name: 'gray-progressive.jpg', make: () => makeGrayJpeg({ progressive: true }) },
  {
    name: 'gray-icc.jpg',
    make: () => makeGrayJpeg({ segments: meta.iccSegments(meta.makeGrayProfile()) }),
  },
  { name: 'rgb.jpg', make: () => makeRgbJpeg() },
  { name: 'cmyk.jpg', ink: true, make: () => makeInkJpeg({}) },
  { name: 'cmyk-progressive.jpg', ink: true, make: () => makeInkJpeg({ progressive: true }) },
  {
    name: 'cmyk-icc.jpg',
    ink: true,
    make: () => makeInkJpeg({ segments: meta.iccSegments(meta.makeCmykProfile()) }),
  },
  { name: 'ycck.jpg', ink: true, make: () => makeInkJpeg({ ycck: true }) },
  { name: 'ycck-420.jpg', ink: true, make: () => makeInkJpeg({ ycck: true, subsampled: true }) },
  { name: 'restart.jpg', make: () => makeJpeg({ restart: 3 }) },
  { name: 'restart-422.jpg', make: () => makeJpeg({ sampling: 422, restart: 1 }) },
  { name: 'restart-progressive.jpg', make: () => makeJpeg({ restart: 5, progressive: true }) },
  { name: 'separate-scans.jpg', make: () => makeJpeg({ separate: true }) },
  {
    name: 'separate-scans-444.jpg',
    make: () => makeJpeg({ sampling: 444, separate: true, restart: 7 }),
  },
  { name: 'quality-100.jpg', make: () => makeJpeg({ quality: 100 }) },
  { name: 'quality-10.jpg', make: () => makeJpeg({ quality: 10 }) },
  {
    name: 'mozjpeg.jpg',
    make: () =>
      raw(makeScene(320, 241, { seed: 15 }), 320, 241)
        .jpeg({ mozjpeg: true })
        .toBuffer(),
  },
  { name: 'encoder-444.jpg', make: () => jpegPhoto(320, 241, { chromaSubsampling: '4:4:4' }) },
  { name: 'encoder-420.jpg', make: () => jpegPhoto(480, 361, {}) },
  { name: 'encoder-420-progressive.jpg', make: () => jpegPhoto(480, 361, { progressive: true }) },
  ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((orientation) => [
    {
      name: `orientation-${orientation}.jpg`,
      make: () =>
        makeJpeg({
          segments: [
            meta.exifSegment(meta.makeExif(orientation, { bigEndian: orientation % 2 === 0 })),
          ],
        }),
    },
    {
      name: `orientation-${orientation}-422.jpg`,
      make: () =>
        makeJpeg({
          sampling: 422,
          width: 93,
          height: 121,
          segments: [meta.exifSegment(meta.makeExif(orientation))],
        }),
    },
  ]),
  {
    name: 'orientation-0.jpg',
    make: () => makeJpeg({ segments: [meta.exifSegment(meta.makeExif(0))] }),
  },
  {
    name: 'orientation-9.jpg',
    make: () => makeJpeg({ segments: [meta.exifSegment(meta.makeExif(9))] }),
  },
  {
    name: 'icc-p3.jpg',
    wide: true,
    make: () => makeJpeg({ segments: meta.iccSegments(meta.makeP3Profile()) }),
  },
  {
    name: 'icc-p3-pieces.jpg',
    wide: true,
    make: () => makeJpeg({ segments: meta.iccSegments(meta.makeP3Profile(), 100) }),
  },
  {
    name: 'icc-srgb.jpg',
    make: () => makeJpeg({ segments: meta.iccSegments(meta.makeSrgbProfile()) }),
  },
];
