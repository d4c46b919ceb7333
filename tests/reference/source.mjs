// source.mjs - what an image file holds, as the reference sees it: planes of doubles,
// each knowing which part of the picture its samples cover.
//
// JPEG and PNG are decoded by the readers beside this file. Lossy WebP comes as planes
// from `dwebp -yuv` and WebP with alpha or lossless as RGBA from sharp: libwebp is
// the definition of its format for both, in builds that are not ours.
import { execFileSync } from 'node:child_process';
import sharp from 'sharp';
import { decodeJpegPlanes } from './jpeg-planes.mjs';
import { decodePngPixels } from './png-pixels.mjs';

/**
 * @typedef {object} Plane
 * @property {number} width samples
 * @property {number} height
 * @property {Float64Array} data 0..255
 * @property {number} startX left edge of the first sample, in pixels of the picture
 * @property {number} startY
 * @property {number} stepX pixels a sample covers
 * @property {number} stepY
 *
 * @typedef {object} Source
 * @property {number} width of the picture, pixels
 * @property {number} height
 * @property {"gray" | "ycc" | "rgb" | "rgba"} space ycc is full range BT.601
 * @property {Plane[]} planes
 * @property {boolean} hasAlpha
 * @property {number} orientation 1..8
 * @property {"jpeg" | "png" | "webp"} format
 */

const plane = (width, height, data, { startX = 0, startY = 0, stepX = 1, stepY = 1 } = {}) => ({
  width,
  height,
  data,
  startX,
  startY,
  stepX,
  stepY,
});

/** Splits interleaved samples into full-size planes. */
function splitPlanes(data, width, height, channels, count = channels) {
  return Array.from({ length: count }, (_, c) => {
    const samples = new Float64Array(width * height);
    for (let i = 0; i < samples.length; i++) samples[i] = data[i * channels + c];
    return plane(width, height, samples);
  });
}

/** TIFF tag 0x0112 of IFD0; 1 when there is none or it makes no sense. */
export function exifOrientation(tiff) {
  if (!tiff || tiff.length < 14) return 1;
  const big = tiff.toString('latin1', 0, 2) === 'MM';
  const u16 = (at) => (big ? tiff.readUInt16BE(at) : tiff.readUInt16LE(at));
  const ifd = big ? tiff.readUInt32BE(4) : tiff.readUInt32LE(4);
  for (let i = 0; i < u16(ifd); i++) {
    const at = ifd + 2 + i * 12;
    if (u16(at) === 0x0112) return u16(at + 8) >= 1 && u16(at + 8) <= 8 ? u16(at + 8) : 1;
  }
  return 1;
}

const clampByte = (value) => Math.min(255, Math.max(0, value));

/** BT.601, full range, to R, G and B. */
export function yccToRgb(y, cb, cr) {
  return [
    clampByte(y + 1.402 * (cr - 128)),
    clampByte(y - 0.344136286 * (cb - 128) - 0.714136286 * (cr - 128)),
    clampByte(y + 1.772 * (cb - 128)),
  ];
}

/** Linear interpolation from the plane's own grid to the picture's, as a decoder that converts to RGB does. */
function sampleLinear(p, x, y) {
  const at = (position, start, step, size) => {
    const u = Math.min(size - 1, Math.max(0, (position + 0.5 - start) / step - 0.5));
    const low = Math.floor(u);
    return [low, Math.min(size - 1, low + 1), u - low];
  };
  const [x0, x1, fx] = at(x, p.startX, p.stepX, p.width);
  const [y0, y1, fy] = at(y, p.startY, p.stepY, p.height);
  const row = (j) => p.data[j * p.width + x0] * (1 - fx) + p.data[j * p.width + x1] * fx;
  return row(y0) * (1 - fy) + row(y1) * fy;
}

