// cloudfront.mjs - as much of CloudFront as its edge functions see: a real HTTP server that runs the
// viewer request function, looks into its cache, turns requests into Lambda@Edge's documented event
// shapes and the returned objects back into HTTP. What a function may not do is a 502, as documented.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { runInNewContext } from 'node:vm';

/** Of a generated response, headers and body in base64 included. */
const RESPONSE_BYTES_MAX = 1_000_000;
const DISALLOWED = [
  /^(connection|expect|keep-alive|trailer|upgrade|x-cache|x-real-ip|x-forwarded-proto)$/,
  /^proxy-(authenticate|authorization|connection)$/,
  /^x-(accel|amz-cf|edge)-/,
  /^x-amzn-/,
];
/** AllowedMethods of aws/template.yaml. */
const METHODS = ['GET', 'HEAD', 'OPTIONS'];
const READ_ONLY = ['transfer-encoding', 'via'];

/**
 * @param {object} parts
 * @param {string} parts.originUrl
 * @param {string} [parts.viewerRequest] source of a CloudFront Function
 * @param {ReturnType<import('./sandbox.mjs').createFunction>} [parts.originRequest]
 * @param {ReturnType<import('./sandbox.mjs').createFunction>} [parts.originResponse]
 * @param {string[]} [parts.keyHeaders] of the cache policy: they tell answers apart, and no others
 *   are seen behind the cache
 */
