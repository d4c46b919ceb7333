/**
 * Entity: a finished answer, whole in memory, as it is cached and shared. Plain
 * data: it belongs to no request.
 *
 * @typedef {object} Entity
 * @property {number} status 200, 403 or 404
 * @property {string} type media type
 * @property {Uint8Array} bytes
 * @property {string} etag '' when there is none
 * @property {string} modified Last-Modified, '' when not known
 * @property {string} cacheControl
 * @property {string} reason why it is the original, '' when it is not
 * @property {number} made when, ms since 1970
 */

/** Headers that hold what HTTP has no words for, in a cache of Responses. */
const STATUS = 'X-Thimble-Status';
const REASON = 'X-Thimble-Reason';
const MADE = 'X-Thimble-Made';
const LIFETIME = 'X-Thimble-Lifetime';

/**
 * How long a shared cache takes it for fresh.
 * @param {string} cacheControl
 */
export function freshSeconds(cacheControl) {
  return seconds(cacheControl, 's-maxage') ?? seconds(cacheControl, 'max-age') ?? 0;
}

/**
 * How long it is worth keeping: while it is fresh, and while it may be sent stale.
 * @param {string} cacheControl
 * @returns {number} 0: not at all
 */
export function keptSeconds(cacheControl) {
  if (/\b(?:no-store|no-cache|private)\b/i.test(cacheControl)) return 0;
  return freshSeconds(cacheControl) + (seconds(cacheControl, 'stale-while-revalidate') ?? 0);
}

/** @param {string} cacheControl @param {string} directive */
function seconds(cacheControl, directive) {
  const found = new RegExp(`(?:^|[\\s,])${directive}=(\\d+)`, 'i').exec(cacheControl);
  return found ? Number(found[1]) : undefined;
}

/**
 * @param {Entity} entity
 * @returns {Record<string, string>} the headers that describe it to anybody
 */
export function entityHeaders({ type, bytes, etag, modified, cacheControl }) {
  return {
    'Content-Type': type,
    'Content-Length': String(bytes.length),
    'Cache-Control': cacheControl,
    ...(etag && { ETag: etag }),
    ...(modified && { 'Last-Modified': modified }),
  };
}

/**
 * For a cache of Responses. Such caches have opinions about statuses and lifetimes, so the
 * Response is always a 200 that lives as long as it is worth keeping, and what is true stands in
 * headers of its own.
 * @param {Entity} entity
 */
export function toResponse(entity) {
  const headers = new Headers(entityHeaders(entity));
  headers.set('Cache-Control', `public, max-age=${keptSeconds(entity.cacheControl)}`);
  headers.set(LIFETIME, entity.cacheControl);
  headers.set(STATUS, String(entity.status));
  headers.set(REASON, encodeURIComponent(entity.reason));
  headers.set(MADE, String(entity.made));
  return new Response(/** @type {any} */ (entity.bytes), { headers });
}

/** The way back. @param {Response} response @returns {Promise<Entity>} */
export async function fromResponse(response) {
  const { headers } = response;
  return {
    status: Number(headers.get(STATUS)),
    type: headers.get('Content-Type') ?? 'application/octet-stream',
    bytes: new Uint8Array(await response.arrayBuffer()),
    etag: headers.get('ETag') ?? '',
    modified: headers.get('Last-Modified') ?? '',
    cacheControl: headers.get(LIFETIME) ?? '',
    reason: decodeURIComponent(headers.get(REASON) ?? ''),
    made: Number(headers.get(MADE)),
  };
}
