// webp.mjs - WebPs that ask for much, see index.mjs.
import { BitWriter, MIB, bytes, repeat, overworked } from './parts.mjs';
import { makeWebp } from '../../images/webp-container.mjs';

function vp8x(width, height, flags = 0) {
  const head = Buffer.alloc(10);
  head[0] = flags;
  head.writeUIntLE(width - 1, 4, 3);
  head.writeUIntLE(height - 1, 7, 3);
  return { id: 'VP8X', data: head };
}

/** A key frame: a first partition of `size` bytes, then the same again. */
function vp8(width, height, size, fill = 0) {
  const head = Buffer.alloc(10);
  head.writeUIntLE((size << 5) | (1 << 4), 0, 3); // key frame, shown; length of the first partition
  head.set([0x9d, 0x01, 0x2a], 3);
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  return { id: 'VP8 ', data: bytes(head, Buffer.alloc(2 * size, fill)) };
}

/* VP8L, by the WebP Lossless Bitstream Specification. */

/** A prefix code of one symbol, so of no bits. */
function simpleCode(out, symbol = 0) {
  if (symbol < 2) out.put(1, 1).put(0, 1).put(0, 1).put(symbol, 1);
  else out.put(1, 1).put(0, 1).put(1, 1).put(symbol, 8);
}

/** A prefix code of the first two symbols that lists all `symbols`. */
function fullCode(out, symbols) {
  const order = [17, 18, 0, 1];
  out.put(0, 1).put(order.length - 4, 4);
  for (const symbol of order) out.put(symbol === 18 || symbol === 1 ? 1 : 0, 3);
  out.put(0, 1); // no number of lengths told
  out.put(0, 2); // 1, 1: as codes 1 is '0', 18 is '1'
  for (let left = symbols - 2; left > 0; left -= 138) {
    out.put(1, 1).put(Math.min(138, left) - 11, 7);
  }
}

/** Green with lengths and the colour cache, red, blue, alpha, distance. */
const ALPHABETS = [280, 256, 256, 256, 40];

/** A picture of one colour inside the stream, a transform's or the entropy image. */
function plainImage(out, { red = 0, green = 0 } = {}) {
  out.put(0, 1); // no colour cache
  simpleCode(out, green);
  simpleCode(out, red);
  for (let i = 0; i < 3; i++) simpleCode(out);
}

/** Transforms as a stream announces them, each with a picture of `1 << bits` pixels an entry. */
function transforms(out, kinds, bits = 2) {
  for (const kind of kinds) {
    out.put(1, 1).put(kind, 2);
    if (kind < 2) out.put(bits - 2, 3);
    if (kind === 3) out.put(255, 8); // a palette of 256 colours
    if (kind !== 2) plainImage(out);
  }
}

/** One colour, whatever the size. */
function vp8lBody({ kinds = [], bits = 2, cacheBits = 0, groups = 1, full = false } = {}) {
  const out = new BitWriter();
  transforms(out, kinds, bits);
  out.put(0, 1); // no more of them
  out.put(cacheBits > 0 ? 1 : 0, 1).put(cacheBits, cacheBits > 0 ? 4 : 0);
  out.put(groups > 1 ? 1 : 0, 1);
  if (groups > 1) {
    out.put(7, 3); // 512 x 512 pixels an entry of the entropy image, all of the last group
    plainImage(out, { red: (groups - 1) >> 8, green: (groups - 1) & 255 });
  }
  for (let i = 0; i < groups; i++) {
    for (const [k, size] of ALPHABETS.entries()) {
      const symbols = k === 0 && cacheBits > 0 ? size + (1 << cacheBits) : size;
      if (full) fullCode(out, symbols);
      else simpleCode(out);
    }
  }
  return bytes(out.bytes(), Buffer.alloc(8));
}

function vp8l(width, height, content) {
  const head = Buffer.alloc(5);
  head[0] = 0x2f;
  head.writeUInt32LE(width - 1 + (height - 1) * 16384, 1);
  return { id: 'VP8L', data: bytes(head, vp8lBody(content)) };
}

const packedAlpha = (content) => ({ id: 'ALPH', data: bytes([0x01], vp8lBody(content)) });
const animation = { id: 'ANIM', data: Buffer.alloc(6) };
const animationFrame = {
  id: 'ANMF',
  data: bytes(Buffer.alloc(16), makeWebp([vp8l(1, 1)]).subarray(12)),
};

