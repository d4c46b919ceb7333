/**
 * Paths: from the path of a request to the key of an object, and back into an
 * origin's URL. Decoded once, validated, encoded again; never resolved against a
 * base by the URL parser, which would follow `//host` to another host.
 */
import { Refusal } from '../answer/refusal.js';

/** What S3 and R2 allow, bytes of UTF-8. */
const KEY_BYTES_MAX = 1024;

/**
 * @param {string} pathname of a URL, percent-encoded, beginning with a slash
 * @returns {string} the object's key: decoded, without the leading slash
 */
export function objectKey(pathname) {
  const segments = pathname.slice(1).split('/').map(decodeSegment);
  if (segments[0] === '' && segments.length > 1) {
    throw new Refusal(400, 'path: begins with two slashes');
  }
  const key = segments.join('/');
  if (new TextEncoder().encode(key).length > KEY_BYTES_MAX) {
    throw new Refusal(400, `path: longer than ${KEY_BYTES_MAX} bytes`);
  }
  return key;
}

/**
 * @param {string} key
 * @returns {string} for a URL's path: each segment encoded as S3 signs it
 */
export function encodeKey(key) {
  return key.split('/').map(encodeSegment).join('/');
}

/** @param {string} segment */
function decodeSegment(segment) {
  const text = decodeUtf8(segment);
  if (/[\u0000-\u001f\u007f\\/]/.test(text)) throw new Refusal(400, 'path: forbidden character');
  if (text === '.' || text === '..') throw new Refusal(400, 'path: dot segment');
  return text;
}

/** @param {string} segment */
function decodeUtf8(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(400, 'path: bad percent-encoding');
  }
}

/** @param {string} segment */
function encodeSegment(segment) {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
