/**
 * Keys and validators: the same for the same image, whoever asks and however. Pure.
 */

/**
 * TH_OUTPUT_EPOCH of src/thimble.h (a test compares them): raised when output bytes change on
 * purpose.
 */
export const OUTPUT_EPOCH = 1;

/** Bytes of digest in an ETag: 96 bits do not meet by chance. */
const TAG_BYTES = 12;

/** @typedef {import('../request/ask.js').Ask} Ask */

/**
 * The cache key of an answer. The route is in it because two routes may lead to
 * different origins; Host and every other header are not.
 * @param {Ask} ask
 * @param {string} version of the whole cache, as configured
 */
export function cacheKey({ route, key, options }, version) {
  const what = options === null ? 'original' : `e${OUTPUT_EPOCH}?${options}`;
  return `${objectName({ route, key }, version)}/${what}`;
}

/**
 * Where it is written when an object was purged. Every answer made before that
 * is stale, however many variants there are.
 * @param {Pick<Ask, 'route' | 'key'>} object
 * @param {string} version
 */
export function purgeKey(object, version) {
  return `${objectName(object, version)}/purged`;
}

/** @param {Pick<Ask, 'route' | 'key'>} object @param {string} version */
function objectName({ route, key }, version) {
  return [version, route.name, key].map(encodeURIComponent).join('/');
}

/**
 * The validator of a resized image: equal for equal bytes, new with a new source.
 * @param {string} sourceTag the source's ETag, or whatever stands for its version
 * @param {string} options canonical
 */
export async function entityTag(sourceTag, options) {
  const text = new TextEncoder().encode(`${sourceTag}\n${options}\n${OUTPUT_EPOCH}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const hex = Array.from(digest.subarray(0, TAG_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return `"${hex.join('')}"`;
}
