/**
 * Framing: which part of the source lies where in the result. The module decides
 * that by itself (src/geometry.c); the page repeats it only to lay the original, or
 * the browser's own rendering of it, exactly over the result.
 */

/** @typedef {{ width: number, height: number }} Size */
/**
 * @typedef {object} Framing
 * @property {number} sx the window of the source that is seen, in its pixels
 * @property {number} sy
 * @property {number} sw
 * @property {number} sh
 * @property {number} dx where it lies in the result, in the result's pixels
 * @property {number} dy
 * @property {number} dw
 * @property {number} dh
 */

/**
 * @param {Size} source as seen, orientation applied
 * @param {Size} result
 * @param {Map<string, string>} options canonical names to values
 * @returns {Framing}
 */
export function framingOf(source, result, options) {
  const whole = { sx: 0, sy: 0, sw: source.width, sh: source.height };
  const all = { dx: 0, dy: 0, dw: result.width, dh: result.height };
  const fit = options.get('fit') ?? (options.has('w') && options.has('h') ? 'cover' : 'inside');
  const [x, y] = gravityPoint(options.get('g') ?? 'center');
  if (fit === 'cover') return { ...coverWindow(source, result, { x, y }), ...all };
  if (fit === 'contain') {
    const most = options.get('up') === '1' ? Infinity : 1;
    return { ...whole, ...containBox(source, result, { x, y, most }) };
  }
  return { ...whole, ...all };
}

/** The largest window of the result's shape, as near the point as the borders allow. */
function coverWindow(/** @type {Size} */ source, /** @type {Size} */ result, { x = 0.5, y = 0.5 }) {
  const scale = Math.max(result.width / source.width, result.height / source.height);
  const sw = Math.min(result.width / scale, source.width);
  const sh = Math.min(result.height / scale, source.height);
  const sx = clamp(source.width * x - sw / 2, source.width - sw);
  const sy = clamp(source.height * y - sh / 2, source.height - sh);
  return { sx, sy, sw, sh };
}

function containBox(
  /** @type {Size} */ source,
  /** @type {Size} */ result,
  { x = 0.5, y = 0.5, most = 1 },
) {
  const scale = Math.min(result.width / source.width, result.height / source.height, most);
  const dw = Math.max(1, Math.round(source.width * scale));
  const dh = Math.max(1, Math.round(source.height * scale));
  return {
    dx: Math.floor((result.width - dw) * x),
    dy: Math.floor((result.height - dh) * y),
    dw,
    dh,
  };
}

/**
 * A gravity as two parts of the image: `ne` is [1, 0], `0.5x0.3` is [0.5, 0.3].
 * @param {string} gravity
 * @returns {[number, number]}
 */
export function gravityPoint(gravity) {
  const point = /^([\d.]+)x([\d.]+)$/.exec(gravity);
  if (point) return [Number(point[1]), Number(point[2])];
  if (gravity === 'center') return [0.5, 0.5];
  const side = (/** @type {string} */ low, /** @type {string} */ high) =>
    gravity.includes(low) ? 0 : gravity.includes(high) ? 1 : 0.5;
  return [side('w', 'e'), side('n', 's')];
}

/** @param {number} value @param {number} most */
function clamp(value, most) {
  return Math.min(Math.max(value, 0), most);
}
