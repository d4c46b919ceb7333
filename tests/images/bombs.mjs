// bombs.mjs - small files that ask for much: pixels, memory, time. Each names the status it must
// end with and what the message must say; without `linear`, below 16 MiB of linear memory.
import zlib from 'node:zlib';
import { chunk, ihdr } from './png-writer.mjs';
import { makeWebp } from './webp-container.mjs';
import { makeSrgbProfile } from './metadata.mjs';

const MIB = 1 << 20;
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const repeat = (part, count) => Buffer.concat(Array(count).fill(part));

/* ---- PNG ---- */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IEND = chunk('IEND', Buffer.alloc(0));
const png = (...chunks) => Buffer.concat([Buffer.from(SIGNATURE), ...chunks, IEND]);

/** A zlib stream of `count` zero bytes without making them: a block of 1 MiB, again and again. */
export function deflatedZeros(count) {
  const block = (size) => {
    const flushed = { level: 9, finishFlush: zlib.constants.Z_FULL_FLUSH };
    return zlib.deflateRawSync(Buffer.alloc(size), flushed);
  };
  const adler = Buffer.alloc(4);
  adler.writeUInt16BE(count % 65521, 0);
  adler.writeUInt16BE(1, 2);
  const whole = repeat(block(MIB), Math.floor(count / MIB));
  return bytes([0x78, 0x9c], whole, block(count % MIB), [0x03, 0x00], adler);
}

/** Black, or transparent black, of any size in a thousandth of it. */
function blackPng(width, height, { depth = 8, colourType = 0, interlace = 0, before = [] } = {}) {
  const channels = { 0: 1, 2: 3, 6: 4 }[colourType];
  const line = (columns) => (columns > 0 ? 1 + Math.ceil((columns * channels * depth) / 8) : 0);
  let size = line(width) * height;
  if (interlace) {
    const passes = [
      [0, 0, 8, 8],
      [4, 0, 8, 8],
      [0, 4, 4, 8],
      [2, 0, 4, 4],
      [0, 2, 2, 4],
      [1, 0, 2, 2],
      [0, 1, 1, 2],
    ];
    size = 0;
    for (const [x, y, dx, dy] of passes) {
      size += line(Math.ceil((width - x) / dx)) * Math.ceil((height - y) / dy);
    }
  }
  const head = ihdr(width, height, depth, colourType, interlace);
  return png(head, ...before, chunk('IDAT', deflatedZeros(size)));
}

const compressedText = (type, head) =>
  chunk(type, bytes(Buffer.from(head, 'latin1'), deflatedZeros(256 * MIB)));
const dot = (...before) => blackPng(1, 1, { before });

/** Deflate blocks of dynamic codes with nothing in them: the tables are all the work. */
export function emptyDynamicBlocks(count) {
  const bits = [];
  const put = (value, length) => {
    for (let i = 0; i < length; i++) bits.push((value >> i) & 1);
  };
  // Code lengths 0 by runs of 18 ('0'), and 1 ('1'): HLIT 257, HDIST 1, HCLEN 18.
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1];
  const block = () => {
    put(0, 1);
    put(2, 2);
    put(0, 5);
    put(0, 5);
    put(order.length - 4, 4);
    for (const symbol of order) put(symbol === 18 || symbol === 1 ? 1 : 0, 3);
    put(1, 1); // 18: the codes are 1 -> '0', 18 -> '1'
    put(138 - 11, 7);
    put(1, 1);
    put(118 - 11, 7);
    put(0, 1); // 256 has length 1
    put(0, 1); // the one distance code too
    put(0, 1); // and the block ends
  };
  for (let i = 0; i < 8; i++) block(); // eight end on a byte
  const packed = Buffer.alloc(bits.length / 8);
  bits.forEach((bit, i) => (packed[i >> 3] |= bit << (i & 7)));
  return bytes([0x78, 0x9c], repeat(packed, Math.ceil(count / 8)), [0x03, 0x00, 0, 0, 0, 1]);
}

const blocksPng = (depth, count) =>
  png(ihdr(100, 100, depth, 2, 0), chunk('IDAT', emptyDynamicBlocks(count)));

/** Profiles that are inflated, found to be sRGB and dropped, one after the other. */
function profilesPng(count) {
  const profile = bytes(makeSrgbProfile(), Buffer.alloc(900_000));
  profile.writeUInt32BE(profile.length, 0);
  const packed = zlib.deflateSync(profile, { level: 9 });
  return dot(repeat(chunk('iCCP', bytes(Buffer.from('p\0\0', 'latin1'), packed)), count));
}

