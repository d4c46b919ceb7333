// pixels.mjs - comparing pictures: premultiplied RGBA in doubles, so that an error under
// little alpha counts as little as one sees of it.
import sharp from 'sharp';
import { decodePngPixels } from '../reference/png-pixels.mjs';

sharp.concurrency(1);

/** @typedef {{width: number, height: number, data: ArrayLike<number>}} Picture RGBA, premultiplied, 0..255 */

/** Premultiplies interleaved samples of 1 to 4 channels. @returns {Picture} */
export function toPicture(samples, width, height, channels) {
  const data = new Float64Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const alpha = channels === 2 || channels === 4 ? samples[i * channels + channels - 1] : 255;
    for (let c = 0; c < 3; c++)
      data[i * 4 + c] = (samples[i * channels + (channels < 3 ? 0 : c)] * alpha) / 255;
    data[i * 4 + 3] = alpha;
  }
  return { width, height, data };
}

/** A PNG by our own reader, which looks at no profile. @returns {Picture} */
export function decodePng(bytes) {
  const { width, height, data } = decodePngPixels(bytes);
  return toPicture(data, width, height, 4);
}

/** Any image by sharp, colours as they are stored unless there is a profile. @returns {Promise<Picture>} */
export async function decodeAny(bytes) {
  const { data, info } = await sharp(bytes, { limitInputPixels: false })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return toPicture(data, info.width, info.height, info.channels);
}

/** What the bytes claim to be: "jpeg", "png", "webp" or "unknown". */
export function formatOf(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return 'png';
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP')
    return 'webp';
  return 'unknown';
}

/**
 * @param {Picture} a
 * @param {Picture} b of the same size
 * @returns {{ psnr: number, worst: number }} worst: the largest difference of any sample
 */
export function compare(a, b) {
  if (a.width !== b.width || a.height !== b.height) {
    throw new Error(`sizes differ: ${a.width}x${a.height} and ${b.width}x${b.height}`);
  }
  let sum = 0;
  let worst = 0;
  for (let i = 0; i < a.data.length; i++) {
    const error = Math.abs(a.data[i] - b.data[i]);
    sum += error * error;
    if (error > worst) worst = error;
  }
  return { psnr: psnrOf(sum, a.data.length), worst };
}

/** Decibels of a sum of squares over `count` samples; 99 for (nearly) nothing. */
export function psnrOf(sum, count) {
  return sum === 0 ? 99 : Math.min(99, 10 * Math.log10((255 * 255 * count) / sum));
}

/** PSNR of plain samples. */
export function psnrOfSamples(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return psnrOf(sum, a.length);
}

/** Encodes a picture with sharp: the ceiling that an encoder of this quality reaches. */
export function encodeWithSharp(picture, format, quality) {
  const { width, height, data } = picture;
  const straight = Buffer.alloc(data.length);
  let opaque = true;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    opaque &&= alpha >= 254.5;
    for (let c = 0; c < 3; c++)
      straight[i + c] = alpha > 0 ? Math.min(255, Math.round((data[i + c] * 255) / alpha)) : 0;
    straight[i + 3] = Math.round(alpha);
  }
  let image = sharp(straight, { raw: { width, height, channels: 4 } });
  if (opaque) image = image.removeAlpha();
  if (format === 'jpeg') return image.jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
  return image.webp({ quality, effort: 4 }).toBuffer();
}
