// viceroy.mjs - thimble-fastly.wasm under Viceroy, Fastly's own local runtime, over HTTP.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireBuilt, root, run } from '../lib/engines.mjs';
import { asTexts, freePort, startServer } from '../lib/server.mjs';

export const moduleFile = path.join(root, 'dist/thimble-fastly.wasm');

/** A line that has not come by then was not written. */
const LOGGED_WITHIN_MS = 10_000;

const cargoBin = path.join(process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo'), 'bin');
const program = process.env.THIMBLE_VICEROY ?? 'viceroy';
const env = { ...process.env, PATH: `${process.env.PATH}:${cargoBin}` };
process.env.PATH = env.PATH;

/** Why Viceroy cannot run here; '' when it can. */
export async function missing() {
  const found = await run(program, ['--version']).catch(() => null);
  return found?.code === 0 ? '' : 'no viceroy (make engines)';
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
    ...Object.entries(asTexts(config)).map(([name, value]) => `${name} = ${text(value)}`),
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
  const url = `http://${address}`;
  const server = await startServer(program, ['-C', file, '--addr', address, moduleFile], {
    url: `${url}/healthz`,
    env,
  });
  /** The log endpoint's records so far. @returns {any[]} */
  const log = () =>
    [...server.output().matchAll(/^thimble :: (\{.*\})$/gm)].map(([, line]) => JSON.parse(line));
  return {
    url,
    /**
     * The newest of the log's records that is as wanted; a record is written after its answer.
     * @param {(record: any) => boolean} wanted
     */
    async logged(wanted) {
      for (const until = Date.now() + LOGGED_WITHIN_MS; ; await sleep(20)) {
        const record = log().findLast(wanted);
        if (record) return record;
        if (Date.now() > until) throw new Error(`not in the log: ${wanted}\n${server.output()}`);
      }
    },
    output: server.output,
    /** @param {string} target path and query @param {RequestInit} [init] */
    async get(target, init) {
      const response = await fetch(new URL(target, url), init);
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes };
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}