const PNG_BOMBS = [
  {
    name: '20000x20000.png',
    make: () => blackPng(20000, 20000),
    expect: 'TOO_LARGE',
    message: /^image: 20000x20000 is over the limit of pixels \(268402689\)$/,
  },
  {
    name: 'ihdr-2147483647.png',
    make: () => png(ihdr(2147483647, 2147483647, 16, 6, 0), chunk('IDAT', deflatedZeros(1000))),
    expect: 'TOO_LARGE',
    message: /a side \(65535\)/,
  },
  {
    name: 'ihdr-4294967295.png',
    make: () => png(ihdr(4294967295, 1, 8, 0, 0), chunk('IDAT', deflatedZeros(1000))),
    expect: 'CORRUPT',
    message: /impossible width/,
  },
  {
    name: '65535x400.png', // one line of it is 256 KiB
    make: () => blackPng(65535, 400, { colourType: 6 }),
    expect: 'OK',
  },
  {
    name: '16000x16000-interlaced.png',
    make: () => blackPng(16000, 16000, { colourType: 6, interlace: 1 }),
    expect: 'TOO_LARGE',
    message: /^image: 16000x16000 is over the limit of memory \(92274688\)$/,
  },
  { name: 'ztxt-256-mb.png', make: () => dot(compressedText('zTXt', 'k\0\0')), expect: 'OK' },
  {
    name: 'itxt-256-mb.png',
    make: () => dot(compressedText('iTXt', 'k\0\x01\0\0\0')),
    expect: 'OK',
  },
  { name: 'iccp-256-mb.png', make: () => dot(compressedText('iCCP', 'k\0\0')), expect: 'OK' },
  { name: 'iccp-2000-times.png', make: () => profilesPng(2000), expect: 'OK' },
  {
    name: 'idat-256-mb-behind-a-dot.png',
    make: () => png(ihdr(1, 1, 8, 0, 0), chunk('IDAT', deflatedZeros(256 * MIB))),
    expect: 'OK',
  },
  {
    name: 'chunks-100000.png',
    make: () => dot(repeat(chunk('tEXt', Buffer.from('k\0')), 100_000)),
    expect: 'OK',
  },
  {
    name: 'empty-idat-100000.png',
    make: () => png(ihdr(9, 9, 8, 0, 0), repeat(chunk('IDAT', Buffer.alloc(0)), 100_000)),
    expect: 'CORRUPT',
    message: /not enough image data/,
  },
  {
    name: 'empty-blocks.png',
    make: () => blocksPng(8, 100_000),
    limits: 'work=2000',
    expect: 'TOO_LARGE',
    message: /^image: takes more work than the limit \(work\)$/,
  },
  {
    name: 'empty-blocks-16-bit.png',
    make: () => blocksPng(16, 100_000),
    limits: 'work=200',
    expect: 'TOO_LARGE',
    message: /^image: takes more work than the limit \(work\)$/,
  },
];

/* ---- JPEG ---- */

const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const segment = (marker, data) =>
  bytes([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255], data);
const DQT = segment(0xdb, bytes([0], Buffer.alloc(64, 16)));
/** DC: only the difference 0, as '0'. AC: EOB as '00', EOB14 as '01', EOB0 again as '10'. */
const counts = (...values) => bytes(values, Buffer.alloc(16 - values.length));
const DHT = bytes(
  segment(0xc4, bytes([0x00], counts(1), [0])),
  segment(0xc4, bytes([0x10], counts(0, 2), [0x00, 0xe0])),
);

function frame(sof, width, height, factors, { precision = 8 } = {}) {
  const data = [precision, height >> 8, height & 255, width >> 8, width & 255, factors.length];
  factors.forEach((factor, i) => data.push(i + 1, factor, 0));
  return segment(sof, data);
}

const scanHead = (ids, ss, se, approximation = 0) =>
  segment(0xda, [ids.length, ...ids.flatMap((id) => [id, 0]), ss, se, approximation]);
const stuffed = (data) => Buffer.from([...data].flatMap((byte) => (byte === 255 ? [255, 0] : byte)));

