// host.mjs - the module behind the pool and the engine of worker/resizer, one job after the other,
// with what a job took in memory and work also where it failed.
import path from 'node:path';
import { root, thimbleModule } from '../lib/engines.mjs';

const { Pool } = await import(path.join(root, 'worker/resizer/pool.js'));
const { DONE, MORE_INPUT } = await import(path.join(root, 'worker/resizer/engine.js'));

const CHUNK_BYTES = 65536;
const POOL = { limits: '', keepBytes: 16 << 20, keepCount: 4, budgetBytes: 128 << 20 };

/**
 * @typedef {object} Answer
 * @property {string} status 'OK', or the name of the failure
 * @property {string} message '' when it went well
 * @property {Buffer} bytes what was put out; none of a failed job counts
 * @property {import('../../worker/resizer/engine.js').Info} info
 */
/** @typedef {{ resize: (bytes: Buffer, query: string) => Promise<Answer> }} Host */

/** @returns {Promise<Host>} */
export async function makeHost() {
  const pool = new Pool(await thimbleModule(), POOL);
  return {
    async resize(bytes, query) {
      const engine = await pool.take();
      try {
        const out = Buffer.concat(work(engine, bytes, query));
        return { status: 'OK', message: '', bytes: out, info: engine.info() };
      } catch (error) {
        if (error?.name !== 'ThimbleError') throw error;
        const { status, message } = error;
        return { status, message, bytes: Buffer.alloc(0), info: engine.info() };
      } finally {
        pool.give(engine);
      }
    },
  };
}

/** All chunks of the output. */
function work(engine, bytes, query) {
  const chunks = [];
  let given = 0;
  engine.open(query);
  for (;;) {
    const status = engine.step();
    if (status === MORE_INPUT) {
      const piece = bytes.subarray(given, given + CHUNK_BYTES);
      given += piece.length;
      if (piece.length > 0) engine.push(piece);
      else engine.end();
      continue;
    }
    for (let chunk = engine.pull(); chunk.length > 0; chunk = engine.pull()) chunks.push(chunk);
    if (status === DONE) return chunks;
  }
}
