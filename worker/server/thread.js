/**
 * The other side of threads.js: one job at a time through the ordinary resizer. Input is asked
 * for slice by slice, so that nothing is read that the job does not want.
 */
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { createThimble, ThimbleError } from '../resizer/resizer.js';

/**
 * What is told to the event loop, of the job with that number.
 * @typedef {object} Told
 * @property {number} serial
 * @property {true} [want] the next slice
 * @property {{ info: import('../resizer/resizer.js').Info, buffer: ArrayBuffer }} [done]
 * @property {{ status: import('../resizer/error.js').StatusName, message: string }} [failed]
 */
/**
 * What is heard from there.
 * @typedef {object} Heard
 * @property {number} serial
 * @property {{ query: string, accept?: string, length?: number }} [open]
 * @property {ArrayBuffer | null} [slice] null after the last one
 * @property {true} [stop]
 */

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
const thimble = createThimble(workerData.module, {
  limits: workerData.limits,
  keepCount: 1,
  // Node before 23.9 tells the whole process's time only.
  cpuMs: 'threadCpuUsage' in process ? threadCpuMs : undefined,
});

let serial = 0;
let abort = new AbortController();
/** @type {(slice: ArrayBuffer | null) => void} takes the slice that was asked for */
let take = () => {};

port.on('message', (/** @type {Heard} */ heard) => {
  if (heard.open) run(heard.open, heard.serial);
  else if (heard.serial !== serial) return; // about a job that is over
  else if (heard.stop) abort.abort(new Error('stopped'));
  else if (heard.slice !== undefined) take(heard.slice);
});

function threadCpuMs() {
  const { user, system } = /** @type {any} */ (process).threadCpuUsage();
  return (user + system) / 1000;
}

/** @param {NonNullable<Heard['open']>} job @param {number} number */
async function run({ query, accept, length }, number) {
  serial = number;
  abort = new AbortController();
  const { signal } = abort;
  try {
    const { info, bytes } = await thimble.resize(input(), query, { accept, length, signal });
    const whole = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    const buffer = /** @type {ArrayBuffer} */ (whole.buffer);
    port.postMessage({ done: { info, buffer }, serial: number }, [buffer]);
  } catch (error) {
    const { status, message } =
      error instanceof ThimbleError ? error : { status: 'INTERNAL', message: String(error) };
    port.postMessage({ failed: { status, message }, serial: number });
  }
}

/** @returns {ReadableStream<Uint8Array>} */
function input() {
  return new ReadableStream(
    {
      async pull(controller) {
        const slice = await new Promise((/** @type {typeof take} */ resolve) => {
          take = resolve;
          port.postMessage({ want: true, serial });
        });
        if (slice) controller.enqueue(new Uint8Array(slice));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