/** @type {import('./index.mjs').Bomb[]} */
export const webpBombs = [
  {
    name: 'canvas-16777216.webp',
    make: () => makeWebp([vp8x(1 << 24, 1 << 24), vp8(16, 16, 64)]),
    expect: 'CORRUPT',
    message: /canvas/,
  },
  {
    name: 'canvas-smaller.webp',
    make: () => makeWebp([vp8x(1, 1), vp8l(2000, 2000)]),
    expect: 'CORRUPT',
    message: /canvas/,
  },
  {
    name: 'frames-5000.webp',
    make: () => makeWebp([vp8x(1, 1, 0x02), animation, ...Array(5000).fill(animationFrame)]),
    expect: 'UNSUPPORTED',
    message: /animated/,
  },
  {
    name: 'frames-5000-unannounced.webp',
    make: () => makeWebp([vp8x(1, 1), animation, ...Array(5000).fill(animationFrame)]),
    expect: 'UNSUPPORTED',
    message: /animated/,
  },
  {
    name: '16383x16383-no-data.webp',
    make: () => makeWebp([vp8(16383, 16383, 16)]),
    expect: 'TRUNCATED',
  },
  {
    name: '16384x16384-lossless.webp',
    make: () => makeWebp([vp8l(16384, 16384)]),
    expect: 'TOO_LARGE',
    message: /limit of pixels/,
  },
  {
    name: '16383x16383-lossless.webp',
    make: () => makeWebp([vp8l(16383, 16383)]),
    expect: 'TOO_LARGE',
    message: /limit of memory/,
  },
  {
    name: '4000x4000-lossless.webp',
    make: () => makeWebp([vp8l(4000, 4000)]),
    work: 977,
    expect: 'OK',
  },
  {
    name: 'alpha-16383.webp',
    make: () => makeWebp([vp8x(16383, 16383, 0x10), packedAlpha(), vp8(16383, 16383, 16)]),
    expect: 'TOO_LARGE',
    message: /limit of memory/,
  },
  {
    name: 'riff-4294967295.webp',
    make: () => {
      const file = makeWebp([vp8l(10, 10)]);
      file.writeUInt32LE(0xfffffffe, 4);
      return file;
    },
    expect: 'TOO_LARGE',
    message: /limit \(input\)/,
  },
  {
    name: 'groups-65536.webp',
    make: () => makeWebp([vp8l(1000, 1000, { groups: 65536 })]),
    work: 317,
    ...overworked,
  },
  {
    name: 'groups-65536-of-a-cache.webp',
    make: () => makeWebp([vp8l(1000, 1000, { groups: 65536, cacheBits: 11 })]),
    work: 317,
    ...overworked,
  },
  {
    name: 'groups-20000-in-full.webp',
    make: () => makeWebp([vp8l(1000, 1000, { groups: 20000, cacheBits: 11, full: true })]),
    work: 317,
    ...overworked,
  },
  {
    name: 'groups-65536-of-alpha.webp',
    make: () =>
      makeWebp([
        vp8x(256, 256, 0x10),
        packedAlpha({ groups: 65536, cacheBits: 11 }),
        vp8(256, 256, 4096),
      ]),
    ...overworked,
  },
  {
    name: 'transforms.webp', // each picture of theirs as large as it gets
    make: () => makeWebp([vp8l(2000, 2000, { kinds: [2, 0, 1], cacheBits: 11 })]),
    work: 245,
    expect: 'OK',
  },
  {
    name: 'transforms-nested.webp',
    make: () => makeWebp([vp8l(2000, 2000, { kinds: [0, 0, 0, 0, 0, 0, 0, 0] })]),
    expect: 'CORRUPT',
  },
  {
    name: 'palette-of-256.webp',
    make: () => makeWebp([vp8l(2000, 2000, { kinds: [3] })]),
    work: 245,
    expect: 'OK',
  },
  {
    name: 'palette-and-predictor-8000x8000.webp',
    make: () => makeWebp([vp8l(8000, 8000, { kinds: [3, 0] })]),
    work: 3907,
    expect: 'OK',
    linear: 24 * MIB, // the predictor's picture is a sixteenth of its pixels
  },
  {
    name: 'partitions-8-that-lie.webp',
    make: () => {
      const picture = vp8(640, 640, 64);
      picture.data[10] = 0x0c; // eight partitions, of 16 MB each by their sizes
      picture.data.fill(0xff, 10 + 64);
      return makeWebp([picture]);
    },
    expect: 'TRUNCATED',
  },
  {
    name: '8000x8000-of-zeros.webp',
    make: () => makeWebp([vp8(8000, 8000, 200_000)]),
    work: 1514,
    expect: 'OK',
  },
  {
    name: 'iccp-20-mb.webp',
    make: () =>
      makeWebp([vp8x(9, 9, 0x20), { id: 'ICCP', data: Buffer.alloc(20 * MIB) }, vp8l(9, 9)]),
    linear: 22 * MIB,
    expect: 'OK',
  },
  {
    name: 'exif-20-mb.webp',
    make: () =>
      makeWebp([vp8x(9, 9, 0x08), vp8l(9, 9), { id: 'EXIF', data: Buffer.alloc(20 * MIB) }]),
    linear: 22 * MIB,
    expect: 'OK',
  },
  {
    name: 'frames-of-16383.webp',
    make: () =>
      makeWebp([
        vp8x(16383, 16383, 0x02),
        animation,
        { id: 'ANMF', data: bytes(Buffer.alloc(16), makeWebp([vp8l(16383, 16383)]).subarray(12)) },
      ]),
    expect: 'UNSUPPORTED',
    message: /animated/,
  },
  {
    name: 'trailing-20-mb.webp',
    make: () => bytes(makeWebp([vp8l(9, 9)]), Buffer.alloc(20 * MIB)),
    linear: 22 * MIB,
    expect: 'OK',
  },
  {
    name: 'chunk-of-4-gb.webp',
    make: () => {
      const file = makeWebp([vp8x(9, 9), { id: 'JUNK', data: Buffer.alloc(2) }, vp8l(9, 9)]);
      file.writeUInt32LE(0xffffffff, 34);
      return file;
    },
    expect: 'CORRUPT',
    message: /larger than the file/,
  },
  {
    name: 'chunks-100000.webp',
    make: () =>
      makeWebp([vp8x(9, 9), ...Array(100_000).fill({ id: 'JUNK', data: Buffer.alloc(0) })]),
    expect: 'CORRUPT',
  },
];
