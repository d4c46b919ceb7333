// demo.mjs - the demo page on http://127.0.0.1:8790, from this checkout as it is: nothing
// is built or copied, so saving a file and reloading shows it.
//
//     node scripts/demo.mjs [PORT]
//
// The page and what it runs lie where the worker of `make run` has them too: demo/ at /, the
// resizer at /worker/, the module at /dist/, the sample images at /dev/.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { samplePath } from '../tests/images/make-samples.mjs';
import { samples } from '../tests/images/samples.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Which folder a path is served from; the first prefix that fits. */
const PLACES = [
  ['/worker/', 'worker'],
  ['/dist/', 'dist'],
  ['/dev/', 'build/samples'],
  ['/', 'demo'],
];
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};

/** The file a request means, or null: only names without tricks lead anywhere. */
export function fileOf(pathname) {
  if (!/^\/(?:[\w-][\w.-]*\/)*(?:[\w-][\w.-]*)?$/.test(pathname)) return null;
  const [prefix, folder] = PLACES.find(([start]) => pathname.startsWith(start));
  return path.join(root, folder, pathname.slice(prefix.length) || 'index.html');
}

/** @returns {Promise<import('node:http').Server>} listening; port 0 takes a free one */
export async function serveDemo(port) {
  for (const { path: name } of samples.filter(({ group }) => group === 'run')) {
    await samplePath(name);
  }
  const server = createServer(async (request, response) => {
    const file = fileOf(new URL(request.url, 'http://localhost').pathname);
    const found = file && (await stat(file).catch(() => null));
    if (!found?.isFile()) return response.writeHead(404).end('not found\n');
    response.writeHead(200, {
      'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'Content-Length': found.size,
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
    });
    if (request.method === 'HEAD') return response.end();
    pipeline(createReadStream(file), response, () => {}); // a reader who leaves is no error
  });
  await new Promise((resolve, reject) =>
    server.once('error', reject).listen(port, '127.0.0.1', resolve),
  );
  return server;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? 8790);
  try {
    const server = await serveDemo(port);
    console.log(`thimble: the demo is on http://localhost:${server.address().port}/`);
  } catch (error) {
    const taken = error.code === 'EADDRINUSE' && `port ${port} is taken; PORT=8791 for another`;
    const wrong = error.code === 'ERR_SOCKET_BAD_PORT' && 'PORT: a whole number from 1 to 65535';
    if (!taken && !wrong) throw error;
    console.error(`thimble: ${taken || wrong}`);
    process.exitCode = 1;
  }
}
