// viceroy.mjs - thimble-fastly.wasm under Viceroy, Fastly's own local runtime, over HTTP.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireBuilt, root, run } from '../lib/engines.mjs';

export const moduleFile = path.join(root, 'dist/thimble-fastly.wasm');

/** Compiling the module takes Viceroy seconds, on a busy machine many. */
const READY_WITHIN_MS = 60_000;

const cargoBin = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo'), 'bin');
const program = process.env.THIMBLE_VICEROY ?? 'viceroy';
const env = { ...process.env, PATH: `${process.env.PATH}:${cargoBin}` };
process.env.PATH = env.PATH;

/** Why Viceroy cannot run here; '' when it can. */
export async function missing() {
  const found = await run(program, ['--version']).catch(() => null);
  return found?.code === 0 ? '' : 'no viceroy (make engines)';
}

/** A port that was free a moment ago: Viceroy cannot be told to choose one. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** Texts, as a config store holds them. @param {Record<string, any>} config */
function settings(config) {
  return Object.entries(config).map(([name, value]) => [
    name.toUpperCase(),
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
}

/**
 * @param {Record<string, any>} config
 * @param {{ backends: Record<string, string>, store: string, secrets: Record<string, string> }} how
 */
function manifest(config, { backends, store, secrets }) {
  const text = JSON.stringify; // of a string it is TOML too
  return [
    'manifest_version = 3',
    ...Object.entries(backends).map(
      ([name, url]) => `[local_server.backends.${name}]\nurl = ${text(url)}`,
    ),
    `[local_server.${store}.thimble]\nformat = "inline-toml"`,
    `[local_server.${store}.thimble.contents]`,
    ...settings(config).map(([name, value]) => `${name} = ${text(value)}`),
    '[local_server.secret_stores]',
    `thimble = [${Object.entries(secrets).map(([key, data]) => `{ key = ${text(key)}, data = ${text(data)} }`)}]`,
  ].join('\n');
}

/**
 * @param {Record<string, any>} config in the words of docs/configuration.md
 * @param {object} [how]
 * @param {Record<string, string>} [how.backends] URLs by name; the origins' bases when not said
 * @param {'config_stores' | 'dictionaries'} [how.store] where the configuration is
 * @param {Record<string, string>} [how.secrets]
 * @param {string} [how.file] a manifest to use as it is
 */
export async function startViceroy(config, how = {}) {
  requireBuilt(moduleFile);
  const bases = Object.entries(config.origins ?? {}).map(([name, { base }]) => [name, base]);
  const { backends = Object.fromEntries(bases), store = 'config_stores', secrets = {} } = how;
  await mkdir(path.join(root, 'build/test'), { recursive: true });
  const folder = await mkdtemp(path.join(root, 'build/test/viceroy-'));
  const { file = path.join(folder, 'fastly.toml') } = how;
  if (!how.file) await writeFile(file, manifest(config, { backends, store, secrets }));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, ['-C', file, '--addr', address, moduleFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const url = `http://${address}`;
  await answers(`${url}/healthz`, () => child.exitCode === null, () => output);
  return {
    url,
    /** The log endpoint's records so far. @returns {any[]} */
    log: () => [...output.matchAll(/^thimble :: (\{.*\})$/gm)].map(([, line]) => JSON.parse(line)),
    output: () => output,
    /** @param {string} target path and query @param {RequestInit} [init] */
    async get(target, init) {
      const response = await fetch(new URL(target, url), init);
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes };
    },
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      await rm(folder, { recursive: true });
    },
  };
}

/** @param {string} url @param {() => boolean} lives @param {() => string} output */
async function answers(url, lives, output) {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(50)) {
    if (!lives()) throw new Error(`viceroy ended:\n${output()}`);
    const response = await fetch(url).catch(() => null);
    if (response) return response.arrayBuffer();
  }
  throw new Error(`viceroy does not answer:\n${output()}`);
}
