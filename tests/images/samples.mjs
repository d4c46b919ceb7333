// samples.mjs - the list of test and sample images: name, what it is, how it is made.
//
// Groups: run (what `make run` serves), jpeg, png, webp (what thimble must take), pass (what it
// must name and refuse), bad (what it must survive), big (for the figures, made on demand).
// `expect` is the status a job must end with; without it, the job must succeed.
import sharp from 'sharp';
import { encodeJpeg, JFIF, planesOf, samplePlane } from './jpeg-writer.mjs';
import * as meta from './metadata.mjs';
import { encodeApng, encodePng, PNG_CHANNELS } from './png-writer.mjs';
import { makeDrawing, makeRandom, makeScene } from './scene.mjs';
import { extendWebp, makeWebp, webpChunks } from './webp-container.mjs';

// One thread: samples are made beside other work, and encoders must not depend on it.
sharp.concurrency(1);

const JPEG_WIDTH = 211;
const JPEG_HEIGHT = 157;
const PNG_WIDTH = 97;
const PNG_HEIGHT = 71;
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

const raw = (pixels, width, height) =>
  sharp(pixels, {
    raw: { width, height, channels: pixels.length / (width * height) },
    limitInputPixels: false,
  });

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
function makeRgbJpeg() {
  const rgb = makeScene(JPEG_WIDTH, JPEG_HEIGHT, { seed: 13 });
  const components = [0, 1, 2].map((c) => {
    const plane = samplePlane(
      rgb,
      JPEG_WIDTH,
      JPEG_HEIGHT,
      [c === 0 ? 1 : 0, c === 1 ? 1 : 0, c === 2 ? 1 : 0, 0],
      1,
      1,
    );
    return { h: 1, v: 1, plane, id: 'RGB'.charCodeAt(c) };
  });
  return encodeJpeg({ width: JPEG_WIDTH, height: JPEG_HEIGHT, components, adobe: 0 });
}

/** Four inverted components as Adobe writes them: CMYK (transform 0) or YCCK (transform 2). */
function makeInkJpeg({ ycck = false, subsampled = false, progressive = false, segments = [] }) {
  const width = JPEG_WIDTH;
  const height = JPEG_HEIGHT;
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

/** Samples of any colour type and depth from the scene. */
function pngSamples(colourType, depth, width, height) {
  if (colourType === 3 || (colourType === 0 && depth < 4))
    return makeDrawing(width, height, 1 << depth);
  const scene = makeScene(width, height, { seed: 21, alpha: true });
  const random = makeRandom(22);
  const channels = PNG_CHANNELS[colourType];
  const samples = new Uint16Array(width * height * channels);
  const scale = (byte) =>
    depth === 16 ? byte * 257 - (byte > 0 ? random.below(200) : 0) : byte >> (8 - depth);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b, a] = scene.subarray(i * 4, i * 4 + 4);
    const gray = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    const pixel = { 0: [gray], 2: [r, g, b], 4: [gray, a], 6: [r, g, b, a] }[colourType];
    for (let c = 0; c < channels; c++) samples[i * channels + c] = scale(pixel[c]);
  }
  return samples;
}

function pngPalette(count) {
  const random = makeRandom(23);
  return Array.from({ length: count }, () => [
    random.below(256),
    random.below(256),
    random.below(256),
  ]);
}

export function makePng({
  colourType,
  depth,
  transparent = false,
  width = PNG_WIDTH,
  height = PNG_HEIGHT,
  ...rest
}) {
  const image = { width, height, colourType, depth, filter: 'cycle', ...rest };
  image.samples ??= pngSamples(colourType, depth, width, height);
  if (colourType === 3) image.palette ??= pngPalette(1 << depth);
  if (transparent && colourType === 3)
    image.transparency = image.palette.map((_, i) => (i * 97 + 40) & 255);
  else if (transparent) {
    // The value of some pixel in the middle, and every pixel of a block set to it.
    const channels = PNG_CHANNELS[colourType];
    const at = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
    image.transparency = Array.from(image.samples.subarray(at, at + channels));
    for (let y = 10; y < 30; y++) {
      for (let x = 12; x < 40; x++) {
        image.transparency.forEach((value, c) => {
          image.samples[(y * width + x) * channels + c] = value;
        });
      }
    }
  }
  return encodePng(image);
}

