/**
 * Signatures: HMAC-SHA256 over the path and what was asked of it, so that only
 * URLs made by somebody with a key are answered.
 *
 * What is signed: the path, encoded as encodeKey does, then `?` and the recognised
 * options as `name=value`, decoded, aliases resolved, sorted by name, joined by `&`;
 * `exp` is one of them, `sig` is not. `sig` is the MAC in base64url without padding.
 */
import { Refusal } from '../answer/refusal.js';
import { encodeKey } from './path.js';

/** @typedef {import('./query.js').Pairs} Pairs */

/**
 * @param {string} path decoded, without the leading slash
 * @param {Pairs} pairs
 */
export function signedText(path, pairs) {
  const asked = pairs
    .filter(([name]) => name !== 'sig')
    .map(([name, value]) => `${name}=${value}`)
    .sort();
  return `/${encodeKey(path)}?${asked.join('&')}`;
}

/**
 * @param {string} key at least 16 characters of secret
 * @param {string} text of signedText
 * @returns {Promise<string>} the value of sig
 */
export async function sign(key, text) {
  const mac = await crypto.subtle.sign(
    'HMAC',
    await importKey(key),
    new TextEncoder().encode(text),
  );
  return toBase64Url(new Uint8Array(mac));
}

/**
 * Refuses with 403 unless one of the keys made the signature and it has not expired.
 * @param {string[]} keys the current one and, while rotating, older ones
 * @param {string} path decoded, without the leading slash
 * @param {{ pairs: Pairs, seconds: number }} asked seconds: since 1970, now
 */
export async function checkSignature(keys, path, { pairs, seconds }) {
  const given = pairs.filter(([name]) => name === 'sig' || name === 'exp');
  const { sig, exp } = Object.fromEntries(given);
  if (new Set(given.map(([name]) => name)).size < given.length) {
    throw new Refusal(403, 'signature: given twice');
  }
  if (sig === undefined) throw new Refusal(403, 'signature: missing');
  const mac = fromBase64Url(sig);
  const text = new TextEncoder().encode(signedText(path, pairs));
  let good = false;
  for (const key of keys) {
    // verify() compares in constant time; every key is tried, whichever fits.
    if (await crypto.subtle.verify('HMAC', await importKey(key), mac, text)) good = true;
  }
  if (!good) throw new Refusal(403, 'signature: wrong');
  if (exp !== undefined && !(/^\d{1,12}$/.test(exp) && Number(exp) >= seconds)) {
    throw new Refusal(403, 'signature: expired');
  }
}

/** @param {string} key */
function importKey(key) {
  const bytes = new TextEncoder().encode(key);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
}

/** @param {Uint8Array} bytes */
function toBase64Url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} empty where it is no base64url */
function fromBase64Url(text) {
  if (!/^[\w-]{43}$/.test(text)) return new Uint8Array(0);
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
