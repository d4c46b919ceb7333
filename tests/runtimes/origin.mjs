// origin.mjs - the origin every runtime reads in these tests: a real HTTP server on 127.0.0.1 that
// serves the generated samples under any first folder, and has faults in its paths:
//
//     /dev/jpeg/420.jpg                    the sample
//     /dev/slow/jpeg/420.jpg               in SLOW_PIECES pieces with pauses between them
//     /dev/stalled/jpeg/420.jpg            the first half, then nothing
//     /dev/truncated/jpeg/420.jpg          the first half, then the connection breaks
//     /dev/once-truncated/jpeg/420.jpg     truncated the first time, whole afterwards
//     /dev/forbidden/..  /dev/broken/..    403, 500
//
// Whatever is no sample is 404. ETag, Last-Modified, If-None-Match and If-Match work as in S3.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';

const SLOW_PIECES = 8;
const SLOW_PAUSE_MS = 30;
const MODIFIED = 'Wed, 01 Oct 2025 00:00:00 GMT';

const known = new Set(samples.map((sample) => sample.path));
const TYPES = {
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.jpg': 'image/jpeg',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

/** @type {Record<string, (response: import('node:http').ServerResponse, bytes: Buffer) => any>} */
const FAULTS = {
  async slow(response, bytes) {
    const piece = Math.ceil(bytes.length / SLOW_PIECES);
    for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
      response.write(bytes.subarray(at, at + piece));
      await sleep(SLOW_PAUSE_MS);
    }
    response.end();
  },
  stalled: (response, bytes) => response.write(bytes.subarray(0, bytes.length >> 1)),
  truncated: (response, bytes) =>
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy()),
};

export async function startOrigin() {
  /** Requests so far, by path. @type {Map<string, number>} */
  const counts = new Map();
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    /** How often a path was asked for. @param {string} pathname */
    fetches: (pathname) => counts.get(pathname) ?? 0,
    /** Every path asked for, as it came. */
    paths: () => [...counts.keys()],
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async function answer(request, response) {
    const pathname = (request.url ?? '/').split('?')[0];
    if (!isEncoded(pathname)) return response.writeHead(404).end('no such object');
    const count = (counts.get(pathname) ?? 0) + 1;
    counts.set(pathname, count);
    const { fault, name } = parse(pathname, count);
    if (fault === 'forbidden') return response.writeHead(403).end('forbidden');
    if (fault === 'broken') return response.writeHead(500).end('broken');
    if (!known.has(name)) return response.writeHead(404).end('no such object');
    const bytes = await sampleBytes(name);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const headers = { ETag: etag, 'Last-Modified': MODIFIED };
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end();
    if ((request.headers['if-match'] ?? etag) !== etag) return response.writeHead(412).end();
    response.writeHead(200, {
      ...headers,
      'Content-Type': TYPES[path.extname(name)] ?? 'application/octet-stream',
      'Content-Length': bytes.length,
    });
    if (request.method === 'HEAD') return response.end();
    const send = FAULTS[fault];
    return send ? send(response, bytes) : response.end(bytes);
  }
}

/** @param {string} pathname */
function isEncoded(pathname) {
  try {
    return decodeURIComponent(pathname) !== '';
  } catch {
    return false;
  }
}

/** @param {string} pathname @param {number} count of requests for it, with this one */
function parse(pathname, count) {
  const [first, ...rest] = pathname.split('/').slice(2).map(decodeURIComponent);
  if (first === 'once-truncated')
    return { fault: count === 1 ? 'truncated' : '', name: rest.join('/') };
  const isFault = first in FAULTS || first === 'forbidden' || first === 'broken';
  return isFault
    ? { fault: first, name: rest.join('/') }
    : { fault: '', name: [first, ...rest].join('/') };
}
