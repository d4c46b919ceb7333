/**
 * CORS: which other sites' scripts may read the answers. A viewer that fetches a
 * PDF needs it, an <img> does not. Pure.
 */

/** What a script may read beside the simple headers. */
const EXPOSED = 'Content-Length, Content-Range, ETag, Server-Timing, X-Cache, X-Thimble';
const ASKABLE = 'Range, If-None-Match, If-Modified-Since, If-Range';
const PREFLIGHT_SECONDS = 86400;

/**
 * Adds what lets the asking site read the answer, if it may.
 * @param {Headers} headers of the answer
 * @param {Request} request
 * @param {string[]} allowed origins, whole (`https://viewer.example`), or `*`; none: off
 */
export function allowOrigin(headers, request, allowed) {
  if (allowed.length === 0) return;
  const origin = request.headers.get('Origin');
  if (allowed.includes('*')) headers.set('Access-Control-Allow-Origin', '*');
  else headers.append('Vary', 'Origin');
  if (origin !== null && allowed.includes(origin)) {
    headers.set('Access-Control-Allow-Origin', origin);
  }
  if (headers.has('Access-Control-Allow-Origin')) {
    headers.set('Access-Control-Expose-Headers', EXPOSED);
  }
}

/** The answer to OPTIONS. @param {string[]} methods */
export function preflight(methods) {
  return new Response(null, {
    status: 204,
    headers: {
      Allow: methods.join(', '),
      'Access-Control-Allow-Methods': methods.join(', '),
      'Access-Control-Allow-Headers': ASKABLE,
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
      'Cache-Control': 'no-store',
    },
  });
}
