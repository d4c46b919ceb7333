// png-pixels.mjs - a PNG decoder from the specification: every colour type and depth,
// palette, tRNS, Adam7. Gives RGBA samples of full precision, 0..255 with fractions.
import zlib from 'node:zlib';

const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

function unfilter(type, row, above, step) {
  for (let i = 0; i < row.length; i++) {
    const a = i >= step ? row[i - step] : 0;
    const b = above ? above[i] : 0;
    const c = above && i >= step ? above[i - step] : 0;
    let guess = 0;
    if (type === 1) guess = a;
    else if (type === 2) guess = b;
    else if (type === 3) guess = (a + b) >> 1;
    else if (type === 4) {
      const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
      guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    } else if (type !== 0) throw new Error(`reference: png filter ${type}`);
    row[i] += guess;
  }
}

/**
 * @param {Buffer} bytes
 * @returns {{width: number, height: number, colourType: number, depth: number, hasAlpha: boolean,
 *   exif: Buffer | undefined, icc: boolean, data: Float64Array}} data: RGBA, straight, 0..255
 */
export function decodePngPixels(bytes) {
  const image = { exif: undefined, icc: false };
  const parts = [];
  let palette;
  let transparency;
  for (let at = 8; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + size);
    if (type === 'IHDR') {
      image.width = data.readUInt32BE(0);
      image.height = data.readUInt32BE(4);
      image.depth = data[8];
      image.colourType = data[9];
      image.interlace = data[12];
    } else if (type === 'PLTE') palette = data;
    else if (type === 'tRNS') transparency = data;
    else if (type === 'eXIf') image.exif = data;
    else if (type === 'iCCP') image.icc = true;
    else if (type === 'IDAT') parts.push(data);
    at += 12 + size;
  }
  const raw = zlib.inflateSync(Buffer.concat(parts));
  image.hasAlpha = image.colourType >= 4 || transparency !== undefined;
  image.data = new Float64Array(image.width * image.height * 4);
  const toPixel = makeToPixel(image, palette, transparency);
  const channels = CHANNELS[image.colourType];
  const step = Math.max(1, (channels * image.depth) >> 3);
  const sample = new Array(channels);
  let at = 0;
  for (const [x0, y0, dx, dy] of image.interlace ? ADAM7 : [[0, 0, 1, 1]]) {
    const columns = Math.ceil((image.width - x0) / dx);
    if (columns <= 0) continue;
    const size = Math.ceil((columns * channels * image.depth) / 8);
    let above = null;
    for (let y = y0; y < image.height; y += dy) {
      const row = raw.subarray(at + 1, at + 1 + size);
      unfilter(raw[at], row, above, step);
      at += 1 + size;
      above = row;
      for (let i = 0; i < columns; i++) {
        for (let c = 0; c < channels; c++) sample[c] = sampleAt(row, i * channels + c, image.depth);
        toPixel(sample, (y * image.width + x0 + i * dx) * 4);
      }
    }
  }
  return image;
}

function sampleAt(row, n, depth) {
  if (depth === 16) return row[n * 2] * 256 + row[n * 2 + 1];
  const bit = n * depth;
  return (row[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
}

function makeToPixel({ data, colourType, depth }, palette, transparency) {
  const scale = 255 / (2 ** depth - 1);
  const key =
    transparency && colourType !== 3
      ? Array.from({ length: transparency.length / 2 }, (_, i) => transparency.readUInt16BE(i * 2))
      : null;
  const keyed = (sample, n) =>
    key !== null && sample.slice(0, n).every((value, c) => value === key[c]);
  if (colourType === 3) {
    return ([index], at) => {
      for (let c = 0; c < 3; c++) data[at + c] = palette[index * 3 + c];
      data[at + 3] = transparency?.[index] ?? 255;
    };
  }
  const colours = colourType === 2 || colourType === 6 ? 3 : 1;
  return (sample, at) => {
    for (let c = 0; c < 3; c++) data[at + c] = sample[colours === 3 ? c : 0] * scale;
    data[at + 3] = colourType >= 4 ? sample[colours] * scale : keyed(sample, colours) ? 0 : 255;
  };
}
