// jpeg.mjs - JPEGs that ask for much, see index.mjs.
import { MIB, bytes, repeat, overworked } from './parts.mjs';

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
const stuffed = (data) =>
  Buffer.from([...data].flatMap((byte) => (byte === 255 ? [255, 0] : byte)));

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

/** The head of a scan, the first one where progressive, and nothing behind it. */
function noData(sof, width, height, factors) {
  const ids = factors.map((_, i) => i + 1);
  const head = scanHead(ids, 0, sof === 0xc2 ? 0 : 63);
  return bytes(SOI, DQT, DHT, frame(sof, width, height, factors), head);
}

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

/** Grey, progressive: one DC scan, then the same refinement of nothing, each in a run of EOBs. */
function manyRefinements(side, count) {
  const blocks = (side / 8) ** 2;
  const dc = Buffer.alloc(blocks / 8);
  const scan = bytes(scanHead([1], 1, 63, 0x10), emptyBand(blocks));
  const head = bytes(SOI, DQT, DHT, frame(0xc2, side, side, [0x11]), scanHead([1], 0, 0), dc);
  return bytes(head, repeat(scan, count - 1), EOI);
}

/** Four components, progressive: the coefficients stay in memory, and any tables between scans. */
function manyScansOfCmyk(side, count, between) {
  const ids = [1, 2, 3, 4];
  const blocks = (side / 8) ** 2;
  const head = bytes(SOI, DQT, DHT, frame(0xc2, side, side, Array(4).fill(0x11)));
  const dc = bytes(scanHead(ids, 0, 0), Buffer.alloc(blocks / 2));
  const scan = bytes(between, scanHead([1], 1, 63), emptyBand(blocks));
  return bytes(head, dc, repeat(scan, count - 1), EOI);
}

/** Grey and wide: of the blocks of its only line no more data than `data`; their codes are
 * coefficients of ten bits, none ends a block. */
function cutScan(sof, data) {
  const width = 65496;
  const tables = bytes(
    segment(0xc4, bytes([0x00], counts(1), [0])),
    segment(0xc4, bytes([0x10], counts(1, 1), [0x0a, 0x00])),
  );
  const dc = bytes(scanHead([1], 0, 0), Buffer.alloc(width / 64));
  const head = bytes(SOI, DQT, tables, frame(sof, width, 8, [0x11]));
  if (sof === 0xc0) return bytes(head, scanHead([1], 0, 63), [0], data, EOI);
  return bytes(head, dc, scanHead([1], 1, 63), data, EOI);
}

/** A small JPEG with something put in front of its frame. */
const behind = (...prologue) => bytes(SOI, ...prologue, manyScans(128, 2).subarray(2));

