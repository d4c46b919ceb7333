/**
 * Keys and validators: the same for the same image, whoever asks and however. Pure.
 */
import { encodeKey } from '../request/path.js';

/**
 * TH_OUTPUT_EPOCH of src/thimble.h (a test compares them): raised when output bytes change on
 * purpose.
 */
export const OUTPUT_EPOCH = 1;

/** Bytes of digest in an ETag: 96 bits do not meet by chance. */
const TAG_BYTES = 12;

/** Longer ones are digests: the least that a CDN allows is 256. */
const OBJECT_TAG_BYTES_MAX = 250;

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
 * What answers about an object are tagged with, so that caches forget them together: its key,
 * encoded, which has no character that a list of tags would stumble over.
 * @param {string} key of an object
 */
export async function objectTag(key) {
  const encoded = encodeKey(key);
  return encoded.length <= OBJECT_TAG_BYTES_MAX ? encoded : `sha256-${await digest(encoded)}`;
}

/**
 * The validator of a resized image: equal for equal bytes, new with a new source.
 * @param {string} sourceTag the source's ETag, or whatever stands for its version
 * @param {string} options canonical
 */
export async function entityTag(sourceTag, options) {
  const hex = await digest(`${sourceTag}\n${options}\n${OUTPUT_EPOCH}`);
  return `"${hex.slice(0, 2 * TAG_BYTES)}"`;
}

/** SHA-256 in hexadecimal. @param {string} text */
async function digest(text) {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
