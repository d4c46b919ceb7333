/**
 * Listening with node:http: its requests become those of the web, and answers the other way.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a client may take its time with. Longer than a proxy keeps its idle connections. */
const TIMES = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 75_000 };

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/** @type {import('./start.js').Listen} */
export async function listen(handle, { host, port }) {
  const server = createServer(TIMES, (incoming, outgoing) => answer(incoming, outgoing));
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    stop: () => new Promise((resolve) => server.close(resolve)),
    kill: () => server.closeAllConnections(),
  };

  /** @param {IncomingMessage} incoming @param {ServerResponse} outgoing */
  async function answer(incoming, outgoing) {
    const abort = new AbortController();
    outgoing.on('close', () => outgoing.writableFinished || abort.abort(new Error('closed')));
    const request = toRequest(incoming, abort.signal);
    const response = request ? await handle(request) : new Response('bad request\n', { status: 400 });
    // A body is never read, and who is to go elsewhere must not come back on this connection.
    if (hasBody(incoming) || !server.listening) outgoing.setHeader('Connection', 'close');
    await send(response, outgoing);
  }
}

/**
 * @param {IncomingMessage} incoming
 * @param {AbortSignal} signal
 * @returns {Request | null} null when it is none: `OPTIONS *`, an absolute URL, TRACE
 */
function toRequest({ url = '', method, rawHeaders }, signal) {
  try {
    const headers = new Headers();
    for (let at = 0; at < rawHeaders.length; at += 2) {
      headers.append(rawHeaders[at], rawHeaders[at + 1]);
    }
    // The host is not looked at, and a path of two slashes must not become one.
    return url.startsWith('/') ? new Request(`http://thimble${url}`, { method, headers, signal }) : null;
  } catch {
    return null;
  }
}

/** @param {IncomingMessage} incoming */
function hasBody({ headers }) {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
}

/** @param {Response} response @param {ServerResponse} outgoing */
async function send({ status, headers, body }, outgoing) {
  outgoing.writeHead(status, Object.fromEntries(headers));
  if (!body) return outgoing.end();
  // What breaks off is cut, so that nobody takes half an image for a whole one.
  return pipeline(Readable.fromWeb(/** @type {any} */ (body)), outgoing).catch(() => {});
}
