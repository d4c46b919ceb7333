// reference.mjs - what thimble must compute, the obvious way: whole images, doubles,
// orientation first, one formula per line. Shares no code with the core.
//
//     source = await readSource(bytes)           what the file holds
//     picture = renderReference(source, options)  what must come out, before encoding
//
// Geometry is that of src/plan.h, the kernel that of src/stage/resample_weights.h. What the
// core does differently on purpose (decoding at 1/2 .. 1/8, pre-shrinking by a box from a
// reduction of 4 on) the reference does not: there the tests ask for a PSNR only.
import { yccToRgb } from './source.mjs';

export { readSource } from './source.mjs';

/** @typedef {import("./source.mjs").Source} Source */
/** @typedef {import("./source.mjs").Plane} Plane */

/**
 * Options as an object; optionsText() makes the query of it.
 * @typedef {object} Options
 * @property {number} [w]
 * @property {number} [h]
 * @property {"cover" | "inside" | "contain" | "fill" | "outside" | "scale-down"} [fit]
 * @property {string} [g]
 * @property {number} [dpr]
 * @property {string} [bg]
 * @property {0 | 1} [up]
 * @property {0 | 1} [lin]
 * @property {"jpeg" | "png" | "webp"} [f]
 * @property {number} [q]
 */

export const optionsText = (options) =>
  Object.entries(options)
    .map(([key, value]) => `${key}=${value}`)
    .join('&');

// --- geometry --------------------------------------------------------------------

const GRAVITY = {
  center: [0.5, 0.5],
  n: [0.5, 0],
  ne: [1, 0],
  e: [1, 0.5],
  se: [1, 1],
  s: [0.5, 1],
  sw: [0, 1],
  w: [0, 0.5],
  nw: [0, 0],
};

const gravityOf = (text = 'center') => GRAVITY[text] ?? text.split('x').map(Number);
const size = (value) => Math.max(1, Math.round(value));

/**
 * Where each output pixel comes from, for a displayed picture of width x height.
 * @param {number} width
 * @param {number} height
 * @param {Options} o
 */
export function solveGeometry(width, height, o) {
  const whole = { x: 0, y: 0, w: width, h: height };
  const plain = (w, h) => ({
    window: whole,
    width: w,
    height: h,
    canvasWidth: w,
    canvasHeight: h,
    left: 0,
    top: 0,
  });
  if (!o.w && !o.h) return plain(width, height);
  const dpr = o.dpr ?? 1;
  const w = o.w ? o.w * dpr : (width * o.h * dpr) / height;
  const h = o.h ? o.h * dpr : (height * o.w * dpr) / width;
  const fit = o.fit ?? (o.w && o.h ? 'cover' : 'inside');
  const [gx, gy] = gravityOf(o.g);
  if (fit === 'cover' || fit === 'fill') {
    const k = o.up ? 1 : Math.min(1, width / w, height / h);
    const geometry = plain(size(w * k), size(h * k));
    if (fit === 'fill') return geometry;
    const scale = Math.max(w / width, h / height);
    const [ww, wh] = [w / scale, h / scale];
    const x = Math.min(width - ww, Math.max(0, width * gx - ww / 2));
    const y = Math.min(height - wh, Math.max(0, height * gy - wh / 2));
    return { ...geometry, window: { x, y, w: ww, h: wh } };
  }
  let scale = fit === 'outside' ? Math.max(w / width, h / height) : Math.min(w / width, h / height);
  if (!o.up || fit === 'scale-down') scale = Math.min(1, scale);
  const geometry = plain(size(width * scale), size(height * scale));
  if (fit !== 'contain') return geometry;
  const canvasWidth = Math.max(size(w), geometry.width);
  const canvasHeight = Math.max(size(h), geometry.height);
  const left = Math.floor((canvasWidth - geometry.width) * gx);
  const top = Math.floor((canvasHeight - geometry.height) * gy);
  return { ...geometry, canvasWidth, canvasHeight, left, top };
}

// --- orientation, first of all ---------------------------------------------------

function flipPlane(p, pictureWidth) {
  const data = new Float64Array(p.data.length);
  for (let y = 0; y < p.height; y++) {
    for (let x = 0; x < p.width; x++) data[y * p.width + x] = p.data[y * p.width + p.width - 1 - x];
  }
  return { ...p, data, startX: pictureWidth - (p.startX + p.width * p.stepX) };
}

function transposePlane(p) {
  const data = new Float64Array(p.data.length);
  for (let y = 0; y < p.height; y++) {
    for (let x = 0; x < p.width; x++) data[x * p.height + y] = p.data[y * p.width + x];
  }
  return {
    data,
    width: p.height,
    height: p.width,
    startX: p.startY,
    startY: p.startX,
    stepX: p.stepY,
    stepY: p.stepX,
  };
}

