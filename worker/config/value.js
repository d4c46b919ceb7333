/**
 * Values: what an option's may be. Each reader gives the value, or throws a TypeError that says
 * what is expected.
 */
import { encodeKey, objectKey } from '../request/path.js';

/** @param {string[]} words */
export function oneOf(...words) {
  return function read(/** @type {any} */ value) {
    if (!words.includes(value)) throw new TypeError(`one of ${words.join(', ')}`);
    return value;
  };
}

/** @param {number} least @param {number} most */
export function integer(least, most) {
  return function read(/** @type {any} */ value) {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new TypeError(`a whole number from ${least} to ${most}`);
  };
}

/** @param {any} value */
export function text(value) {
  if (typeof value !== 'string') throw new TypeError('a text');
  return value;
}

/** @param {any} value */
export function headerText(value) {
  if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) {
    throw new TypeError('one line of ASCII text');
  }
  return value;
}

/** @param {any} value */
export function routePath(value) {
  if (typeof value === 'string' && /^\/[^*?#]*\*$/.test(value)) return value;
  throw new TypeError('a path such as /dev/* or /*');
}

/**
 * What keys begin with: the rest of a request's path may follow it.
 * @param {any} value
 */
export function keyPrefix(value) {
  try {
    objectKey(`/${encodeKey(`${text(value).replace(/^\/+/, '')}x`)}`);
  } catch {
    throw new TypeError('the beginning of a key, without dot segments and control characters');
  }
  return value;
}

/** @param {any} value */
export function record(value) {
  const parsed = structured(value);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new TypeError('a table');
  }
  return parsed;
}

/** @param {any} value */
export function list(value) {
  const parsed = structured(value);
  if (!Array.isArray(parsed)) throw new TypeError('a list');
  return parsed;
}

/**
 * Sites, as browsers name them in Origin.
 * @param {any} value
 */
export function sites(value) {
  const all = list(value);
  if (all.every((/** @type {any} */ site) => site === '*' || isSite(site))) return all;
  throw new TypeError('sites such as https://viewer.example, or *');
}

/** @param {any} site */
function isSite(site) {
  const isText = typeof site === 'string' && /^https?:/.test(site) && URL.canParse(site);
  return isText && new URL(site).origin === site;
}

/** @param {any} value */
export function httpHeaders(value) {
  const table = record(value);
  try {
    new Headers(table);
  } catch {
    throw new TypeError('names and values of HTTP headers');
  }
  return table;
}

/** @param {any} value */
export function flag(value) {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  throw new TypeError('true or false');
}

/** @param {any} value */
export function sizes(value) {
  const read = list(value).map(integer(1, 8192));
  return read.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
}

/**
 * A secret is one text; several keys in it are separated by spaces or commas.
 * @param {any} value
 */
export function keys(value) {
  const all = typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : list(value);
  return all.map(secret);
}

/** @param {any} value */
export function secret(value) {
  if (typeof value !== 'string' || (value !== '' && value.length < 16)) {
    throw new TypeError('at least 16 characters');
  }
  return value;
}

/** @param {(value: any) => any} read */
export function optional(read) {
  return function readOptional(/** @type {any} */ value) {
    return value === undefined ? undefined : read(value);
  };
}

/** Environments hold text only. @param {any} value */
function structured(value) {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new TypeError('not valid JSON');
  }
}
