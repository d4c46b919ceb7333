// serve.mjs - thimble-http.wasm under a server of wasi:http, over HTTP.
import path from 'node:path';
import { requireBuilt, root, run } from '../lib/engines.mjs';
import { asTexts, freePort, startServer } from '../lib/server.mjs';

const component = path.join(root, 'dist/thimble-http.wasm');
const jco = path.join(root, 'wasm/http/node_modules/.bin/jco');

/** Linear memory that wasmtime lets an instance have. */
export const MEMORY_BYTES_MAX = 8 << 20;

/**
 * The servers: how each is started on a port with variables of an environment.
 *
 * @type {Record<string, (port: number, variables: Record<string, string>) => [string, string[]]>}
 */
const SERVERS = {
  wasmtime: (port, variables) => [
    'wasmtime',
    [
      ...['serve', '-Scli,http', '-Opooling-allocator=n', `-Wmax-memory-size=${MEMORY_BYTES_MAX}`],
      ...['--addr', `127.0.0.1:${port}`],
      ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      component,
    ],
  ],
  jco: (port) => [
    process.execPath,
    [
      jco,
      ...['serve', component, '--host', '127.0.0.1', '--port', `${port}`],
      ...['--isolate-requests', 'instance'],
    ],
  ],
};

/** Why wasmtime cannot run here; '' when it can. */
export async function wasmtimeMissing() {
  const found = await run('wasmtime', ['serve', '--help']).catch(() => null);
  return found?.code === 0 ? '' : 'no wasmtime with serve (make engines)';
}

/** @param {'wasmtime' | 'jco'} name @param {Record<string, any>} config of docs/configuration.md */
export async function serve(name, config) {
  requireBuilt(component);
  const variables = asTexts(config);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const [program, args] = SERVERS[name](port, variables);
  const env = { ...process.env, ...variables };
  return { url, ...(await startServer(program, args, { url: `${url}/healthz`, cwd: root, env })) };
}
