// png.mjs - PNGs that ask for much, see index.mjs.
import zlib from 'node:zlib';
import { makeExif, makeSrgbProfile } from '../../images/metadata.mjs';
import { ADAM7, PNG_CHANNELS, chunk, ihdr } from '../../images/png-writer.mjs';
import {
  deflatedZeros,
  emptyDynamicBlocks,
  emptyFixedBlocks,
  emptyStoredBlocks,
  longCodeBlocks,
} from './deflate.mjs';
import { MIB, bytes, repeat, overworked } from './parts.mjs';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IEND = chunk('IEND', Buffer.alloc(0));
const png = (...chunks) => Buffer.concat([Buffer.from(SIGNATURE), ...chunks, IEND]);

/** Black, or transparent black, of any size in a thousandth of it. */
function blackPng(width, height, { depth = 8, colourType = 0, interlace = 0, before = [] } = {}) {
  const line = (columns) =>
    columns > 0 ? 1 + Math.ceil((columns * PNG_CHANNELS[colourType] * depth) / 8) : 0;
  let size = line(width) * height;
  if (interlace) {
    size = 0;
    for (const [x, y, dx, dy] of ADAM7) {
      size += line(Math.ceil((width - x) / dx)) * Math.ceil((height - y) / dy);
    }
  }
  const head = ihdr(width, height, depth, colourType, interlace);
  return png(head, ...before, chunk('IDAT', deflatedZeros(size)));
}

const compressedText = (type, head) =>
  chunk(type, bytes(Buffer.from(head, 'latin1'), deflatedZeros(256 * MIB)));
const dot = (...before) => blackPng(1, 1, { before });

/** Image data that is deflate blocks and nothing else. */
const blocksPng = (depth, data, interlace = 0) =>
  png(ihdr(100, 100, depth, 2, interlace), chunk('IDAT', data));

/** Image data in chunks of a byte each, stored so that nothing of it is small by chance. */
function crumbledPng(side) {
  const data = zlib.deflateSync(Buffer.alloc(side * (side + 1)), { level: 0 });
  const crumb = Array.from({ length: 256 }, (_, byte) => chunk('IDAT', Buffer.from([byte])));
  return png(ihdr(side, side, 8, 0, 0), Buffer.concat(Array.from(data, (byte) => crumb[byte])));
}

const profilePng = (data) => dot(chunk('iCCP', bytes(Buffer.from('p\0\0', 'latin1'), data)));

/** Profiles that are inflated, found to be sRGB and dropped, one after the other. */
function profilesPng(count) {
  const profile = bytes(makeSrgbProfile(), Buffer.alloc(900_000));
  profile.writeUInt32BE(profile.length, 0);
  const packed = zlib.deflateSync(profile, { level: 9 });
  return dot(repeat(chunk('iCCP', bytes(Buffer.from('p\0\0', 'latin1'), packed)), count));
}

/** Are codes read with every block of that kind? */
const hasCodes = (kind) => kind === 'dynamic' || kind === 'long-code';

/** @type {import('./index.mjs').Bomb[]} */
export const pngBombs = [
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
    work: 1602,
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
    name: 'empty-idat-1000000.png',
    make: () => png(ihdr(9, 9, 8, 0, 0), repeat(chunk('IDAT', Buffer.alloc(0)), 1_000_000)),
    expect: 'CORRUPT',
    message: /not enough image data/,
  },
  { name: 'idat-of-a-byte-1000000.png', make: () => crumbledPng(1000), expect: 'OK' },
  ...Object.entries({
    dynamic: () => emptyDynamicBlocks(100_000),
    'long-code': () => longCodeBlocks(10_000),
    fixed: () => emptyFixedBlocks(1_000_000),
    stored: () => emptyStoredBlocks(1_000_000),
  }).flatMap(([kind, data]) => [
    {
      name: `empty-${kind}-blocks.png`,
      make: () => blocksPng(8, data()),
      ...(hasCodes(kind) ? overworked : { expect: 'CORRUPT', message: /not enough image data/ }),
    },
    {
      name: `empty-${kind}-blocks-interlaced.png`,
      make: () => blocksPng(8, data(), 1),
      ...overworked,
    },
    {
      name: `empty-${kind}-blocks-of-a-profile.png`,
      make: () => profilePng(data().subarray(0, MIB)),
      ...(hasCodes(kind) ? overworked : { expect: 'OK' }),
    },
  ]),
  {
    name: 'empty-dynamic-blocks-16-bit.png',
    make: () => blocksPng(16, emptyDynamicBlocks(100_000)),
    ...overworked,
  },
  {
    name: 'iccp-20-mb.png',
    make: () => profilePng(Buffer.alloc(20 * MIB)),
    expect: 'OK',
  },
  {
    name: 'text-20-mb.png',
    make: () => dot(repeat(chunk('tEXt', Buffer.alloc(60_000, 'a')), 350)),
    expect: 'OK',
  },
  { name: 'exif-20-mb.png', make: () => dot(chunk('eXIf', Buffer.alloc(20 * MIB))), expect: 'OK' },
  {
    name: 'exif-100000-times.png',
    make: () => dot(repeat(chunk('eXIf', makeExif(6)), 100_000)),
    expect: 'OK',
  },
  {
    name: 'plte-of-2-gb.png',
    make: () => {
      const palette = chunk('PLTE', Buffer.alloc(20 * MIB));
      palette.writeUInt32BE(0x7ffffff5, 0);
      return png(ihdr(1, 1, 8, 3, 0), palette);
    },
    expect: 'CORRUPT',
    message: /bad PLTE/,
  },
  {
    name: '16383x16383-1-bit.png',
    make: () => blackPng(16383, 16383, { depth: 1 }),
    work: 4097,
    expect: 'OK',
  },
  {
    name: 'apng-4294967295-frames.png',
    make: () => dot(chunk('acTL', Buffer.alloc(8, 255))),
    expect: 'UNSUPPORTED',
    message: /animated/,
  },
  {
    name: 'trailing-20-mb.png',
    make: () => bytes(dot(), Buffer.alloc(20 * MIB)),
    expect: 'OK',
  },
  {
    name: 'chunks-behind-a-dot-1000000.png',
    make: () =>
      Buffer.concat([
        dot().subarray(0, -12),
        repeat(chunk('tEXt', Buffer.alloc(0)), 1_000_000),
        IEND,
      ]),
    expect: 'OK',
  },
];