/** Bits given as text, padded by ones. */
function packBits(text) {
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, '1');
  return stuffed(padded.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

/** AC data without a coefficient: runs of 16384 to 32767 empty blocks. */
function emptyBand(blocks) {
  let text = '';
  for (let left = blocks; left > 0;) {
    if (left < 16384) {
      text += '00'.repeat(left);
      break;
    }
    const run = Math.min(left, 32767);
    text += `01${(run - 16384).toString(2).padStart(14, '0')}`;
    left -= run;
  }
  return packBits(text);
}

/** Grey of a multiple of 128 pixels a side: one DC scan, then the same empty AC scan many times. */
function manyScans(side, count) {
  const blocks = (side / 8) ** 2;
  const dc = Buffer.alloc(blocks / 8);
  const scan = bytes(scanHead([1], 1, 63), emptyBand(blocks));
  const head = bytes(SOI, DQT, DHT, frame(0xc2, side, side, [0x11]), scanHead([1], 0, 0), dc);
  return bytes(head, repeat(scan, count - 1), EOI);
}

function emptyScans(width, height, count, factors) {
  const ids = factors.map((_, i) => i + 1);
  const head = bytes(SOI, DQT, DHT, frame(0xc2, width, height, factors), scanHead(ids, 0, 0));
  return bytes(head, repeat(scanHead([1], 1, 63), count - 1), EOI);
}

const noData = (sof, width, height, factors) =>
  bytes(SOI, DQT, DHT, frame(sof, width, height, factors), scanHead([1], 0, 63));

/** Every block is DC 0, EOB: '0', '00'. */
function restarts(side, markerOf) {
  const parts = [];
  const blocks = (side / 8) ** 2;
  for (let i = 0; i < blocks; i++) {
    parts.push(0x1f);
    if (i < blocks - 1) parts.push(0xff, markerOf(i));
  }
  const interval = segment(0xdd, [0, 1]);
  const head = bytes(SOI, DQT, DHT, frame(0xc0, side, side, [0x11]), interval);
  return bytes(head, scanHead([1], 0, 63), parts, EOI);
}

const sampled = (...factors) =>
  bytes(
    SOI,
    DQT,
    DHT,
    frame(0xc0, 64, 64, factors),
    scanHead(
      factors.map((_, i) => i + 1),
      0,
      63,
    ),
    Buffer.alloc(4096),
    EOI,
  );

const unusual = (sof, options) =>
  bytes(SOI, DQT, DHT, frame(sof, 64, 64, [0x11], options), scanHead([1], 0, 63), [0, 0], EOI);

const JPEG_BOMBS = [
  {
    name: 'scans-5000.jpg',
    make: () => emptyScans(8000, 8000, 5000, [0x11]),
    expect: 'TOO_LARGE',
    message: /^jpeg: more than 100 scans$/,
  },
  {
    name: 'scans-5000-cmyk.jpg', // not in lockstep: libjpeg keeps the coefficients
    make: () => emptyScans(8000, 8000, 5000, [0x11, 0x11, 0x11, 0x11]),
    expect: 'TOO_LARGE',
    message: /limit of memory/,
  },
  {
    name: 'scans-1000-full.jpg',
    make: () => manyScans(8192, 1000),
    expect: 'TOO_LARGE',
    message: /^jpeg: more than 100 scans$/,
  },
  { name: 'scans-100-full.jpg', make: () => manyScans(8192, 100), expect: 'OK' },
  {
    name: '65500x65500-no-data.jpg',
    make: () => noData(0xc0, 65500, 65500, [0x11]),
    expect: 'TOO_LARGE',
    message: /limit of pixels/,
  },
  {
    name: '65535x1.jpg',
    make: () => noData(0xc0, 65535, 1, [0x11]),
    expect: 'TOO_LARGE',
    message: /65500/,
  },
  {
    name: '16000x16000-no-data.jpg',
    make: () => noData(0xc0, 16000, 16000, [0x11]),
    expect: 'TRUNCATED',
  },
  {
    name: '16000x16000-progressive-no-data.jpg',
    make: () => noData(0xc2, 16000, 16000, [0x11]),
    expect: 'CORRUPT', // a scan of 0 to 63 is not progressive
  },
  {
    name: '16000x16000-eoi.jpg',
    make: () => bytes(noData(0xc0, 16000, 16000, [0x11]), EOI),
    expect: ['CORRUPT', 'TRUNCATED'],
  },
  {
    name: 'restart-every-block.jpg',
    make: () => restarts(2048, (i) => 0xd0 + (i & 7)),
    expect: 'OK',
  },
  {
    name: 'restart-always-the-same.jpg',
    make: () => restarts(2048, () => 0xd5),
    expect: 'CORRUPT',
  },
  {
    name: 'restart-noise.jpg',
    make: () => bytes(noData(0xc0, 4096, 4096, [0x11]), repeat(Buffer.from([0xff, 0xd0]), MIB), EOI),
    expect: ['CORRUPT', 'TRUNCATED'],
  },
  { name: 'sampling-0.jpg', make: () => sampled(0x01, 0x11, 0x11), expect: 'CORRUPT' },
  { name: 'sampling-15.jpg', make: () => sampled(0xff, 0x11, 0x11), expect: 'CORRUPT' },
  { name: 'sampling-4x4-thrice.jpg', make: () => sampled(0x44, 0x44, 0x44), expect: 'CORRUPT' },
  {
    name: 'components-255.jpg',
    make: () => sampled(...Array(255).fill(0x11)),
    expect: ['CORRUPT', 'UNSUPPORTED'],
  },
  {
    name: 'dnl.jpg',
    make: () =>
      bytes(
        SOI,
        DQT,
        DHT,
        frame(0xc0, 64, 0, [0x11]),
        scanHead([1], 0, 63),
        Buffer.alloc(64),
        segment(0xdc, [0xff, 0xff]),
        EOI,
      ),
    expect: ['CORRUPT', 'UNSUPPORTED'],
  },
  { name: '12-bit.jpg', make: () => unusual(0xc1, { precision: 12 }), expect: 'UNSUPPORTED' },
  { name: '16-bit.jpg', make: () => unusual(0xc0, { precision: 16 }), expect: 'UNSUPPORTED' },
  { name: 'lossless.jpg', make: () => unusual(0xc3), expect: 'UNSUPPORTED' },
  { name: 'hierarchical.jpg', make: () => unusual(0xc5), expect: 'UNSUPPORTED' },
  { name: 'arithmetic.jpg', make: () => unusual(0xc9), expect: 'UNSUPPORTED' },
  { name: 'arithmetic-progressive.jpg', make: () => unusual(0xca), expect: 'UNSUPPORTED' },
  {
    name: 'tables-100000.jpg',
    make: () => bytes(SOI, repeat(DHT, 50_000), manyScans(128, 2).subarray(2)),
    expect: 'OK',
  },
  {
    name: 'comments-500000.jpg',
    make: () => bytes(SOI, repeat(segment(0xfe, []), 500_000), manyScans(128, 2).subarray(2)),
    expect: 'OK',
  },
  {
    name: 'fill-bytes.jpg',
    make: () => bytes(SOI, Buffer.alloc(2 * MIB, 0xff), manyScans(128, 2).subarray(2)),
    expect: 'OK',
  },
];

/* ---- WebP ---- */

function vp8x(width, height, flags = 0) {
  const head = Buffer.alloc(10);
  head[0] = flags;
  head.writeUIntLE(width - 1, 4, 3);
  head.writeUIntLE(height - 1, 7, 3);
  return { id: 'VP8X', data: head };
}

/** A key frame whose partitions are `size` zero bytes each. */
function vp8(width, height, size) {
  const head = Buffer.alloc(10);
  head.writeUIntLE((size << 5) | (1 << 4), 0, 3); // key frame, shown; length of the first partition
  head.set([0x9d, 0x01, 0x2a], 3);
  head.writeUInt16LE(width, 6);
  head.writeUInt16LE(height, 8);
  return { id: 'VP8 ', data: bytes(head, Buffer.alloc(2 * size)) };
}

/** One colour in twelve bytes, whatever the size: five codes of one symbol, so no bits a pixel. */
function vp8lBody() {
  const bits = [0, 0, 0]; // no transform, no colour cache, no entropy image
  for (let i = 0; i < 5; i++) bits.push(1, 0, 0, 0); // simple code, one symbol, of one bit: 0
  while (bits.length % 8 !== 0) bits.push(0);
  const out = Buffer.alloc(bits.length / 8 + 8);
  bits.forEach((bit, i) => (out[i >> 3] |= bit << (i & 7)));
  return out;
}

function vp8l(width, height) {
  const head = Buffer.alloc(5);
  head[0] = 0x2f;
  head.writeUInt32LE((width - 1) + (height - 1) * 16384, 1);
  return { id: 'VP8L', data: bytes(head, vp8lBody()) };
}

const packedAlpha = { id: 'ALPH', data: bytes([0x01], vp8lBody()) };
const animation = { id: 'ANIM', data: Buffer.alloc(6) };
const animationFrame = { id: 'ANMF', data: bytes(Buffer.alloc(16), makeWebp([vp8l(1, 1)]).subarray(12)) };

const WEBP_BOMBS = [
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
    make: () =>
      makeWebp([vp8x(1, 1, 0x02), animation, ...Array(5000).fill(animationFrame)]),
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
    expect: ['TRUNCATED', 'CORRUPT'],
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
    expect: 'OK',
    linear: 72 * MIB, // a lossless picture is a frame
  },
  {
    name: 'alpha-16383.webp',
    make: () => makeWebp([vp8x(16383, 16383, 0x10), packedAlpha, vp8(16383, 16383, 16)]),
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
    name: 'chunks-100000.webp',
    make: () => makeWebp([vp8x(9, 9), ...Array(100_000).fill({ id: 'JUNK', data: Buffer.alloc(0) })]),
    expect: 'CORRUPT',
  },
];

/**
 * @type {{ name: string, make: () => Buffer, expect: string | string[], message?: RegExp,
 *   linear?: number, limits?: string }[]}
 */
export const bombs = [...PNG_BOMBS, ...JPEG_BOMBS, ...WEBP_BOMBS];
