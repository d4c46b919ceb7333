/**
 * Byte budget: makes an image fit a number of bytes. The source is decoded once
 * more into a lossless picture of the wanted size; from that small picture the
 * qualities are tried by halving, then WebP, which is smaller than the rest.
 */

/** Below this nobody wants to see the picture. */
const QUALITY_MIN = 25;
const QUALITY_DEFAULT = 80;

/** The picture is held while qualities are tried: up to 3 bytes per pixel, hardly compressed. */
const PICTURE_PIXELS_MAX = 4_000_000;

/** @typedef {{ info: import('../resizer/resizer.js').Info, bytes: Uint8Array }} Result */

/**
 * The budget of canonical options, and the options without it.
 * @param {string} options canonical
 */
export function splitBudget(options) {
  const pairs = new URLSearchParams(options);
  const maxBytes = Number(pairs.get('max') ?? 0);
  const quality = Number(pairs.get('q') ?? QUALITY_DEFAULT);
  for (const name of ['max', 'q', 'f']) pairs.delete(name);
  return { maxBytes, quality, geometry: pairs.toString() };
}

/**
 * What came out too large, and where its source can be had once more.
 * @typedef {object} TooLarge
 * @property {import('../resizer/resizer.js').Info} info
 * @property {() => Promise<ReadableStream<Uint8Array>>} readAgain
 * @property {AbortSignal} [signal]
 */

/**
 * @param {Pick<import('../resizer/resizer.js').Thimble, 'resize'>} resizer
 * @param {{ maxBytes: number, quality: number, geometry: string }} wanted of splitBudget
 * @param {TooLarge} first
 * @returns {Promise<Result | null>} the best that fits, null when nothing does
 */
export async function fitBudget(resizer, wanted, { info, readAgain, signal }) {
  const { maxBytes, quality: most, geometry } = wanted;
  const isPicture = info.outFormat !== 'json';
  if (!isPicture || info.outWidth * info.outHeight > PICTURE_PIXELS_MAX) return null;
  const picture = await resizer.resize(await readAgain(), `${geometry}&f=png`, { signal });
  for (const f of info.outFormat === 'jpeg' ? ['jpeg', 'webp'] : ['webp']) {
    const found = await bestQuality(resizer, picture.bytes, { f, maxBytes, most, signal });
    if (found) return { bytes: found.bytes, info: { ...picture.info, outFormat: f } };
  }
  return null;
}

/**
 * The highest quality that fits, by halving: at most seven encodings.
 * @param {Pick<import('../resizer/resizer.js').Thimble, 'resize'>} resizer
 * @param {Uint8Array} picture
 * @param {{ f: string, maxBytes: number, most: number, signal?: AbortSignal }} wanted
 */
async function bestQuality(resizer, picture, { f, maxBytes, most, signal }) {
  let best = null;
  let low = Math.min(QUALITY_MIN, most);
  let high = most;
  while (low <= high) {
    const q = (low + high) >> 1;
    const result = await resizer.resize(picture, `f=${f}&q=${q}`, { signal });
    if (result.bytes.length <= maxBytes) {
      best = result;
      low = q + 1;
    } else {
      high = q - 1;
    }
  }
  return best;
}
