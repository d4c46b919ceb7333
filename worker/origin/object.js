/**
 * Fetching an object with the patience of the service: every origin, whatever it
 * is, goes through here. The answer's head has a deadline, its body a longest
 * pause, and a body that ends before its Content-Length is an error.
 */
import { Refusal } from '../answer/refusal.js';

/**
 * What every origin offers.
 * @typedef {object} Origin
 * @property {(key: string, options: Conditions) => Promise<OriginAnswer>} get a Response will do;
 *   never throws for an HTTP status, rejects when the origin cannot be reached
 */
/**
 * @typedef {object} Conditions
 * @property {string} [ifNoneMatch]
 * @property {string} [ifMatch]
 * @property {string} [range] a Range header
 * @property {AbortSignal} [signal]
 */
/**
 * @typedef {object} OriginAnswer
 * @property {number} status 200, 206, 304, 403, 404, 412, 416 or another of HTTP
 * @property {Headers} headers Content-Type, Content-Length, Content-Range, ETag, Last-Modified as
 *   far as known
 * @property {ReadableStream<Uint8Array> | null} body
 */

/** Statuses that mean what they say; every other one is the origin's fault. */
const UNDERSTOOD = new Set([200, 206, 304, 403, 404, 412, 416]);

/**
 * @param {Origin} origin
 * @param {string} key
 * @param {Conditions & { timeoutMs: number, stallMs: number }} options
 * @returns {Promise<OriginAnswer>} with a status of UNDERSTOOD. Refuses with 502 or 504 otherwise
 */
export async function getObject(origin, key, { timeoutMs, stallMs, signal, ...conditions }) {
  const abort = new AbortController();
  const onAbort = () => abort.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  const timer = setTimeout(() => abort.abort(stalled('answer')), timeoutMs);
  try {
    const asked = origin.get(key, { ...conditions, signal: abort.signal });
    const { status, headers, body } = await orAborted(asked, abort.signal);
    if (!UNDERSTOOD.has(status)) {
      body?.cancel().catch(() => {});
      throw new Refusal(502, `origin: status ${status}`);
    }
    return {
      status,
      headers,
      body: body && watch(body, { expected: bodyLength(headers), stallMs }),
    };
  } catch (error) {
    if (error instanceof Refusal || signal?.aborted) throw error;
    throw new Refusal(502, 'origin: not reached', { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * The length of a body as it will be read: a coded one arrives decoded.
 * @param {Headers} headers
 * @returns {number | undefined} bytes
 */
export function bodyLength(headers) {
  const text = headers.get('Content-Length') ?? '';
  return /^\d+$/.test(text) && !headers.has('Content-Encoding') ? Number(text) : undefined;
}

/** @param {string} what */
function stalled(what) {
  return new Refusal(504, `origin: no ${what} in time`);
}

/**
 * An origin that ignores its signal must not hold the request.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function orAborted(promise, signal) {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    promise.then(resolve, reject);
  });
}

/**
 * Passes a body on, one chunk at a time, and errors when it pauses too long or
 * is shorter than promised.
 * @param {ReadableStream<Uint8Array>} body
 * @param {{ expected: number | undefined, stallMs: number }} options
 * @returns {ReadableStream<Uint8Array>}
 */
function watch(body, { expected, stallMs }) {
  const reader = body.getReader();
  let received = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await readWithin(reader, stallMs);
        if (!done) {
          received += value.length;
          return controller.enqueue(value);
        }
        if (expected !== undefined && received < expected) {
          throw new Refusal(502, `origin: ${received} bytes instead of ${expected}`);
        }
        controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {number} stallMs
 * @returns {Promise<ReadableStreamReadResult<Uint8Array>>}
 */
function readWithin(reader, stallMs) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = stalled('byte');
      reject(error);
      reader.cancel(error).catch(() => {});
    }, stallMs);
    reader
      .read()
      .catch((cause) => Promise.reject(new Refusal(502, 'origin: broke off', { cause })))
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
