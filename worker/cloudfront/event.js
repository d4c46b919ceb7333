/**
 * CloudFront: the events it sends to a Lambda@Edge function and the objects it wants back, from and
 * to requests and responses. Pure.
 */

/**
 * @typedef {Record<string, { key?: string, value: string }[]>} Headers_ by lower-case name
 */
/**
 * @typedef {{ method: string, uri: string, querystring: string, headers: Headers_ }} EdgeRequest
 */
/**
 * @typedef {object} EdgeResponse
 * @property {string} status
 * @property {string} [statusDescription]
 * @property {Headers_} headers
 * @property {string} [body] without one, an origin response keeps its own
 * @property {'text' | 'base64'} [bodyEncoding]
 */

/**
 * A generated response may be 1 MB with its headers, of which base64 takes a third: 960 KiB of text.
 */
export const BODY_BYTES_MAX = 720 * 1024;

/**
 * Conditions and ranges are answered by CloudFront out of its copy, so it must be given whole ones.
 */
const PASSED_HEADERS = ['accept', 'origin'];

/** What CloudFront answers with 502 when a function adds it. */
const FORBIDDEN =
  /^(?:connection|expect|keep-alive|proxy-.*|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip)$/;

/** What it writes itself, and of an origin's response must find as it was. */
const READ_ONLY = ['transfer-encoding', 'via'];

/** @param {EdgeRequest} request @returns {Request} */
export function toRequest({ method, uri, querystring, headers }) {
  const passed = new Headers();
  for (const name of PASSED_HEADERS) {
    for (const { value } of headers[name] ?? []) passed.append(name, value);
  }
  // The host is nobody's: only path and query mean anything to thimble.
  const url = `https://cloudfront.invalid${uri}${querystring && `?${querystring}`}`;
  return new Request(url, { method, headers: passed });
}

/**
 * A response with a body of its own.
 * @param {Response} response
 * @param {Uint8Array} bytes its body
 * @param {Headers_} [replaced] headers of the origin's response it stands in for
 * @returns {EdgeResponse}
 */
export function toGenerated(response, bytes, replaced = {}) {
  return {
    status: String(response.status),
    headers: { ...pick(replaced, READ_ONLY), ...toHeaders(response.headers) },
    // HEAD and 204 must not have one.
    ...(bytes.length > 0 && { body: Buffer.from(bytes).toString('base64'), bodyEncoding: 'base64' }),
  };
}

/**
 * The origin's response with its own body, under the headers of another.
 * @param {EdgeResponse} origin
 * @param {Response} response
 * @returns {EdgeResponse}
 */
export function toOriginal(origin, response) {
  return { ...origin, headers: { ...origin.headers, ...toHeaders(response.headers) } };
}

/** @param {Headers} headers @returns {Headers_} */
function toHeaders(headers) {
  /** @type {Headers_} */
  const all = {};
  for (const [name, value] of headers) {
    if (FORBIDDEN.test(name) || READ_ONLY.includes(name) || name === 'content-length') continue;
    all[name] = [{ key: name, value }];
  }
  return all;
}

/** @param {Headers_} headers @param {string[]} names @returns {Headers_} */
function pick(headers, names) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}

/**
 * A body, unless it is longer than `most`: then null, and the rest is not read.
 * @param {ReadableStream<Uint8Array> | null} body
 * @param {number} most
 */
export async function bytesWithin(body, most) {
  if (body === null) return Buffer.alloc(0);
  const chunks = [];
  let length = 0;
  for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (/** @type {any} */ (body))) {
    length += chunk.length;
    if (length > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
