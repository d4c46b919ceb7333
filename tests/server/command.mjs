// command.mjs - `thimble serve` as it is started, in each runtime, as a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../lib/engines.mjs';

const command = path.join(root, 'worker/server/command.js');
const bin = path.join(root, 'node_modules/.bin');

/** Program and arguments before the command. Deno is given what docs/hosts/node.md says. */
const PROGRAMS = {
  node: [process.execPath],
  deno: [
    path.join(bin, 'deno'),
    'run',
    '--quiet',
    '--allow-net',
    '--allow-read',
    '--allow-write',
    '--allow-env',
    '--allow-sys',
  ],
  bun: [path.join(bin, 'bun'), '--bun', 'run'],
};
export const RUNTIMES = Object.keys(PROGRAMS);

/** What starts or stops slower than that hangs. */
const PATIENCE_MS = 30_000;

/**
 * @param {string} runtime
 * @param {string[]} args
 * @param {Record<string, string>} [env] beside this process's own
 */
export function spawnCommand(runtime, args, env = {}) {
  const [program, ...before] = PROGRAMS[runtime];
  return spawn(program, [...before, command, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10 * PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
}

/**
 * Starts the command with a configuration file and waits until it listens.
 * @param {string} runtime
 * @param {Record<string, any>} config of docs/configuration.md
 * @param {Record<string, string>} [env]
 */
export async function startCommand(runtime, config, env = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-serve-'));
  const file = path.join(folder, 'thimble.json');
  await writeFile(file, JSON.stringify({ port: 0, ...config }));
  const child = spawnCommand(runtime, ['serve', '--config', file], env);
  /** @type {any[]} the log's records, oldest first */
  const log = [];
  createInterface({ input: child.stdout }).on('line', (line) => log.push(JSON.parse(line)));
  const said = [];
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const url = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const address = /listening on (http:\S+),/.exec(line)?.[1];
      if (address) resolve(address);
    });
    ended.then(({ code }) => reject(new Error(`${runtime} ended with ${code}: ${said.join('\n')}`)));
  });
  await rm(folder, { recursive: true });
  return {
    url,
    log,
    /** Lines on stderr. */
    said,
    pid: child.pid,
    ended,
    kill: (signal) => child.kill(signal),
    /** @returns {Promise<{ code: number | null, signal: string | null }>} */
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
      return ended.finally(() => clearTimeout(timer));
    },
  };
}