const transpose = (s) => ({
  ...s,
  width: s.height,
  height: s.width,
  planes: s.planes.map(transposePlane),
});
const flip = (s) => ({ ...s, planes: s.planes.map((p) => flipPlane(p, s.width)) });
const flop = (s) => transpose(flip(transpose(s)));
const TURNS = {
  1: (s) => s,
  2: flip,
  3: (s) => flip(flop(s)),
  4: flop,
  5: transpose,
  6: (s) => flip(transpose(s)),
  7: (s) => flip(flop(transpose(s))),
  8: (s) => flop(transpose(s)),
};

/** @param {Source} source @returns {Source} as displayed */
export const turnUpright = (source) => ({ ...TURNS[source.orientation](source), orientation: 1 });

// --- resampling ------------------------------------------------------------------

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const lanczos3 = (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0);

/** Taps of one axis: output sample j covers [start + j * step, start + (j + 1) * step) in source samples. */
function tapsOf(inSize, outSize, start, step) {
  const scale = Math.max(1, step);
  return Array.from({ length: outSize }, (_, j) => {
    const centre = start + (j + 0.5) * step;
    const first = Math.max(0, Math.floor(centre - 3 * scale - 0.5));
    const last = Math.min(inSize - 1, Math.ceil(centre + 3 * scale - 0.5));
    const weights = [];
    for (let i = first; i <= last; i++) weights.push(lanczos3((i + 0.5 - centre) / scale));
    // A sample that sticks out of the picture by more than the kernel's reach takes the nearest.
    const sum = weights.reduce((a, b) => a + b, 0);
    if (weights.length === 0 || sum === 0)
      return { first: Math.min(inSize - 1, Math.max(0, Math.floor(centre))), weights: [1] };
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/** Resamples a plane to outWidth x outHeight samples that cover unit x unit output pixels each. */
function resamplePlane(p, geometry, outWidth, outHeight, unit) {
  const { window } = geometry;
  const stepX = window.w / geometry.width;
  const stepY = window.h / geometry.height;
  const taps = (inSize, outSize, planeStart, planeStep, start, step) =>
    tapsOf(inSize, outSize, (start - planeStart) / planeStep, (step * unit) / planeStep);
  const tx = taps(p.width, outWidth, p.startX, p.stepX, window.x, stepX);
  const ty = taps(p.height, outHeight, p.startY, p.stepY, window.y, stepY);
  const half = new Float64Array(p.width * outHeight);
  for (let y = 0; y < outHeight; y++) {
    ty[y].weights.forEach((weight, i) => {
      const row = (ty[y].first + i) * p.width;
      for (let x = 0; x < p.width; x++) half[y * p.width + x] += weight * p.data[row + x];
    });
  }
  const data = new Float64Array(outWidth * outHeight);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      let sum = 0;
      for (let i = 0; i < tx[x].weights.length; i++)
        sum += tx[x].weights[i] * half[y * p.width + tx[x].first + i];
      data[y * outWidth + x] = sum;
    }
  }
  return data;
}

const clamp = (value, most = 255) => Math.min(most, Math.max(0, value));

function premultiply(planes) {
  const alpha = planes[3].data;
  const colours = planes
    .slice(0, 3)
    .map((p) => ({ ...p, data: p.data.map((value, i) => (value * alpha[i]) / 255) }));
  return [...colours, planes[3]];
}

// --- linear light ------------------------------------------------------------------

/** IEC 61966-2-1, both on a scale of 0..255. */
const lightOf = (v) => 255 * (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
const srgbOf = (l) => 255 * (l / 255 <= 0.0031308 ? (l / 255) * 12.92 : 1.055 * (l / 255) ** (1 / 2.4) - 0.055);

/** The source in light: one plane of gray, or red, green and blue at full size. */
function toLight(source) {
  let { space, planes } = source;
  if (space === 'ycc') {
    const { width, height } = source;
    const whole = { window: { x: 0, y: 0, w: width, h: height }, width, height };
    const full = planes.map((p, i) =>
      i === 0 ? p.data : resamplePlane(p, whole, width, height, 1).map((v) => clamp(v)),
    );
    const rgb = [0, 1, 2].map(() => new Float64Array(width * height));
    for (let i = 0; i < width * height; i++)
      yccToRgb(...full.map((data) => data[i])).forEach((value, c) => (rgb[c][i] = value));
    planes = rgb.map((data) => ({ ...planes[0], data }));
    space = 'rgb';
  }
  const light = planes.map((p, i) => (i === 3 ? p : { ...p, data: p.data.map(lightOf) }));
  return { ...source, space, planes: light };
}

/** Is there nothing to resample? Then not even colours under no alpha change. */
const isIdentity = (source, g) =>
  g.width === source.width &&
  g.height === source.height &&
  g.window.w === source.width &&
  g.window.h === source.height;

// --- the whole picture -----------------------------------------------------------

/** @returns {[number, number, number, number]} RGBA of bg= text */
export function parseBackground(text = 'ffffff') {
  const long = text.length <= 4 ? [...text].map((digit) => digit + digit).join('') : text;
  const bytes = [0, 2, 4, 6].map((at) => parseInt(long.slice(at, at + 2) || 'ff', 16));
  return /** @type {[number, number, number, number]} */ (bytes);
}

/**
 * The picture before encoding.
 * @param {Source} stored
 * @param {Options} options `f` decides whether alpha stays
 * @returns {{width: number, height: number, hasAlpha: boolean, data: Float64Array}} RGBA,
 *   premultiplied (so that errors under little alpha weigh little), 0..255
 */
export function renderReference(stored, options) {
  const upright = turnUpright(stored);
  const g = solveGeometry(upright.width, upright.height, options);
  const linear =
    options.lin === 1 && (upright.space === 'rgba' || !isIdentity(upright, g));
  const source = linear ? toLight(upright) : upright;
  const count = g.width * g.height;
  const planes = source.space === 'rgba' ? premultiply(source.planes) : source.planes;
  const identity = isIdentity(source, g);
  const samples = planes.map((p) =>
    identity && p.stepX === 1 && p.stepY === 1 ? p.data : resamplePlane(p, g, g.width, g.height, 1),
  );
  const picture = new Float64Array(count * 4);
  for (let i = 0; i < count; i++) {
    let pixel;
    if (source.space === 'rgba') pixel = samples.map((s) => s[i]);
    else if (source.space === 'ycc') pixel = [...yccToRgb(...samples.map((s) => clamp(s[i]))), 255];
    else pixel = [...[0, 1, 2].map((c) => clamp(samples[source.space === 'gray' ? 0 : c][i])), 255];
    picture.set(pixel, i * 4);
  }
  return compose(picture, g, source, options, linear);
}

/**
 * What of a premultiplied pixel can be stored: the kernel's overshoot is cut off. The colour is
 * divided by the alpha as it came out, overshoot included: so a flat colour stays flat
 * along an edge of alpha.
 */
function storable([r, g, b, a], linear) {
  const alpha = clamp(a);
  if (alpha === 0) return [0, 0, 0, 0];
  const stored = (value) => (linear ? srgbOf(value) : value);
  return [...[r, g, b].map((value) => (stored(clamp((value * 255) / a)) * alpha) / 255), alpha];
}

/** Flattens over bg where asked or needed, and lays the picture on its canvas. */
function compose(picture, g, source, options, linear) {
  const alphaOut = (options.f ?? source.format) !== 'jpeg';
  const background = backgroundOf(source, options, alphaOut);
  const inLight = (v) => lightOf(background[3] && (v * 255) / background[3]) * (background[3] / 255);
  const laid = background.map((v, c) => (linear && c < 3 ? inLight(v) : v));
  const flatten = source.hasAlpha && (!alphaOut || options.bg !== undefined);
  const data = new Float64Array(g.canvasWidth * g.canvasHeight * 4);
  for (let i = 0; i < data.length; i += 4) data.set(background, i);
  for (let y = 0; y < g.height; y++) {
    for (let x = 0; x < g.width; x++) {
      const from = (y * g.width + x) * 4;
      const pixel = Array.from(picture.subarray(from, from + 4));
      const through = flatten ? 1 - pixel[3] / 255 : 0;
      const over = pixel.map((value, c) => value + through * laid[c]);
      data.set(storable(over, linear), ((y + g.top) * g.canvasWidth + x + g.left) * 4);
    }
  }
  let hasAlpha = false;
  for (let i = 3; i < data.length; i += 4) hasAlpha ||= data[i] < 254.5;
  return { width: g.canvasWidth, height: g.canvasHeight, hasAlpha, data };
}

/** bg, premultiplied: clear by default when the picture may be; on white where alpha cannot stay. */
function backgroundOf(source, options, alphaOut) {
  if (options.bg === undefined && source.hasAlpha && alphaOut) return [0, 0, 0, 0];
  const [r, g, b, a] = parseBackground(options.bg);
  const white = alphaOut ? 0 : 255 - a;
  const colours = [r, g, b].map((value) => (value * a) / 255 + white);
  return [...colours, alphaOut ? a : 255];
}

/**
 * The planes a JPEG or WebP of this picture holds, Y and 4:2:0 chroma, for a source that is
 * gray or YCbCr and no padding: chroma goes from its own grid to its own grid.
 * @returns {{width: number, height: number, data: Float64Array}[]} full range
 */
export function renderPlanes(stored, options) {
  const source = turnUpright(stored);
  const g = solveGeometry(source.width, source.height, options);
  return source.planes.map((p, i) => {
    const unit = i === 0 ? 1 : 2;
    const [width, height] = [Math.ceil(g.width / unit), Math.ceil(g.height / unit)];
    return { width, height, data: resamplePlane(p, g, width, height, unit).map((v) => clamp(v)) };
  });
}
