// service.mjs - the worker as it is deployed, in the real workerd (through miniflare), with a
// bucket of one's own and an origin that misbehaves on request.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';
import { sampleBytes } from '../images/make-samples.mjs';
import { moduleFile, root } from '../lib/engines.mjs';

const COMPATIBILITY_DATE = '2026-07-01';

/** What wrangler.toml says in both environments. */
export const VARS = {
  ORIGINS: { images: { kind: 'r2', binding: 'IMAGES' } },
  ROUTES: [
    { path: '/dev/*', origin: 'images', on_error: 'status' },
    { path: '/prod/*', origin: 'images' },
  ],
};

/** cloudflare.js with everything it imports, and thimble.wasm beside it. @param {string} wasm its file */
async function modules(wasm) {
  const result = await build({
    entryPoints: [path.join(root, 'worker/cloudflare.js')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: ['*.wasm'],
    write: false,
  });
  return {
    'worker/cloudflare.js': { type: 'esm', contents: result.outputFiles[0].text },
    'dist/thimble.wasm': { type: 'wasm', contents: new Uint8Array(await readFile(wasm)) },
  };
}

/**
 * @param {object} [options]
 * @param {Record<string, any>} [options.vars] instead of VARS
 * @param {string} [options.module] file of another thimble.wasm
 * @param {(request: Request) => any} [options.outbound] answers every fetch the worker makes
 * @param {Record<string, any>} [options.env] more bindings, as miniflare writes them
 * @param {any[]} [options.others] more workers, for those bindings
 * @param {boolean} [options.inspected] whether isolates.mjs may look into it
 */
export async function startService({
  vars = VARS,
  module = process.env.THIMBLE_WASM ?? moduleFile,
  outbound,
  env = {},
  others = [],
  inspected = false,
} = {}) {
  /** @type {any[]} the worker's log records, oldest first */
  const log = [];
  const json = Object.entries(vars).map(([name, value]) => [name, { type: 'json', value }]);
  const miniflare = new Miniflare({
    ...(inspected && { inspectorPort: 0 }),
    handleStructuredLogs: ({ message }) => message.startsWith('{') && log.push(JSON.parse(message)),
    workers: [
      {
        config: {
          name: 'thimble',
          compatibilityDate: COMPATIBILITY_DATE,
          compatibilityFlags: ['enable_request_signal'],
          manifest: { mainModule: 'worker/cloudflare.js', modules: await modules(module) },
          env: { IMAGES: { type: 'r2', name: 'images' }, ...Object.fromEntries(json), ...env },
        },
        dev: { ...(outbound && { outboundService: { type: 'fetcher', handler: outbound } }) },
      },
      ...others,
    ],
  });
  const url = await miniflare.ready;
  const bucket = await miniflare.getR2Bucket('IMAGES');
  return {
    url,
    log,
    bucket,
    inspectorUrl: inspected ? await miniflare.getInspectorURL() : null,
    /** @param {string} target path and query */
    fetch: (target, init) => fetch(new URL(target, url), init),
    /**
     * Asks, and leaves when `moment` has come. By a reset: workerd does not notice when a client
     * ends its half of a connection, as fetch does.
     * @param {string} target
     * @param {Promise<any>} moment
     */
    async leave(target, moment) {
      const request = get(new URL(target, url), { agent: false });
      request.on('response', (response) => response.on('error', () => {}).resume());
      request.on('error', () => {}); // the reset, seen from here
      const [socket] = await once(request, 'socket');
      await moment;
      socket.resetAndDestroy();
    },
    /** Puts samples into the bucket under a prefix. */
    async seed(prefix, names) {
      for (const name of names) {
        await bucket.put(`${prefix}${name}`, await sampleBytes(name), {
          httpMetadata: { contentType: typeOf(name) },
        });
      }
    },
    stop: () => miniflare.dispose(),
  };
}

const TYPES = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
};

/** @param {string} name of a file */
export function typeOf(name) {
  return TYPES[name.split('.').pop()] ?? 'application/octet-stream';
}
