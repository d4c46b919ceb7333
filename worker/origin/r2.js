/**
 * R2: objects of a bucket bound to the worker. Needs no keys: the binding is the permission.
 */

import { parseRange } from '../request/conditional.js';

/** R2's own number for it. */
const RANGE_NOT_SATISFIABLE = /\(10039\)/;

/**
 * @param {any} bucket an R2Bucket binding
 * @returns {import('./object.js').Origin}
 */
export function createR2Origin(bucket) {
  return {
    async get(key, { ifNoneMatch, ifMatch, range }) {
      const onlyIf = conditions({ 'If-None-Match': ifNoneMatch, 'If-Match': ifMatch });
      try {
        const object = await bucket.get(key, { onlyIf, ...(range && { range: slice(range) }) });
        return answer(object, { partial: Boolean(range), ifMatch });
      } catch (error) {
        if (RANGE_NOT_SATISFIABLE.test(String(error))) return bare(416);
        throw error;
      }
    },
  };
}

/** @param {Record<string, string | undefined>} fields */
function conditions(fields) {
  const headers = new Headers();
  for (const [name, value] of Object.entries(fields)) if (value) headers.set(name, value);
  return headers;
}

/**
 * R2 takes a Range header too, but then answers one that lies outside with everything.
 * @param {string} range
 */
function slice(range) {
  const { first, last } = /** @type {{ first: number | null, last: number }} */ (parseRange(range));
  if (first === null) return { suffix: last };
  return last === Infinity ? { offset: first } : { offset: first, length: last - first + 1 };
}

/**
 * @param {any} object an R2Object, an R2ObjectBody or null
 * @param {{ partial: boolean, ifMatch?: string }} asked
 */
function answer(object, { partial, ifMatch }) {
  if (object === null) return bare(404);
  const headers = new Headers();
  object.writeHttpMetadata(headers);
  headers.set('ETag', object.httpEtag);
  headers.set('Last-Modified', object.uploaded.toUTCString());
  if (!object.body) return { status: ifMatch ? 412 : 304, headers, body: null };
  const { offset = 0, length = object.size } = (partial && object.range) || {};
  headers.set('Content-Length', String(length));
  if (partial)
    headers.set('Content-Range', `bytes ${offset}-${offset + length - 1}/${object.size}`);
  return { status: partial ? 206 : 200, headers, body: object.body };
}

/** @param {number} status */
function bare(status) {
  return { status, headers: new Headers(), body: null };
}
