/**
 * Responses: from what was made or fetched to what is sent. Everything the client
 * sees of an answer's head is put together here.
 */
import { entityHeaders } from '../cache/entity.js';
import { isInert } from '../image/media-type.js';
import { isFresh, rangeOf } from '../request/conditional.js';

/** Scripts in an original (SVG, HTML, XML) must not run as the host's own, nor its forms be sent. */
const PASSED_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Of a range that lies outside: nobody else's answer to this URL, though a CDN may keep a 416. */
const OUTSIDE = 'no-store';

/**
 * Sends an entity, or what of it was asked for.
 * @param {Request} request
 * @param {import('../cache/entity.js').Entity} entity
 */
export function respond(request, entity) {
  const headers = new Headers(entityHeaders(entity));
  protect(headers);
  if (entity.status !== 200)
    return send(request, { status: entity.status, headers, body: entity.bytes });
  if (isFresh(request.headers, entity)) return notModified(headers);
  headers.set('Accept-Ranges', 'bytes');
  const range = rangeOf(request.headers, { etag: entity.etag, length: entity.bytes.length });
  if (!range) return send(request, { status: 200, headers, body: entity.bytes });
  const { start, end } = range;
  const total = entity.bytes.length;
  headers.set(
    'Content-Range',
    start === end ? `bytes */${total}` : `bytes ${start}-${end - 1}/${total}`,
  );
  headers.set('Content-Length', String(end - start));
  if (start === end) headers.set('Cache-Control', OUTSIDE);
  const body = entity.bytes.subarray(start, end);
  return send(request, { status: start === end ? 416 : 206, headers, body });
}

/** The client's copy is good. @param {Headers} headers what a 200 would have had */
export function notModified(headers) {
  for (const name of ['Content-Length', 'Content-Type', 'Content-Range']) headers.delete(name);
  return new Response(null, { status: 304, headers });
}

/**
 * Passes an origin's answer on as it is, but for its headers: only those that
 * describe the bytes are taken over.
 * @param {Request} request
 * @param {{ status: number, headers: Headers, body: ReadableStream<Uint8Array> | null }} answer
 * @param {{ type: string, cacheControl: string }} own
 */
export function passOn(request, answer, { type, cacheControl }) {
  const outside = answer.status === 416;
  const headers = new Headers({ 'Cache-Control': outside ? OUTSIDE : cacheControl });
  // What was coded arrives decoded, so its length is another.
  const coded = answer.headers.has('Content-Encoding');
  const kept = [
    'ETag',
    'Last-Modified',
    'Content-Range',
    ...(coded ? [] : ['Content-Length', 'Accept-Ranges']),
  ];
  for (const name of kept) {
    const value = answer.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  headers.set('Content-Type', type);
  protect(headers);
  const version = { etag: headers.get('ETag') ?? '', modified: headers.get('Last-Modified') ?? '' };
  if (answer.status === 304 || (answer.status === 200 && isFresh(request.headers, version))) {
    answer.body?.cancel().catch(() => {});
    return notModified(headers);
  }
  return send(request, { status: answer.status, headers, body: answer.body });
}

/**
 * The same image under its one spelling; nothing but the path and the query is said, so it stays
 * on the host that was asked.
 * @param {string} path of the request
 * @param {{ query: string, cacheControl: string }} own
 */
export function redirect(path, { query, cacheControl }) {
  const headers = { Location: query ? `${path}?${query}` : path, 'Cache-Control': cacheControl };
  return new Response(null, { status: 301, headers });
}

/**
 * One line of text instead of an image.
 * @param {Request} request
 * @param {{ httpStatus: number, message: string, headers?: Record<string, string> }} refusal
 */
export function refuse(request, { httpStatus, message, headers }) {
  return sendText(request, message, { status: httpStatus, headers });
}

/**
 * Text that nobody keeps.
 * @param {Request} request
 * @param {string} text
 * @param {{ status?: number, headers?: Record<string, string> }} [options]
 */
export function sendText(request, text, { status = 200, headers = {} } = {}) {
  const all = new Headers({
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  });
  protect(all);
  const body = new TextEncoder().encode(text.endsWith('\n') ? text : `${text}\n`);
  return send(request, { status, headers: all, body });
}

/** @param {Headers} headers */
function protect(headers) {
  headers.set('X-Content-Type-Options', 'nosniff');
  const type = headers.get('Content-Type');
  if (!isInert(type)) headers.set('Content-Security-Policy', PASSED_POLICY);
}

/**
 * HEAD is GET without its body.
 * @param {Request} request
 * @param {{ status: number, headers: Headers, body: Uint8Array | ReadableStream<Uint8Array> |
 *   null }} answer
 */
function send(request, { status, headers, body }) {
  if (request.method !== 'HEAD')
    return new Response(/** @type {any} */ (body), { status, headers });
  if (body instanceof ReadableStream) body.cancel().catch(() => {});
  return new Response(null, { status, headers });
}
