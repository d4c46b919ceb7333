// same-samples.mjs - are the samples of our readers those that djpeg, dwebp or libpng wrote?
// Every one has to be equal; what a judge does behind its decoder is done to ours here.
import { formatOf } from '../lib/pixels.mjs';
import { partsOf } from './parts.mjs';

/**
 * Whether djpeg's samples have to be ours. It smooths progressive images whose last bits are not
 * there, and takes all CMYK for inverted, where we look for Adobe's marker.
 */
function isComparable(bytes) {
  const parts = partsOf(bytes).parts;
  const segment = (marker) => parts.filter(({ name }) => name === `marker ${marker}`);
  const progressive = segment('c2').length > 0;
  const [frame] = [...segment('c0'), ...segment('c1'), ...segment('c2')];
  const isAdobe = ({ start }) => bytes.toString('latin1', start + 4, start + 9) === 'Adobe';
  if (bytes[frame.start + 9] === 4 && !segment('ee').some(isAdobe)) return false;
  return !progressive || comesInFull(bytes, segment('da'), bytes[frame.start + 9]);
}

/** Do the scans give every coefficient of `count` components to its last bit? */
function comesInFull(bytes, scans, count) {
  const missing = new Map(); // component: set of coefficients
  for (const { start } of scans) {
    const components = bytes[start + 4];
    const [first, last, approximation] = bytes.subarray(start + 5 + 2 * components);
    for (let i = 0; i < components; i++) {
      const id = bytes[start + 5 + 2 * i];
      if (!missing.has(id)) missing.set(id, new Set(Array.from({ length: 64 }, (_, k) => k)));
      for (let k = first; k <= last; k++) {
        if ((approximation & 15) === 0) missing.get(id).delete(k);
        else missing.get(id).add(k);
      }
    }
  }
  return missing.size === count && [...missing.values()].every(({ size }) => size === 0);
}

/**
 * Null when they are the same; else where they are not.
 * @param {Buffer} bytes the file
 * @param {import('./judges.mjs').Decoded} ours
 * @param {import('./judges.mjs').Verdict} verdict that accepts it
 * @returns {string | null | undefined} undefined when they cannot be compared
 */
export function difference(bytes, ours, verdict) {
  if (formatOf(bytes) === 'jpeg' && !isComparable(bytes)) return undefined;
  const expected = expectedSamples(formatOf(bytes), ours, verdict.output);
  const actual = asTheirs(formatOf(bytes), ours);
  if (expected.length !== actual.length) return `${actual.length} samples, not ${expected.length}`;
  if (expected.equals(actual)) return null;
  const at = expected.findIndex((sample, i) => sample !== actual[i]);
  return `sample ${at} is ${actual[at]}, not ${expected[at]}`;
}

function expectedSamples(format, { layout, planes }, output) {
  if (format === 'png') return output;
  if (format === 'webp' && layout === 'ycc') return withoutAlpha(output, planes);
  if (format === 'jpeg') return output.subarray(pnmHead(output));
  const rgba = output.subarray(output.indexOf('ENDHDR\n') + 7);
  return layout === 'rgbx' ? opaque(rgba) : rgba;
}

/** A lossless WebP may deny the alpha it has; dwebp writes that all the same. */
function opaque(rgba) {
  const out = Buffer.from(rgba);
  for (let i = 3; i < out.length; i += 4) out[i] = 255;
  return out;
}

/** dwebp puts a plane of 255 behind U and V where VP8X promised an alpha that is not there. */
function withoutAlpha(yuv, planes) {
  const bytes = planes.reduce((sum, { data }) => sum + data.length, 0);
  const rest = yuv.subarray(bytes);
  const promised = rest.length === planes[0].data.length && rest.every((alpha) => alpha === 255);
  return promised ? yuv.subarray(0, bytes) : yuv;
}

/** Behind the third line feed or blank after "P5" or "P6": "P6\n211 157\n255\n". */
function pnmHead(output) {
  return /^P[56]\s\d+\s\d+\s\d+\s/.exec(output.toString('latin1', 0, 64))[0].length;
}

function asTheirs(format, { layout, planes }) {
  const [first] = planes;
  if (format === 'png') return layout === 'gray' ? toRgba(first.data) : first.data;
  if (format === 'webp') return layout === 'ycc' ? joined(planes) : first.data;
  if (layout === 'gray') return first.data;
  return layout === 'ycc' ? yccToRgb(planes) : toRgb(first.data);
}

const joined = (planes) => Buffer.concat(planes.map(({ data }) => data));

function toRgba(gray) {
  const out = Buffer.alloc(gray.length * 4, 255);
  for (let i = 0; i < gray.length; i++) out.fill(gray[i], i * 4, i * 4 + 3);
  return out;
}

function toRgb(rgbx) {
  const out = Buffer.alloc((rgbx.length / 4) * 3);
  for (let i = 0; i < rgbx.length / 4; i++) rgbx.copy(out, i * 3, i * 4, i * 4 + 3);
  return out;
}

/** How many luma samples there are for one of chroma. */
const ratioOf = (luma, chroma) => [1, 2, 4].find((ratio) => Math.ceil(luma / ratio) === chroma);

const clamp = (value) => (value < 0 ? 0 : value > 255 ? 255 : value);
/** jdcolor.c's fixed-point constants. */
const FIX = (value) => Math.floor(value * 65536 + 0.5);
const RED_CR = FIX(1.402);
const GREEN_CB = FIX(0.34414);
const GREEN_CR = FIX(0.71414);
const BLUE_CB = FIX(1.772);

/** As djpeg -nosmooth does: each chroma sample for all pixels it stands for. */
function yccToRgb([luma, cb, cr]) {
  const { width, height } = luma;
  const [h, v] = [ratioOf(width, cb.width), ratioOf(height, cb.height)];
  const out = Buffer.alloc(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const at = Math.floor(y / v) * cb.width + Math.floor(x / h);
      const [l, b, r] = [luma.data[y * width + x], cb.data[at] - 128, cr.data[at] - 128];
      out[to] = clamp(l + ((RED_CR * r + 32768) >> 16));
      out[to + 1] = clamp(l + ((32768 - GREEN_CB * b - GREEN_CR * r) >> 16));
      out[to + 2] = clamp(l + ((BLUE_CB * b + 32768) >> 16));
    }
  }
  return out;
}