function makeDither() {
  const random = makeRandom(24);
  const samples = Uint8Array.from({ length: PNG_WIDTH * PNG_HEIGHT }, () => random.below(2));
  return makePng({ colourType: 0, depth: 1, samples });
}

const webp = (
  options,
  { width = JPEG_WIDTH, height = JPEG_HEIGHT, alpha = false, seed = 31 } = {},
) =>
  raw(makeScene(width, height, { seed, alpha }), width, height)
    .webp(options)
    .toBuffer();

const jpegPhoto = (width, height, options, seed = 41) =>
  raw(makeScene(width, height, { seed, noise: 5 }), width, height)
    .jpeg({ quality: 88, ...options })
    .toBuffer();

function makePdf() {
  const text = 'BT /F1 24 Tf 72 720 Td (thimble passes documents through untouched) Tj ET';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  body += `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}

async function makeAnimatedWebp() {
  const size = 64;
  const frames = [51, 52, 53].map((seed) => makeScene(size, size, { seed }));
  const pixels = Buffer.concat(frames);
  const options = { raw: { width: size, height: size * 3, channels: 3, pageHeight: size } };
  return sharp(pixels, options)
    .webp({ quality: 70, loop: 0, delay: [100, 100, 100] })
    .toBuffer();
}

const cut = (bytes, share) => bytes.subarray(0, Math.floor(bytes.length * share));

function flip(bytes, at, value = 0xff) {
  const copy = Buffer.from(bytes);
  copy[at] ^= value;
  return copy;
}

// --- the lists -------------------------------------------------------------------

const runSamples = [
  {
    name: 'thumbnail.png',
    make: () =>
      raw(makeScene(800, 800, { seed: 1, noise: 3 }), 800, 800)
        .png()
        .toBuffer(),
  },
  { name: 'photo.jpg', make: () => jpegPhoto(2725, 2225, {}, 2) },
  { name: 'progressive.jpg', make: () => jpegPhoto(1600, 1200, { progressive: true }, 3) },
  {
    name: 'photo.webp',
    make: () => webp({ quality: 85, effort: 2 }, { width: 1600, height: 1067, seed: 4 }),
  },
  {
    name: 'alpha.png',
    make: () =>
      raw(makeScene(640, 480, { seed: 5, alpha: true }), 640, 480)
        .png()
        .toBuffer(),
  },
  { name: 'document.pdf', make: makePdf, expect: 'UNSUPPORTED' },
];

const jpegSamples = [
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
  { name: 'rgb.jpg', make: makeRgbJpeg },
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

const PNG_KINDS = [
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 2],
  [3, 4],
  [3, 8],
  [4, 8],
  [4, 16],
  [6, 8],
  [6, 16],
];
const pngSamplesList = [
  ...PNG_KINDS.flatMap(([colourType, depth]) => [
    { name: `type${colourType}-${depth}.png`, make: () => makePng({ colourType, depth }) },
    {
      name: `type${colourType}-${depth}-interlaced.png`,
      make: () => makePng({ colourType, depth, interlace: true }),
    },
  ]),
  ...[
    [0, 1],
    [0, 2],
    [0, 8],
    [0, 16],
    [2, 8],
    [2, 16],
    [3, 2],
    [3, 8],
  ].map(([colourType, depth]) => ({
    name: `type${colourType}-${depth}-trns.png`,
    make: () => makePng({ colourType, depth, transparent: true }),
  })),
  {
    name: 'type3-8-trns-interlaced.png',
    make: () => makePng({ colourType: 3, depth: 8, transparent: true, interlace: true }),
  },
  ...[0, 1, 2, 3, 4].map((filter) => ({
    name: `filter-${filter}.png`,
    make: () => makePng({ colourType: 2, depth: 8, filter }),
  })),
  { name: 'many-idat.png', make: () => makePng({ colourType: 6, depth: 8, idatBytes: 7 }) },
  // Black and white noise: the worst there is for rounding and clipping between two passes.
  { name: 'dither.png', harsh: true, make: makeDither },
  { name: 'stored.png', make: () => makePng({ colourType: 2, depth: 8, level: 0 }) },
  {
    name: 'icc-p3.png',
    wide: true,
    make: () => makePng({ colourType: 2, depth: 8, icc: meta.makeP3Profile() }),
  },
  {
    name: 'icc-srgb.png',
    make: () => makePng({ colourType: 2, depth: 8, icc: meta.makeSrgbProfile() }),
  },
  { name: 'exif-6.png', make: () => makePng({ colourType: 2, depth: 8, exif: meta.makeExif(6) }) },
];

const webpSamples = [
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
  { name: 'lossless-palette.webp', make: makePaletteWebp },
  {
    name: 'icc-p3.webp',
    wide: true,
    make: async () =>
      extendWebp(await webp({ quality: 80 }), {
        width: JPEG_WIDTH,
        height: JPEG_HEIGHT,
        icc: meta.makeP3Profile(),
      }),
  },
  {
    name: 'exif-6.webp',
    make: async () =>
      extendWebp(await webp({ quality: 80 }), {
        width: JPEG_WIDTH,
        height: JPEG_HEIGHT,
        exif: meta.makeExif(6),
      }),
  },
  {
    name: 'exif-3-alpha.webp',
    make: async () => {
      const bytes = await webp({ quality: 80 }, { alpha: true });
      return extendWebp(bytes, {
        width: JPEG_WIDTH,
        height: JPEG_HEIGHT,
        exif: meta.makeExif(3),
        alpha: true,
      });
    },
  },
];

function makePaletteWebp() {
  const palette = pngPalette(6);
  const pixels = Uint8Array.from(
    Array.from(makeDrawing(120, 90, 6)).flatMap((index) => palette[index]),
  );
  return raw(pixels, 120, 90).webp({ lossless: true }).toBuffer();
}

const HTML =
  '<!doctype html><html><head><title>not an image</title></head><body><p>404</p></body></html>\n';
const SVG =
  '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="teal"/></svg>\n';
const passSamples = [
  { name: 'animated.webp', expect: 'UNSUPPORTED', make: makeAnimatedWebp },
  {
    name: 'animated.png',
    expect: 'UNSUPPORTED',
    make: () =>
      encodeApng(
        [61, 62].map((seed) => ({
          width: 64,
          height: 48,
          colourType: 2,
          depth: 8,
          samples: makeScene(64, 48, { seed }),
        })),
      ),
  },
  {
    name: 'image.gif',
    expect: 'UNSUPPORTED',
    make: () =>
      raw(makeScene(64, 48, { seed: 63 }), 64, 48)
        .gif()
        .toBuffer(),
  },
  { name: 'image.svg', expect: 'UNSUPPORTED', make: () => Buffer.from(SVG) },
  { name: 'page.html', expect: 'UNSUPPORTED', make: () => Buffer.from(HTML) },
  { name: 'page.jpg', expect: 'UNSUPPORTED', make: () => Buffer.from(HTML) },
  {
    name: 'text.txt',
    expect: 'UNSUPPORTED',
    make: () => Buffer.from('This is not an image but a line of text, long enough to sniff.\n'),
  },
  {
    name: 'image.tiff',
    expect: 'UNSUPPORTED',
    make: () => raw(makeScene(32, 24), 32, 24).tiff().toBuffer(),
  },
  {
    name: 'image.avif',
    expect: 'UNSUPPORTED',
    make: () =>
      raw(makeScene(64, 48, { seed: 64 }), 64, 48)
        .avif({ effort: 0 })
        .toBuffer(),
  },
];

const badSamples = [
  { name: 'empty.jpg', expect: 'TRUNCATED', make: () => Buffer.alloc(0) },
  { name: 'one-byte.jpg', expect: ['TRUNCATED', 'UNSUPPORTED'], make: () => Buffer.from([0xff]) },
  { name: 'soi-only.jpg', expect: 'TRUNCATED', make: () => Buffer.from([0xff, 0xd8, 0xff, 0xe0]) },
  { name: 'half.jpg', expect: 'TRUNCATED', make: () => cut(makeJpeg({}), 0.5) },
  {
    name: 'half-progressive.jpg',
    expect: 'TRUNCATED',
    make: () => cut(makeJpeg({ progressive: true }), 0.5),
  },
  // Every pixel is there, only the last marker is not.
  { name: 'no-eoi.jpg', expect: 'OK', make: () => makeJpeg({}).subarray(0, -2) },
  {
    name: 'no-last-block.jpg',
    expect: 'TRUNCATED',
    make: () => makeJpeg({}).subarray(0, -40),
  },
  {
    name: 'twelve-bit.jpg',
    expect: 'UNSUPPORTED',
    make: () => makeJpeg({ sof: 0xc1, precision: 12 }),
  },
  { name: 'lossless.jpg', expect: 'UNSUPPORTED', make: () => makeJpeg({ sof: 0xc3 }) },
  { name: 'arithmetic.jpg', expect: 'UNSUPPORTED', make: () => makeJpeg({ sof: 0xc9 }) },
  { name: 'hierarchical.jpg', expect: 'UNSUPPORTED', make: () => makeJpeg({ sof: 0xc5 }) },
  {
    name: 'zero-width.jpg',
    expect: ['CORRUPT', 'UNSUPPORTED'],
    make: () => patchSof(makeJpeg({}), { width: 0 }),
  },
  {
    name: 'zero-height.jpg',
    expect: ['CORRUPT', 'UNSUPPORTED'],
    make: () => patchSof(makeJpeg({}), { height: 0 }),
  },
  {
    name: 'taller-than-data.jpg',
    expect: ['TRUNCATED', 'CORRUPT'],
    make: () => patchSof(makeJpeg({}), { height: 4000 }),
  },
  {
    name: 'half.png',
    expect: 'TRUNCATED',
    make: () => cut(makePng({ colourType: 2, depth: 8 }), 0.5),
  },
  {
    name: 'half-interlaced.png',
    expect: 'TRUNCATED',
    make: () => cut(makePng({ colourType: 2, depth: 8, interlace: true }), 0.5),
  },
  {
    name: 'bad-crc.png',
    expect: 'CORRUPT',
    make: () => flip(makePng({ colourType: 2, depth: 8 }), 29),
  },
  { name: 'bad-idat.png', expect: 'CORRUPT', make: () => badDeflate() },
  {
    name: 'no-palette.png',
    expect: 'CORRUPT',
    make: () => makePng({ colourType: 3, depth: 8, palette: [] }),
  },
  { name: 'short-data.png', expect: ['CORRUPT', 'TRUNCATED'], make: () => shortPng() },
  {
    name: 'half.webp',
    expect: 'TRUNCATED',
    make: async () => cut(await webp({ quality: 80 }), 0.5),
  },
  {
    name: 'half-lossless.webp',
    expect: 'TRUNCATED',
    make: async () => cut(await webp({ lossless: true }), 0.5),
  },
  {
    name: 'half-alpha.webp',
    expect: 'TRUNCATED',
    make: async () => cut(await webp({ quality: 80 }, { alpha: true }), 0.5),
  },
  {
    name: 'bad-frame.webp',
    expect: 'CORRUPT',
    make: async () => badWebpFrame(await webp({ quality: 80 })),
  },
  {
    name: 'lying-canvas.webp',
    expect: 'CORRUPT',
    make: async () => extendWebp(await webp({ quality: 80 }), { width: 500, height: 400 }),
  },
  {
    name: 'no-picture.webp',
    expect: ['CORRUPT', 'TRUNCATED', 'UNSUPPORTED'],
    make: () => makeWebp([{ id: 'EXIF', data: meta.makeExif(1) }]),
  },
];

function patchSof(bytes, { width, height }) {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]));
  if (height !== undefined) copy.writeUInt16BE(height, at + 5);
  if (width !== undefined) copy.writeUInt16BE(width, at + 7);
  return copy;
}

/** The CRC of IDAT is right, its content is not a deflate stream. */
function badDeflate() {
  const good = makePng({ colourType: 2, depth: 8 });
  const before = good.subarray(0, good.indexOf('IDAT', 0, 'latin1') - 4);
  const junk = {
    type: 'IDAT',
    data: Buffer.from('this is no deflate stream, whatever the CRC says'),
  };
  const end = makePng({
    colourType: 0,
    depth: 8,
    width: 1,
    height: 1,
    samples: [0],
    chunks: [junk],
  });
  return Buffer.concat([before, end.subarray(end.indexOf('IDAT', 0, 'latin1') - 4)]);
}

/** Everything is well-formed, but the image data is that of half the height. */
function shortPng() {
  const short = encodePng({
    width: 64,
    height: 20,
    colourType: 2,
    depth: 8,
    samples: makeScene(64, 20),
  });
  const tall = encodePng({
    width: 64,
    height: 40,
    colourType: 2,
    depth: 8,
    samples: makeScene(64, 40),
  });
  return Buffer.concat([tall.subarray(0, 33), short.subarray(33)]);
}

function badWebpFrame(bytes) {
  const chunks = webpChunks(bytes).map(({ id, data }) => ({ id, data: Buffer.from(data) }));
  const frame = chunks.find(({ id }) => id === 'VP8 ');
  frame.data[3] = 0; // the start code 9d 01 2a
  return makeWebp(chunks);
}

const bigSamples = [
  { name: '24mp.jpg', make: () => jpegPhoto(6000, 4000, {}, 71) },
  { name: '24mp-progressive.jpg', make: () => jpegPhoto(6000, 4000, { progressive: true }, 71) },
  {
    name: '24mp.webp',
    make: () => webp({ quality: 85, effort: 0 }, { width: 6000, height: 4000, seed: 72 }),
  },
  { name: '100mp.jpg', make: () => jpegPhoto(12000, 8400, {}, 73) },
  { name: '12mp.jpg', make: () => jpegPhoto(4000, 3000, {}, 75) },
  {
    name: '8mp.png',
    make: () =>
      raw(makeScene(3456, 2304, { seed: 74, noise: 3 }), 3456, 2304)
        .png({ compressionLevel: 3 })
        .toBuffer(),
  },
  {
    name: '8mp.webp',
    make: () => webp({ quality: 85, effort: 1 }, { width: 3456, height: 2304, seed: 76 }),
  },
  { name: '6mp.jpg', make: () => jpegPhoto(2725, 2225, {}, 2) },
];

const inGroup = (group, list) =>
  list.map((sample) => ({
    ...sample,
    group,
    path: group === 'run' ? sample.name : `${group}/${sample.name}`,
  }));

/** @type {{name: string, group: string, path: string, make: () => Buffer | Promise<Buffer>, expect?: string | string[], ink?: boolean, wide?: boolean, harsh?: boolean}[]} */
export const samples = [
  ...inGroup('run', runSamples),
  ...inGroup('jpeg', jpegSamples),
  ...inGroup('png', pngSamplesList),
  ...inGroup('webp', webpSamples),
  ...inGroup('pass', passSamples),
  ...inGroup('bad', badSamples),
  ...inGroup('big', bigSamples),
];
