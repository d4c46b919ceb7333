// sharp-server.mjs - what bench/hosts.mjs compares with: a Node server that does thimble's misses
// with native sharp, one thread, and keeps what it made. In a process of its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(import.meta.url);
export const title = 'Node and native sharp';

/** @param {{ originUrl: string }} options as the hosts of tests/runtimes take it */
export async function start({ originUrl }) {
  const child = fork(file, [originUrl]);
  const [port] = await once(child, 'message');
  return { url: `http://127.0.0.1:${port}`, stop: () => child.kill() };
}

async function serve(originUrl) {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  const made = new Map();
  const make = async (url) => {
    const source = await fetch(new URL(url.pathname, originUrl));
    const { w, h, f, q } = Object.fromEntries(url.searchParams);
    return sharp(Buffer.from(await source.arrayBuffer()), { limitInputPixels: false })
      .resize(Number(w), Number(h), { fit: 'fill', kernel: 'lanczos3' })
      .toFormat(f, f === 'png' ? {} : { quality: Number(q) })
      .toBuffer();
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (!made.has(request.url)) made.set(request.url, await make(url));
    response.writeHead(200, { 'Content-Type': `image/${url.searchParams.get('f')}` });
    response.end(made.get(request.url));
  });
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

if (process.argv[1] === file) await serve(process.argv[2]);
