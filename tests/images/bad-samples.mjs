// bad-samples.mjs - damaged images, and the status each must end with.
import { makeJpeg } from './jpeg-samples.mjs';
import * as meta from './metadata.mjs';
import { makePng } from './png-samples.mjs';
import { encodePng } from './png-writer.mjs';
import { makeScene } from './scene.mjs';
import { webp } from './webp-samples.mjs';
import { extendWebp, makeWebp, webpChunks } from './webp-container.mjs';

const cut = (bytes, share) => bytes.subarray(0, Math.floor(bytes.length * share));

const IEND_BYTES = 12;

/** A negative `at` counts from the end. */
function flip(bytes, at, value = 0xff) {
  const copy = Buffer.from(bytes);
  copy[at < 0 ? bytes.length + at : at] ^= value;
  return copy;
}

export const badSamples = [
  { name: 'empty.jpg', expect: 'TRUNCATED', make: () => Buffer.alloc(0) },
  { name: 'one-byte.jpg', expect: 'UNSUPPORTED', make: () => Buffer.from([0xff]) },
  { name: 'soi-only.jpg', expect: 'TRUNCATED', make: () => Buffer.from([0xff, 0xd8, 0xff, 0xe0]) },
  { name: 'half.jpg', expect: 'TRUNCATED', make: () => cut(makeJpeg({}), 0.5) },
  {
    name: 'half-progressive.jpg',
    expect: 'TRUNCATED',
    make: () => cut(makeJpeg({ progressive: true }), 0.5),
  },
  // Every pixel is there, only the last marker is not.
  { name: 'no-eoi.jpg', expect: 'OK', make: () => makeJpeg({}).subarray(0, -2) },
  // More scans might have come.
  {
    name: 'no-eoi-progressive.jpg',
    expect: 'TRUNCATED',
    make: () => makeJpeg({ progressive: true }).subarray(0, -2),
  },
  { name: 'bad-code-no-eoi.jpg', expect: 'CORRUPT', make: () => badLastCode() },
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
    expect: 'CORRUPT',
    make: () => patchSof(makeJpeg({}), { width: 0 }),
  },
  {
    name: 'zero-height.jpg',
    expect: 'CORRUPT',
    make: () => patchSof(makeJpeg({}), { height: 0 }),
  },
  {
    name: 'taller-than-data.jpg',
    expect: 'CORRUPT',
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
  // As with JPEG: every pixel is there.
  {
    name: 'no-iend.png',
    expect: 'OK',
    make: () => makePng({ colourType: 2, depth: 8 }).subarray(0, -IEND_BYTES),
  },
  {
    name: 'bad-iend-interlaced.png',
    expect: 'OK',
    make: () => flip(makePng({ colourType: 2, depth: 8, interlace: true }), -IEND_BYTES),
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
  { name: 'short-data.png', expect: 'CORRUPT', make: () => shortPng() },
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
  // What is behind the end is nobody's business.
  {
    name: 'longer.webp',
    expect: 'OK',
    make: async () => Buffer.concat([await webp({ quality: 80 }), Buffer.from('and more')]),
  },
  {
    name: 'no-picture.webp',
    expect: 'CORRUPT',
    make: () => makeWebp([{ id: 'EXIF', data: meta.makeExif(1) }]),
  },
];

/** The file stops in the middle, behind sixteen ones, which are no code. */
function badLastCode() {
  const bytes = makeJpeg({});
  const ones = Buffer.from([0xff, 0, 0xff, 0, 0xff, 0]);
  return Buffer.concat([bytes.subarray(0, bytes.length - 401), ones]);
}

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
