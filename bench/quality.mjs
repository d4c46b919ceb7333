// quality.mjs - how near an output is to the float Lanczos3 reference: the whole image
// decoded to RGBA, premultiplied, resized row by row in doubles, so that 100 MP fit too.
import sharp from 'sharp';

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos3 = (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);

function tapsOf(inSize, outSize) {
  const step = inSize / outSize;
  const scale = Math.max(1, step);
  return Array.from({ length: outSize }, (_, j) => {
    const centre = (j + 0.5) * step;
    const first = Math.max(0, Math.floor(centre - 3 * scale));
    const last = Math.min(inSize - 1, Math.ceil(centre + 3 * scale));
    const weights = Float64Array.from({ length: last - first + 1 }, (_, i) =>
      lanczos3((first + i + 0.5 - centre) / scale),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { first, last, weights: weights.map((weight) => weight / sum) };
  });
}

/** @returns {Promise<{ width: number, height: number, data: Float64Array }>} premultiplied RGBA */
export async function makeReference(file, { width, height }) {
  const { data, info } = await sharp(file, { limitInputPixels: false })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const horizontal = tapsOf(info.width, width);
  const vertical = tapsOf(info.height, height);
  const out = new Float64Array(width * height * 4);
  const row = new Float64Array(info.width * 4);
  const half = new Float64Array(width * 4);
  let lowest = 0;
  for (let y = 0; y < info.height; y++) {
    readRow(row, data, y, info);
    shrinkRow(half, row, horizontal);
    while (vertical[lowest].last < y) lowest++;
    for (let j = lowest; j < height && vertical[j].first <= y; j++) {
      const weight = vertical[j].weights[y - vertical[j].first] ?? 0;
      const at = j * width * 4;
      for (let i = 0; i < half.length; i++) out[at + i] += weight * half[i];
    }
  }
  return { width, height, data: out.map((value) => Math.min(255, Math.max(0, value))) };
}

function readRow(row, data, y, { width, channels }) {
  for (let x = 0; x < width; x++) {
    const from = (y * width + x) * channels;
    const alpha = channels === 4 ? data[from + 3] : 255;
    for (let c = 0; c < 3; c++)
      row[x * 4 + c] = (data[from + (channels < 3 ? 0 : c)] * alpha) / 255;
    row[x * 4 + 3] = alpha;
  }
}

function shrinkRow(half, row, taps) {
  taps.forEach(({ first, weights }, x) => {
    let [r, g, b, a] = [0, 0, 0, 0];
    for (let i = 0; i < weights.length; i++) {
      const at = (first + i) * 4;
      const weight = weights[i];
      r += weight * row[at];
      g += weight * row[at + 1];
      b += weight * row[at + 2];
      a += weight * row[at + 3];
    }
    half.set([r, g, b, a], x * 4);
  });
}

/** @returns {Promise<number>} decibels over all four channels, premultiplied */
export async function psnrOf(bytes, reference) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  if (info.width !== reference.width || info.height !== reference.height) return NaN;
  let sum = 0;
  const pixel = new Float64Array(info.width * 4);
  for (let y = 0; y < info.height; y++) {
    readRow(pixel, data, y, info);
    for (let i = 0; i < pixel.length; i++)
      sum += (pixel[i] - reference.data[y * pixel.length + i]) ** 2;
  }
  // Opaque pictures: alpha is right by itself and must not flatter the figure.
  const channels = info.channels === 4 ? 4 : 3;
  return 10 * Math.log10((255 * 255 * info.width * info.height * channels) / sum);
}

/** What sharp's encoder makes of the reference itself at that quality: nothing can be much nearer. */
export async function encodeReference({ width, height, data }, { format, quality }) {
  const straight = Buffer.alloc(data.length);
  let opaque = true;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    opaque &&= alpha > 254.5;
    for (let c = 0; c < 3; c++)
      straight[i + c] = alpha > 0 ? Math.min(255, Math.round((data[i + c] * 255) / alpha)) : 0;
    straight[i + 3] = Math.round(alpha);
  }
  let image = sharp(straight, { raw: { width, height, channels: 4 } });
  if (opaque) image = image.removeAlpha();
  return image.toFormat(format, format === 'png' ? {} : { quality }).toBuffer();
}