export async function startCloudfront(parts) {
  const { keyHeaders = ['accept'] } = parts;
  const normalise = parts.viewerRequest
    ? runInNewContext(`${parts.viewerRequest}; handler`)
    : undefined;
  /** @type {Map<string, { answer: Answer, expires: number }>} */
  const cache = new Map();
  const server = createServer(async (incoming, outgoing) => {
    if (!METHODS.includes(incoming.method ?? '')) return outgoing.writeHead(403).end();
    const request = atViewer(incoming, normalise);
    for (const name of Object.keys(request.headers)) {
      if (!keyHeaders.includes(name)) delete request.headers[name];
    }
    const key = JSON.stringify([request.uri, request.querystring, request.headers]);
    const hit = request.method === 'OPTIONS' ? undefined : cache.get(key);
    const answer =
      hit && hit.expires > Date.now()
        ? { ...hit.answer, xCache: 'Hit from cloudfront' }
        : await answerAnew(request, parts);
    const age = /max-age=(\d+)/.exec(valueOf(answer.headers, 'cache-control'))?.[1];
    if (!hit && request.method === 'GET' && Number(age) > 0 && answer.status < 500) {
      cache.set(key, { answer, expires: Date.now() + Number(age) * 1000 });
    }
    return send(outgoing, answer, incoming);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** @typedef {Record<string, { key: string, value: string }[]>} EdgeHeaders */
/** @typedef {{ status: number, headers: EdgeHeaders, body: Buffer, xCache: string }} Answer */

/** The request as it is after the viewer request event. */
function atViewer({ method, url = '/', headers }, normalise) {
  const [uri, ...rest] = url.split('?');
  const querystring = rest.join('?');
  const request = { method, uri, querystring, headers: toEdgeHeaders(Object.entries(headers)) };
  if (!normalise) return request;
  const plain = Object.entries(headers).map(([name, value]) => [name, { value }]);
  const event = {
    version: '1.0',
    context: { eventType: 'viewer-request', distributionDomainName: 'd111111abcdef8.example' },
    request: {
      method,
      uri,
      querystring: {},
      headers: Object.fromEntries(plain),
      cookies: {},
      rawQueryString: () => (rest.length > 0 ? querystring : undefined),
    },
  };
  const out = normalise(event);
  if (typeof out.querystring !== 'string') return request;
  const pairs = Object.entries(out.headers).map(([name, { value }]) => [name, value]);
  return { method, uri, querystring: out.querystring, headers: toEdgeHeaders(pairs) };
}

/** @returns {Promise<Answer>} */
async function answerAnew(request, { originUrl, originRequest, originResponse }) {
  try {
    let asked = request;
    if (originRequest) {
      const { text, result } = await originRequest.invoke(eventOf('origin-request', { request }));
      if (result.status !== undefined) return generated(text, result);
      asked = result;
    }
    return await answerFromOrigin(asked, { originUrl, originResponse });
  } catch (error) {
    return failure(502, `LambdaValidationError: ${error}`);
  }
}

async function answerFromOrigin(request, { originUrl, originResponse }) {
  const abort = new AbortController();
  const found = await fetch(originUrl + request.uri, { method: request.method, signal: abort.signal });
  const seen = [...found.headers].filter(([name]) => !isDisallowed(name));
  const response = {
    status: String(found.status),
    statusDescription: found.statusText,
    headers: toEdgeHeaders(seen),
  };
  let result = response;
  if (originResponse) {
    const event = eventOf('origin-response', { request, response });
    const sent = await originResponse.invoke(event);
    result = sent.result;
    for (const name of READ_ONLY) {
      if (valueOf(result.headers, name) !== valueOf(response.headers, name))
        throw new Error(`${name} is read-only`);
    }
    if (result.body !== undefined) {
      abort.abort();
      return generated(sent.text, result);
    }
    validate(result);
  }
  const body = Buffer.from(await found.arrayBuffer());
  return { status: Number(result.status), headers: result.headers, body, xCache: 'Miss from cloudfront' };
}

function eventOf(eventType, { request, response }) {
  const config = {
    distributionDomainName: 'd111111abcdef8.example',
    distributionId: 'EDFDVBD6EXAMPLE',
    eventType,
    requestId: '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==',
  };
  const full = { clientIp: '203.0.113.178', ...request };
  return { Records: [{ cf: { config, request: full, ...(response && { response }) } }] };
}

/** @param {string} text @param {any} result @returns {Answer} */
function generated(text, result) {
  const bytes = Buffer.byteLength(text);
  if (bytes > RESPONSE_BYTES_MAX) throw new Error(`response of ${bytes} bytes`);
  validate(result);
  const encoding = result.bodyEncoding ?? 'text';
  if (encoding !== 'text' && encoding !== 'base64') throw new Error(`bodyEncoding ${encoding}`);
  if (result.status === '204' && result.body) throw new Error('204 with a body');
  const body = Buffer.from(result.body ?? '', encoding === 'text' ? 'utf8' : 'base64');
  return {
    status: Number(result.status),
    headers: result.headers,
    body,
    xCache: result.status < 400 ? 'Miss from cloudfront' : 'LambdaGeneratedResponse from cloudfront',
  };
}

function validate({ status, headers = {} }) {
  if (typeof status !== 'string' || !/^[2-5]\d\d$/.test(status)) throw new Error(`status ${status}`);
  for (const [name, values] of Object.entries(headers)) {
    if (name !== name.toLowerCase()) throw new Error(`${name} is not lower-case`);
    if (isDisallowed(name)) throw new Error(`${name} is disallowed`);
    if (!Array.isArray(values)) throw new Error(`${name} is no list`);
    for (const { key = name, value } of values) {
      if (key.toLowerCase() !== name) throw new Error(`${key} under ${name}`);
      if (typeof value !== 'string') throw new Error(`${name} is no text`);
    }
  }
}

/** @param {string} name */
function isDisallowed(name) {
  return DISALLOWED.some((pattern) => pattern.test(name));
}

/** @param {Iterable<[string, any]>} pairs @returns {EdgeHeaders} */
function toEdgeHeaders(pairs) {
  return Object.fromEntries([...pairs].map(([name, value]) => [name, [{ key: name, value }]]));
}

/** @param {EdgeHeaders} headers @param {string} name */
function valueOf(headers, name) {
  return headers[name]?.map(({ value }) => value).join(', ') ?? '';
}

/** @returns {Answer} */
function failure(status, message) {
  return { status, headers: {}, body: Buffer.from(`${message}\n`), xCache: 'Error from cloudfront' };
}

/** Conditions are answered here, from a whole copy. */
function send(outgoing, { status, headers, body, xCache }, incoming) {
  const isHead = incoming.method === 'HEAD';
  const tags = (incoming.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim());
  const etag = valueOf(headers, 'etag');
  const isFresh = status === 200 && etag !== '' && tags.some((tag) => tag.replace(/^W\//, '') === etag);
  for (const [name, values] of Object.entries(headers)) {
    if (name === 'content-length' || READ_ONLY.includes(name)) continue;
    outgoing.setHeader(name, values.map(({ value }) => value));
  }
  outgoing.setHeader('X-Cache', xCache);
  if (isFresh) return outgoing.writeHead(304).end();
  if (!isHead) outgoing.setHeader('Content-Length', body.length);
  return outgoing.writeHead(status).end(isHead ? undefined : body);
}
