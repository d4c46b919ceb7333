/**
 * The JavaScript API of thimble: images in, resized images out.
 *
 *     const thimble = createThimble(module);
 *     const { info, bytes } = await thimble.resize(file, 'w=200&h=150&f=webp&q=90');
 *
 * Web standards only: the same file runs in workerd, Node, Deno, Bun and browsers.
 */
import { ThimbleError } from './error.js';
import { Input } from './input.js';
import { Job } from './job.js';
import { Pool } from './pool.js';

export { ThimbleError };

/** @typedef {import('./engine.js').Info} Info */
/** @typedef {Uint8Array | ReadableStream<Uint8Array>} Source */
/**
 * @typedef {object} JobOptions
 * @property {string} [accept] the Accept header that decides f=auto
 * @property {AbortSignal} [signal] aborting rejects with its reason and cancels the input stream
 * @property {number} [length] bytes of input, when known: saves memory
 */
/**
 * @typedef {object} Thimble
 * @property {(query: string, accept?: string) => string} canon the canonical options text: equal
 *   texts ask for equal images. Throws BAD_OPTION
 * @property {() => any} describe the options table
 * @property {(input: Source, query: string, options?: JobOptions) =>
 *   Promise<{ info: Info, bytes: Uint8Array }>} resize
 * @property {(input: Source, query: string, options?: JobOptions) =>
 *   Promise<{ info: Info, body: ReadableStream<Uint8Array> }>} resizeStream rejects as long as
 *   nothing was put out; a later failure errors the body
 */

/**
 * @param {WebAssembly.Module} module thimble.wasm, compiled
 * @param {object} [options]
 * @param {string | Record<string, number>} [options.limits] tighter limits for every job, as text
 *   (`pixels=..&memory=..&input=..&side=..&work=..`) or as a record of the same names
 * @param {number} [options.keepBytes] an instance that grew past this is not used again (16 MiB)
 * @param {number} [options.keepCount] idle instances kept, at most (4)
 * @param {number} [options.budgetBytes] memory of the running jobs, past which a further one is
 *   refused with NO_MEMORY (64 MiB)
 * @param {() => number} [options.cpuMs] milliseconds of CPU that this thread has used, where the
 *   platform tells: `info.cpuMs` then says what of it a job took
 * @returns {Thimble}
 */
export function createThimble(module, options = {}) {
  const { keepBytes = 16 << 20, keepCount = 4, budgetBytes = 64 << 20, cpuMs } = options;
  const limits = limitsText(options.limits ?? '');
  const pool = new Pool(module, { limits, keepBytes, keepCount, budgetBytes });

  return {
    canon(query, accept = '') {
      return pool.clerk().canon(query, accept);
    },
    describe() {
      return pool.clerk().describe();
    },
    async resize(input, query, jobOptions = {}) {
      const job = await openJob(pool, input, { query, cpuMs, ...jobOptions });
      const chunks = [];
      for (let chunk = await job.next(); chunk !== null; chunk = await job.next())
        chunks.push(chunk);
      return { info: job.info, bytes: join(chunks) };
    },
    async resizeStream(input, query, jobOptions = {}) {
      const job = await openJob(pool, input, { query, cpuMs, ...jobOptions });
      const first = await job.next();
      return { info: job.info, body: outputStream(job, first) };
    },
  };
}

/**
 * @param {Pool} pool
 * @param {Source} source
 * @param {JobOptions & { query: string, cpuMs?: () => number }} options
 */
async function openJob(pool, source, { query, accept = '', signal, length, cpuMs }) {
  signal?.throwIfAborted();
  const input = new Input(source);
  try {
    // Only what an Accept header decides needs the canonical text: docs/abi.md.
    const text = accept === '' ? query : (await pool.clerkSoon()).canon(query, accept);
    const engine = await pool.take();
    try {
      engine.open(text, length);
      return new Job(pool, engine, { input, signal, cpuMs });
    } catch (error) {
      pool.give(engine);
      throw error;
    }
  } catch (error) {
    input.close(error);
    throw error;
  }
}

/**
 * The output as a stream that works only when somebody reads.
 * @param {Job} job
 * @param {Uint8Array | null} first its first chunk, taken already
 * @returns {ReadableStream<Uint8Array>}
 */
function outputStream(job, first) {
  let ready = first;
  return new ReadableStream(
    {
      async pull(controller) {
        const chunk = ready ?? (await job.next());
        ready = null;
        if (chunk === null) controller.close();
        else controller.enqueue(chunk);
      },
      cancel(reason) {
        job.close(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** @param {string | Record<string, number>} limits */
function limitsText(limits) {
  if (typeof limits === 'string') return limits;
  return Object.entries(limits)
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** @param {Uint8Array[]} chunks @returns {Uint8Array} */
function join(chunks) {
  if (chunks.length === 1) return chunks[0];
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