/** A TIFF of one directory that names itself as the next one and claims `entries`. */
function loopingExif(entries) {
  const tiff = Buffer.alloc(8 + 2 + 12 * Math.min(entries, 5000) + 4);
  tiff.write('II*\0', 0, 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(entries, 8);
  for (let at = 10; at + 12 < tiff.length; at += 12) {
    tiff.writeUInt16LE(0x8769, at); // the EXIF directory: this one
    tiff.writeUInt16LE(4, at + 2);
    tiff.writeUInt32LE(0xffffffff, at + 4);
    tiff.writeUInt32LE(8, at + 8);
  }
  tiff.writeUInt32LE(8, tiff.length - 4);
  return segment(0xe1, bytes(Buffer.from('Exif\0\0', 'latin1'), tiff));
}

/** Pieces of an ICC profile, numbered as told. */
const iccPieces = (numbers, size) =>
  bytes(
    ...numbers.map((number) =>
      segment(
        0xe2,
        bytes(Buffer.from('ICC_PROFILE\0', 'latin1'), [number, 255], Buffer.alloc(size)),
      ),
    ),
  );
const numbersTo = (count) => Array.from({ length: count }, (_, i) => i + 1);

/** A picture of so many components, of which a scan names the first ones. */
function sampled(factors, { inScan = factors.length, sof = 0xc0 } = {}) {
  const ids = factors.slice(0, inScan).map((_, i) => i + 1);
  const scan = bytes(scanHead(ids, 0, sof === 0xc2 ? 0 : 63), Buffer.alloc(4096));
  return bytes(SOI, DQT, DHT, frame(sof, 64, 64, factors), scan, EOI);
}

const unusual = (sof, options) =>
  bytes(SOI, DQT, DHT, frame(sof, 64, 64, [0x11], options), scanHead([1], 0, 63), [0, 0], EOI);

/** @type {import('./index.mjs').Bomb[]} */
export const jpegBombs = [
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
  { name: 'scans-100-full.jpg', make: () => manyScans(8192, 100), work: 1067, expect: 'OK' },
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
    make: () => noData(0xc2, 16000, 16000, [0x22, 0x11, 0x11]),
    expect: 'TRUNCATED',
  },
  {
    name: '16000x16000-progressive-eoi.jpg',
    make: () => bytes(noData(0xc2, 16000, 16000, [0x22, 0x11, 0x11]), EOI),
    work: 6043, // of the plan: the scan is looked at before
    expect: 'CORRUPT',
    message: /^jpeg: premature end of a scan's data$/,
  },
  {
    name: '16000x16000-progressive-0-to-63.jpg',
    make: () =>
      bytes(SOI, DQT, DHT, frame(0xc2, 16000, 16000, [0x11]), scanHead([1], 0, 63), EOI),
    expect: 'CORRUPT',
  },
  {
    name: '16000x16000-eoi.jpg',
    make: () => bytes(noData(0xc0, 16000, 16000, [0x11]), EOI),
    expect: 'CORRUPT',
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
    make: () =>
      bytes(noData(0xc0, 4096, 4096, [0x11]), repeat(Buffer.from([0xff, 0xd0]), MIB), EOI),
    expect: 'CORRUPT',
  },
  {
    name: 'sampling-0.jpg',
    make: () => sampled([0x01, 0x11, 0x11]),
    expect: 'CORRUPT',
    message: /sampling factors/,
  },
  {
    name: 'sampling-15.jpg',
    make: () => sampled([0xff, 0x11, 0x11]),
    expect: 'CORRUPT',
    message: /sampling factors/,
  },
  {
    name: 'sampling-4x4-thrice.jpg',
    make: () => sampled([0x44, 0x44, 0x44]),
    expect: 'CORRUPT',
    message: /Sampling factors too large/,
  },
  {
    name: 'sampling-4x4-progressive.jpg', // 18 blocks, where libjpeg is not asked
    make: () => sampled([0x44, 0x11, 0x11], { sof: 0xc2 }),
    expect: 'CORRUPT',
    message: /^jpeg: too many blocks in an MCU$/,
  },
  {
    name: 'sampling-in-thirds.jpg',
    make: () => sampled([0x13, 0x21, 0x31]),
    expect: 'UNSUPPORTED',
    message: /Fractional sampling/,
  },
  {
    name: 'components-5.jpg',
    make: () => sampled(Array(5).fill(0x11), { inScan: 4 }),
    expect: 'UNSUPPORTED',
  },
  {
    name: 'components-255.jpg',
    make: () => sampled(Array(255).fill(0x11), { inScan: 4 }),
    expect: 'UNSUPPORTED',
    message: /Too many color components/,
  },
  {
    name: 'components-255-in-a-scan.jpg',
    make: () => sampled(Array(255).fill(0x11)),
    expect: 'CORRUPT',
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
    expect: 'CORRUPT',
    message: /DNL/,
  },
  { name: '12-bit.jpg', make: () => unusual(0xc1, { precision: 12 }), expect: 'UNSUPPORTED' },
  { name: '16-bit.jpg', make: () => unusual(0xc0, { precision: 16 }), expect: 'UNSUPPORTED' },
  { name: 'lossless.jpg', make: () => unusual(0xc3), expect: 'UNSUPPORTED' },
  { name: 'hierarchical.jpg', make: () => unusual(0xc5), expect: 'UNSUPPORTED' },
  { name: 'arithmetic.jpg', make: () => unusual(0xc9), expect: 'UNSUPPORTED' },
  { name: 'arithmetic-progressive.jpg', make: () => unusual(0xca), expect: 'UNSUPPORTED' },
  { name: 'refinements-100.jpg', make: () => manyRefinements(8192, 100), work: 1067, expect: 'OK' },
  {
    name: 'scans-of-20-mb.jpg', // what a scan holds beyond its blocks is never read
    make: () =>
      bytes(manyScans(128, 2).subarray(0, -2), scanHead([1], 1, 63), Buffer.alloc(20 * MIB), EOI),
    work: 1601,
    linear: 22 * MIB,
    ...overworked,
  },
  {
    name: 'tables-20-mb-between-scans.jpg',
    make: () =>
      bytes(
        manyScans(128, 2).subarray(0, -2),
        repeat(bytes(DQT, DHT), 20 * 8192),
        scanHead([1], 1, 63),
        emptyBand(256),
        EOI,
      ),
    linear: 22 * MIB,
    expect: 'OK',
  },
  {
    name: 'tables-2-mb-between-scans-cmyk.jpg',
    make: () => manyScansOfCmyk(128, 90, repeat(bytes(DQT, DHT), 2000)),
    expect: 'OK',
  },
  {
    name: 'scans-90-cmyk.jpg',
    make: () => manyScansOfCmyk(1024, 90, []),
    work: 889,
    ...overworked,
  },
  { name: 'scans-100-cmyk.jpg', make: () => manyScansOfCmyk(128, 100, []), expect: 'OK' },
  {
    name: 'scans-101-cmyk.jpg',
    make: () => manyScansOfCmyk(128, 101, []),
    expect: 'TOO_LARGE',
    message: /^jpeg: more than 100 scans$/,
  },
  {
    name: 'cmyk-16000x16000-scan-each.jpg',
    make: () =>
      bytes(
        SOI,
        DQT,
        DHT,
        frame(0xc0, 16000, 16000, Array(4).fill(0x11)),
        ...[1, 2, 3, 4].map((id) => scanHead([id], 0, 63)),
        EOI,
      ),
    expect: 'TOO_LARGE',
    message: /limit of memory/,
  },
  {
    name: 'restart-interval-65535.jpg',
    make: () => bytes(SOI, segment(0xdd, [255, 255]), manyScans(2048, 20).subarray(2)),
    expect: 'CORRUPT',
  },
  {
    name: 'restart-interval-in-eob-runs.jpg',
    make: () => bytes(SOI, segment(0xdd, [0, 1]), manyScans(2048, 20).subarray(2)),
    expect: 'CORRUPT',
  },
  {
    name: 'frames-twice.jpg',
    make: () => behind(frame(0xc2, 128, 128, [0x11])),
    expect: 'CORRUPT',
  },
  {
    name: 'tables-2-mb.jpg',
    make: () => behind(repeat(DHT, 50_000)),
    expect: 'OK',
  },
  {
    name: 'tables-20-mb.jpg',
    make: () => behind(repeat(bytes(DQT, DHT), 20 * 8192)),
    expect: 'OK',
  },
  {
    name: 'restart-intervals-1000000.jpg',
    make: () => behind(repeat(segment(0xdd, [0, 0]), 1_000_000)),
    expect: 'OK',
  },
  {
    name: 'comments-65000.jpg',
    make: () => behind(repeat(segment(0xfe, []), 65_000)),
    expect: 'OK',
  },
  {
    name: 'comments-5000000.jpg',
    make: () => behind(repeat(segment(0xfe, []), 5_000_000)),
    expect: 'OK',
  },
  {
    name: 'app-13-segments-20-mb.jpg',
    make: () => behind(repeat(segment(0xed, Buffer.alloc(65_000)), 320)),
    expect: 'OK',
  },
  {
    name: 'fill-bytes-20-mb.jpg',
    make: () => behind(Buffer.alloc(20 * MIB, 0xff)),
    expect: 'OK',
  },
  {
    name: 'fill-bytes-between-scans-20-mb.jpg',
    make: () =>
      bytes(
        manyScans(128, 2).subarray(0, -2),
        Buffer.alloc(20 * MIB, 0xff),
        scanHead([1], 1, 63),
        emptyBand(256),
        EOI,
      ),
    work: 1601,
    linear: 22 * MIB,
    ...overworked,
  },
  {
    // Every bit that a scan wants behind its end is asked for behind them.
    name: 'fill-bytes-in-a-scan.jpg',
    make: () => cutScan(0xc2, Buffer.alloc(64 << 10, 0xff)),
    expect: 'CORRUPT',
    message: /^jpeg: premature end of a scan's data$/,
  },
  {
    // One MCU, which libjpeg begins anew with every push.
    name: 'fill-bytes-in-a-scan-20-mb.jpg',
    make: () => cutScan(0xc0, Buffer.alloc(20 * MIB, 0xff)),
    expect: 'CORRUPT',
  },
  {
    name: 'fill-bytes-in-every-byte-20-mb.jpg',
    make: () => cutScan(0xc0, repeat(bytes(Buffer.alloc(2047, 0xff), [0]), 10 << 10)),
    expect: 'CORRUPT',
  },
  {
    name: 'exif-that-loops.jpg',
    make: () => behind(loopingExif(65535)),
    expect: 'OK',
  },
  {
    name: 'exif-20000-times.jpg',
    make: () => behind(repeat(loopingExif(80), 20_000)),
    expect: 'OK',
  },
  {
    name: 'icc-in-255-pieces.jpg',
    make: () => behind(iccPieces(numbersTo(255), 4000)),
    expect: 'OK',
  },
  {
    name: 'icc-of-16-mb.jpg',
    make: () => behind(iccPieces(numbersTo(255), 65_000)),
    expect: 'OK',
  },
  {
    name: 'icc-backwards.jpg',
    make: () => behind(iccPieces(numbersTo(255).toReversed(), 4000)),
    expect: 'OK',
  },
  {
    name: 'icc-20000-times-piece-1.jpg',
    make: () => behind(iccPieces(Array(20_000).fill(1), 1000)),
    expect: 'OK',
  },
  {
    name: 'trailing-50-mb.jpg',
    make: () =>
      bytes(
        restarts(64, (i) => 0xd0 + (i & 7)),
        Buffer.alloc(50 * MIB),
      ),
    expect: 'OK',
  },
  {
    name: 'trailing-20-mb-progressive.jpg',
    make: () => bytes(manyScans(128, 2), Buffer.alloc(20 * MIB)),
    linear: 22 * MIB,
    expect: 'OK',
  },
];
