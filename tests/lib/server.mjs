// server.mjs - servers as processes of their own: started on a free port of 127.0.0.1, ready once
// they answer, stopped with all they started, and with the tests.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Some compile a module first, which takes seconds, on a busy machine many. */
const READY_WITHIN_MS = 120_000;

/** A port that was free a moment ago, for servers that cannot be told to choose one. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {{ url?: string } & import('node:child_process').SpawnOptions} options url: what answers,
 *   whatever it answers, once the server is ready; without one it is not waited for
 * @returns {Promise<{ output: () => string, stop: () => Promise<void> }>} output: all it wrote so far
 */
export async function startServer(program, args, { url, ...options }) {
  const child = spawn(program, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const closed = once(child, 'close').catch((error) => (output += error));
  const kill = () => {
    if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', kill);
  async function stop() {
    process.off('exit', kill);
    kill();
    await closed;
  }
  for (const until = Date.now() + READY_WITHIN_MS; url && !(await answers(url)); await sleep(50)) {
    const ended = !child.pid || child.exitCode !== null;
    if (!ended && Date.now() < until) continue;
    await stop();
    throw new Error(`${program} ${ended ? 'ended' : 'does not answer'}:\n${output}`);
  }
  return { output: () => output, stop };
}

/** @param {string} url */
async function answers(url) {
  const response = await fetch(url).catch(() => null);
  await response?.arrayBuffer();
  return response !== null;
}

/**
 * A configuration as an environment or a store of texts has it: names in upper case, structured
 * values as JSON.
 * @param {Record<string, any>} config in the words of docs/configuration.md
 * @returns {Record<string, string>}
 */
export function asTexts(config) {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      name.toUpperCase(),
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
