/**
 * Policy: what a request is allowed, which object and which image it means, and
 * what is answered. Pure: the same request and configuration, the same decision;
 * no network, no Wasm, no clock.
 */
import { ThimbleError } from './error.js';
import { objectKey } from './path.js';
import { Refusal } from './refusal.js';

/**
 * TH_OUTPUT_EPOCH of src/thimble.h (a test compares them): raised when output bytes change on
 * purpose.
 */
export const OUTPUT_EPOCH = 1;

/** Bytes of digest in an ETag: 96 bits do not meet by chance. */
const TAG_BYTES = 12;

/** @typedef {import('./config.js').Route} Route */

/**
 * What a request means.
 * @typedef {object} Ask
 * @property {Route} route
 * @property {string} key of the object at the route's origin
 * @property {string | null} options canonical options text; null: the object as it is
 */

/**
 * The first route whose path the request's begins with, and the object there.
 * @param {Route[]} routes in order of priority
 * @param {string} pathname of the request's URL
 * @returns {{ route: Route, key: string, path: string }} path: the request's, decoded, without
 *   its first slash
 */
export function locate(routes, pathname) {
  const path = objectKey(pathname);
  const route = routes.find(({ match }) => path.startsWith(match));
  if (!route) throw new Refusal(404, 'no such route');
  const key = route.prefix + path.slice(route.strip.length);
  if (key === '' || key.endsWith('/')) throw new Refusal(404, 'not found');
  return { route, key, path };
}

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
 * @param {{ route: Route, key: string }} object
 * @param {string} version
 */
export function purgeKey(object, version) {
  return `${objectName(object, version)}/purged`;
}

/** @param {{ route: Route, key: string }} object @param {string} version */
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

/**
 * What to do about a job that failed: pass the original, or answer with the
 * status. `lasting`: the same request would fail again, so the outcome may be cached.
 * @param {unknown} error
 * @param {Route} route
 * @returns {{ pass: boolean, lasting: boolean, httpStatus: number, reason: string }}
 */
export function verdict(error, route) {
  if (!(error instanceof ThimbleError) || error.status === 'BAD_OPTION') throw error;
  const { status, httpStatus, message } = error;
  const choice = status === 'NO_MEMORY' ? route.on_busy : route.on_error;
  return {
    pass: status === 'UNSUPPORTED' || choice === 'pass',
    lasting: !['NO_MEMORY', 'MISUSE', 'INTERNAL'].includes(status),
    httpStatus,
    reason: message,
  };
}

/**
 * Why the original is the better answer, or null: nothing about the image
 * changed and it did not get smaller.
 * @param {import('./resizer.js').Info} info
 * @param {{ outBytes: number, inBytes: number }} sizes
 */
export function reasonToPass(info, { outBytes, inBytes }) {
  const sameSize = info.inWidth === info.outWidth && info.inHeight === info.outHeight;
  if (!sameSize || info.inFormat !== info.outFormat || outBytes < inBytes) return null;
  return 'the original is not larger';
}

/**
 * The media type an original is served with after its bytes turned out not to be
 * an image: never one of an image, whatever the origin says. SVG is left, behind its sandbox.
 * @param {string | null} type the origin's Content-Type
 */
export function passedType(type) {
  if (!type) return 'application/octet-stream';
  const isImage = /^\s*image\//i.test(type) && !isSvg(type);
  return isImage ? 'application/octet-stream' : type;
}

/** @param {string | null} type */
export function isSvg(type) {
  return /^\s*image\/svg/i.test(type ?? '');
}
