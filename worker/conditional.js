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
function tagListed(list, etag) {
  if (list.trim() === '*') return true;
  if (etag === '') return false;
  const opaque = etag.replace(/^W\//, '');
  return Array.from(list.matchAll(/"[^"]*"/g)).some(([tag]) => tag === opaque);
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
  if (ifRange !== null && ifRange !== etag) return null;
  const match = /^bytes=(\d*)-(\d*)$/.exec(asked.get('Range')?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const suffix = Math.min(Number(match[2]), length);
    return { start: length - suffix, end: length };
  }
  const start = Number(match[1]);
  const last = match[2] === '' ? length - 1 : Number(match[2]);
  if (last < start && match[2] !== '') return null;
  return start >= length ? { start: length, end: length } : { start, end: Math.min(last + 1, length) };
}
