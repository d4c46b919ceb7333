// serve.mjs - thimble-http.wasm under a server of wasi:http, over HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireBuilt, root, run } from '../lib/engines.mjs';

const component = path.join(root, 'dist/thimble-http.wasm');
const jco = path.join(root, 'wasm/http/node_modules/.bin/jco');

/** Compiling the component takes seconds, on a busy machine many. */
const READY_WITHIN_MS = 120_000;
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

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** @param {'wasmtime' | 'jco'} name @param {Record<string, any>} config of docs/configuration.md */
export async function serve(name, config) {
  requireBuilt(component);
  const variables = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.toUpperCase(),
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
  const port = await freePort();
  const [program, args] = SERVERS[name](port, variables);
  const child = spawn(program, args, {
    cwd: root,
    detached: true, // jco starts more than one process
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const url = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + READY_WITHIN_MS; ; await sleep(100)) {
    const response = await fetch(`${url}/healthz`).catch(() => null);
    await response?.arrayBuffer();
    if (response) break;
    if (child.exitCode !== null) throw new Error(`${name} ended:\n${output}`);
    if (Date.now() > until) throw new Error(`${name} does not answer:\n${output}`);
  }
  return {
    url,
    output: () => output,
    async stop() {
      if (child.exitCode !== null) return;
      const closed = once(child, 'close');
      process.kill(-(/** @type {number} */ (child.pid)), 'SIGKILL');
      await closed;
    },
  };
}
