/**
 * Conditional requests and ranges (RFC 9110 sections 13 and 14), as far as a GET needs them. Pure.
 */

/**
 * Whether the client's copy is still good.
 * @param {Headers} asked the request's
 * @param {{ etag: string, modified: string }} current '' where unknown
 */
export function isFresh(asked, { etag, modified }) {
  const tags = asked.get('If-None-Match');
  if (tags !== null) return tagListed(tags, etag);
  const since = Date.parse(asked.get('If-Modified-Since') ?? '');
  return since >= Date.parse(modified); // false where either is not a date
}

/**
 * @param {string} list of an If-None-Match header: `*`, or tags, weak or not
 * @param {string} etag
 */
export function tagListed(list, etag) {
  if (list.trim() === '*') return true;
  if (etag === '') return false;
  const opaque = etag.replace(/^W\//, '');
  return Array.from(list.matchAll(/"[^"]*"/g)).some(([tag]) => tag === opaque);
}

/**
 * The request's If-None-Match as an origin may be given it: some stumble over malformed ones.
 * @param {Headers} asked
 * @returns {string | undefined}
 */
export function tagsToForward(asked) {
  const tags = asked.get('If-None-Match') ?? '';
  return /^\s*(\*|(W\/)?"[^"]*"(\s*,\s*(W\/)?"[^"]*")*)\s*$/.test(tags) ? tags : undefined;
}

/**
 * The request's Range as an origin may be given it: one range that makes sense,
 * and nothing that depends on a version.
 * @param {Headers} asked
 * @returns {string | undefined}
 */
export function rangeToForward(asked) {
  const range = asked.get('Range') ?? '';
  return parseRange(range) && !asked.has('If-Range') ? range : undefined;
}

/**
 * The one range asked for, or null when the whole is to be sent: none, several,
 * malformed, or of another version. `start === end` means it lies outside.
 * @param {Headers} asked
 * @param {{ etag: string, length: number }} current
 * @returns {{ start: number, end: number } | null} bytes, end exclusive
 */
export function rangeOf(asked, { etag, length }) {
  const ifRange = asked.get('If-Range');
  const range = parseRange(asked.get('Range') ?? '');
  if (!range || (ifRange !== null && ifRange !== etag)) return null;
  if (range.first === null) return { start: Math.max(0, length - range.last), end: length };
  if (range.first >= length) return { start: length, end: length };
  return { start: range.first, end: Math.min(range.last + 1, length) };
}

/**
 * @param {string} text of a Range header
 * @returns {{ first: number | null, last: number } | null} first null: the last `last` bytes
 */
export function parseRange(text) {
  const match = /^\s*bytes=(\d*)-(\d*)\s*$/.exec(text);
  if (!match || match[1] + match[2] === '') return null;
  if (match[1] === '') return { first: null, last: Number(match[2]) };
  const first = Number(match[1]);
  const last = match[2] === '' ? Infinity : Number(match[2]);
  return first <= last ? { first, last } : null;
}
