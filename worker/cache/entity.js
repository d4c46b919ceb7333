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

const MAX_AGE = /(?:^|[\s,])max-age=(\d+)/;

/**
 * How long it may be kept by a cache that has no rules of its own.
 * @param {string} cacheControl
 */
export function maxAgeSeconds(cacheControl) {
  return Number(MAX_AGE.exec(cacheControl)?.[1] ?? 0);
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
 * For a cache of Responses. Such caches have opinions about statuses, so the
 * Response is always a 200 and the status one of its headers.
 * @param {Entity} entity
 */
export function toResponse(entity) {
  const headers = new Headers(entityHeaders(entity));
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
    cacheControl: headers.get('Cache-Control') ?? '',
    reason: decodeURIComponent(headers.get(REASON) ?? ''),
    made: Number(headers.get(MADE)),
  };
}
