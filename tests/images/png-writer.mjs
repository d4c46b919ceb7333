// png-writer.mjs - writes PNGs of every colour type, depth, filter and interlace, APNG, and
// deliberately wrong ones. node:zlib does the deflating.
import zlib from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Samples per pixel of colour types 0, 2, 3, 4, 6. */
export const PNG_CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** x0 y0 dx dy of Adam7's seven passes. */
export const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

export function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

export function ihdr(width, height, depth, colourType, interlace) {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colourType, 0, 0, interlace], 8);
  return chunk('IHDR', data);
}

/** Packs one row of samples; `pick` maps a column of this pass to a column of the image. */
function packRow(image, y, columns, pick) {
  const channels = PNG_CHANNELS[image.colourType];
  const bits = columns * channels * image.depth;
  const row = Buffer.alloc((bits + 7) >> 3);
  let at = 0;
  for (let i = 0; i < columns; i++) {
    for (let c = 0; c < channels; c++) {
      const sample = image.samples[(y * image.width + pick(i)) * channels + c];
      if (image.depth === 16) row.writeUInt16BE(sample, at >> 3);
      else row[at >> 3] |= sample << (8 - image.depth - (at & 7));
      at += image.depth;
    }
  }
  return row;
}

function paeth(a, b, c) {
  const p = a + b - c;
  const pa = Math.abs(p - a);
  const pb = Math.abs(p - b);
  const pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

function filterRow(type, row, above, step) {
  const out = Buffer.alloc(row.length + 1);
  out[0] = type;
  for (let i = 0; i < row.length; i++) {
    const a = i >= step ? row[i - step] : 0;
    const b = above ? above[i] : 0;
    const c = above && i >= step ? above[i - step] : 0;
    const guess = [0, a, b, (a + b) >> 1, paeth(a, b, c)][type];
    out[i + 1] = row[i] - guess;
  }
  return out;
}

/** Filtered scan lines of the whole image, all passes. */
function scanLines(image) {
  const channels = PNG_CHANNELS[image.colourType];
  const step = Math.max(1, (channels * image.depth) >> 3);
  const passes = image.interlace ? ADAM7 : [[0, 0, 1, 1]];
  const lines = [];
  for (const [x0, y0, dx, dy] of passes) {
    const columns = Math.ceil((image.width - x0) / dx);
    if (columns <= 0) continue;
    let above = null;
    for (let y = y0; y < image.height; y += dy) {
      const row = packRow(image, y, columns, (i) => x0 + i * dx);
      const type = image.filter === 'cycle' ? lines.length % 5 : (image.filter ?? 0);
      lines.push(filterRow(type, row, above, step));
      above = row;
    }
  }
  return lines;
}

/** Compressed image data. */
export const deflateImage = (image) =>
  zlib.deflateSync(Buffer.concat(scanLines(image)), { level: image.level ?? 6 });

/**
 * Writes a PNG.
 * @param {object} image
 * @param {number} image.width
 * @param {number} image.height
 * @param {0|2|3|4|6} image.colourType
 * @param {1|2|4|8|16} image.depth
 * @param {ArrayLike<number>} image.samples channels x width x height, in file order
 * @param {boolean} [image.interlace] Adam7
 * @param {0|1|2|3|4|"cycle"} [image.filter] of every row, or each in turn
 * @param {number[][]} [image.palette] [r, g, b] each
 * @param {number[]} [image.transparency] tRNS: alpha per palette entry, or one 16-bit value per channel
 * @param {Buffer} [image.icc] profile for iCCP
 * @param {Buffer} [image.exif] TIFF structure for eXIf
 * @param {{type: string, data: Buffer}[]} [image.chunks] before IDAT
 * @param {number} [image.idatBytes] largest IDAT chunk
 * @param {number} [image.level] deflate level
 * @returns {Buffer}
 */
export function encodePng(image) {
  const parts = [
    SIGNATURE,
    ihdr(image.width, image.height, image.depth, image.colourType, image.interlace ? 1 : 0),
  ];
  if (image.icc) {
    const name = Buffer.from('profile\0\0', 'latin1');
    parts.push(chunk('iCCP', Buffer.concat([name, zlib.deflateSync(image.icc)])));
  }
  for (const { type, data } of image.chunks ?? []) parts.push(chunk(type, data));
  if (image.palette) parts.push(chunk('PLTE', Buffer.from(image.palette.flat())));
  if (image.transparency) parts.push(chunk('tRNS', transparency(image)));
  if (image.exif) parts.push(chunk('eXIf', image.exif));
  const data = deflateImage(image);
  const size = image.idatBytes ?? data.length;
  for (let at = 0; at < data.length; at += size)
    parts.push(chunk('IDAT', data.subarray(at, at + size)));
  parts.push(chunk('IEND', Buffer.alloc(0)));
  return Buffer.concat(parts);
}

function transparency(image) {
  if (image.colourType === 3) return Buffer.from(image.transparency);
  const data = Buffer.alloc(image.transparency.length * 2);
  image.transparency.forEach((value, i) => data.writeUInt16BE(value, i * 2));
  return data;
}

/** An animation of full frames, each an image for encodePng; the first is also the default image. */
export function encodeApng(frames) {
  const [first] = frames;
  const u32 = (...values) =>
    Buffer.concat(
      values.map((v) => Buffer.from([v >>> 24, (v >> 16) & 255, (v >> 8) & 255, v & 255])),
    );
  const parts = [
    SIGNATURE,
    ihdr(first.width, first.height, first.depth, first.colourType, 0),
    chunk('acTL', u32(frames.length, 0)),
  ];
  let sequence = 0;
  frames.forEach((frame, i) => {
    const control = Buffer.concat([
      u32(sequence++, frame.width, frame.height, 0, 0),
      Buffer.from([0, 1, 0, 10, 0, 0]),
    ]);
    parts.push(chunk('fcTL', control));
    const data = deflateImage(frame);
    if (i === 0) parts.push(chunk('IDAT', data));
    else parts.push(chunk('fdAT', Buffer.concat([u32(sequence++), data])));
  });
  parts.push(chunk('IEND', Buffer.alloc(0)));
  return Buffer.concat(parts);
}