/** CMYK and YCCK, stored inverted as Adobe does, by the plain formula R = C K / 255. */
function inkPlanes({ width, height, adobe }, planes) {
  const out = [0, 1, 2].map(() => plane(width, height, new Float64Array(width * height)));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const stored = planes.map((p) => sampleLinear(p, x, y));
      const inks = adobe === 2 ? yccToRgb(...stored).map((value) => 255 - value) : stored;
      for (let c = 0; c < 3; c++) out[c].data[y * width + x] = (inks[c] * stored[3]) / 255;
    }
  }
  return out;
}

function readJpeg(bytes) {
  const jpeg = decodeJpegPlanes(bytes);
  const { width, height, hmax, vmax } = jpeg;
  const planes = jpeg.planes.map((p) =>
    plane(p.width, p.height, Float64Array.from(p.data), { stepX: hmax / p.h, stepY: vmax / p.v }),
  );
  const about = {
    width,
    height,
    hasAlpha: false,
    orientation: exifOrientation(jpeg.exif),
    format: 'jpeg',
  };
  if (planes.length === 1) return { ...about, space: 'gray', planes };
  if (planes.length === 4) return { ...about, space: 'rgb', planes: inkPlanes(jpeg, planes) };
  const isRgb = jpeg.adobe === 0 || String.fromCharCode(...jpeg.ids) === 'RGB';
  return { ...about, space: isRgb ? 'rgb' : 'ycc', planes };
}

function readPng(bytes) {
  const { width, height, data, hasAlpha, exif } = decodePngPixels(bytes);
  const planes = splitPlanes(data, width, height, 4, hasAlpha ? 4 : 3);
  const orientation = exifOrientation(exif);
  return {
    width,
    height,
    hasAlpha,
    orientation,
    format: 'png',
    space: hasAlpha ? 'rgba' : 'rgb',
    planes,
  };
}

/** The picture's payload chunks and metadata. */
function webpParts(bytes) {
  const parts = {};
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    parts[bytes.toString('latin1', at, at + 4)] = bytes.subarray(at + 8, at + 8 + size);
    at += 8 + size + (size & 1);
  }
  return parts;
}

/** Planes of a lossy WebP without alpha, full range. */
export function decodeWebpPlanes(bytes, width, height) {
  const yuv = execFileSync('dwebp', ['-quiet', '-yuv', '-o', '-', '--', '-'], {
    input: bytes,
    maxBuffer: 1 << 28,
  });
  const [cw, ch] = [(width + 1) >> 1, (height + 1) >> 1];
  const luma = Float64Array.from(yuv.subarray(0, width * height), (v) =>
    clampByte(((v - 16) * 255) / 219),
  );
  const chroma = [0, 1].map((i) => {
    const at = width * height + i * cw * ch;
    return Float64Array.from(yuv.subarray(at, at + cw * ch), (v) =>
      clampByte(((v - 128) * 255) / 224 + 128),
    );
  });
  return [
    plane(width, height, luma),
    ...chroma.map((data) => plane(cw, ch, data, { stepX: 2, stepY: 2 })),
  ];
}

async function readWebp(bytes) {
  const parts = webpParts(bytes);
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const hasAlpha = channels === 4;
  const about = {
    width,
    height,
    hasAlpha,
    orientation: exifOrientation(parts.EXIF),
    format: 'webp',
  };
  if (parts['VP8 '] && !hasAlpha)
    return { ...about, space: 'ycc', planes: decodeWebpPlanes(bytes, width, height) };
  return {
    ...about,
    space: hasAlpha ? 'rgba' : 'rgb',
    planes: splitPlanes(data, width, height, channels),
  };
}

/**
 * Decodes an image without the core.
 * @param {Buffer} bytes
 * @returns {Promise<Source>}
 */
export async function readSource(bytes) {
  if (bytes[0] === 0xff) return readJpeg(bytes);
  if (bytes[0] === 0x89) return readPng(bytes);
  return readWebp(bytes);
}
