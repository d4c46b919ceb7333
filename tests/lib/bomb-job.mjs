// bomb-job.mjs - a bomb through the module as a host uses it, in an instance of its own.
import path from 'node:path';
import { root, thimbleModule } from './engines.mjs';

const CHUNK_BYTES = 65536;
export const BOMB_QUERY = 'w=64&f=png';

/**
 * What the job ended with and what it took.
 * @param {Uint8Array} bytes
 */
export async function runBomb(bytes) {
  const { Engine, DONE, MORE_INPUT } = await import(path.join(root, 'worker/resizer/engine.js'));
  const engine = new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), '');
  const outcome = { status: 'OK', message: '', outBytes: 0 };
  const cpu = process.cpuUsage();
  const started = performance.now();
  try {
    engine.open(BOMB_QUERY, bytes.length);
    for (let at = 0, status = 0; status !== DONE;) {
      status = engine.step();
      if (status === MORE_INPUT && at < bytes.length) {
        engine.push(bytes.subarray(at, at + CHUNK_BYTES));
        at += CHUNK_BYTES;
      } else if (status === MORE_INPUT) engine.end();
      for (let n = engine.pull().length; n > 0; n = engine.pull().length) outcome.outBytes += n;
    }
  } catch (error) {
    if (error?.name !== 'ThimbleError') throw error;
    outcome.status = error.status;
    outcome.message = error.message;
  }
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const { work, linearMemory } = engine.info();
  return { ...outcome, work, linearMemory, ms, cpuMs: (user + system) / 1000 };
}
