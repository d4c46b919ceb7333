/**
 * The Web Worker: the same dist/thimble.wasm and worker/resizer/resizer.js that run at the
 * edge. All pixels of this page are made in here.
 */
import { fitBudget, splitBudget } from '../worker/image/budget.js';
import { Engine } from '../worker/resizer/engine.js';
import { ThimbleError } from '../worker/resizer/error.js';
import { createThimble } from '../worker/resizer/resizer.js';
import { redraw } from './browser-resizer.js';
import { makeHundred } from './hundred.js';
import { paintSample } from './painter.js';
import { runStream } from './stream-job.js';

/** What this browser would send for an image; it decides f=auto. */
const ACCEPT = 'image/webp,image/png,image/*,*/*;q=0.8';

const compiled = compile(new URL('../dist/thimble.wasm', import.meta.url));
// No instance is kept: its memory never shrinks, and a job's figure shall be its own.
const started = compiled.then((module) => createThimble(module, { keepCount: 0 }));
started.catch(() => {}); // whoever asks is told

/** The bytes of the last source, so that moving a slider does not read the file again. */
let last = { blob: /** @type {Blob | null} */ (null), bytes: new Uint8Array(0) };

/** @type {Record<string, (message: any, onProgress: (value: any) => void) => Promise<any>>} */
const KINDS = {
  async describe() {
    const thimble = await started;
    // What an Accept header is given to makes the clerk, the way that is allowed everywhere.
    await thimble.resize(new Uint8Array(0), 'w=1', { accept: ACCEPT }).catch(() => {});
    return thimble.describe();
  },
  async canon({ query }) {
    return (await started).canon(query, ACCEPT);
  },
  async resize({ blob, query }) {
    const thimble = await started;
    const canon = thimble.canon(query, ACCEPT);
    const bytes = await bytesOf(blob);
    const begin = performance.now();
    const first = await thimble.resize(bytes, canon, { length: bytes.length });
    const result = await withinBudget(thimble, first, { bytes, canon });
    return { ...result, canon, ms: performance.now() - begin };
  },
  async stream({ blob, query }, onProgress) {
    const engine = new Engine(await WebAssembly.instantiate(await compiled, {}), '');
    return runStream(engine, { blob, query, onProgress });
  },
  redraw,
  hundred: makeHundred,
  sample: ({ name }) => paintSample(name),
};

addEventListener('message', async ({ data: { id, kind, ...message } }) => {
  try {
    const value = await KINDS[kind](message, (progress) => postMessage({ id, progress }));
    postMessage({ id, value });
  } catch (error) {
    const { status = 'INTERNAL', message: text } = /** @type {any} */ (error);
    postMessage({ id, error: { status, message: text } });
  }
});

/**
 * What the service does about `max`: tries until the result fits.
 * @param {import('../worker/resizer/resizer.js').Thimble} thimble
 * @param {import('../worker/image/budget.js').Result} result
 * @param {{ bytes: Uint8Array<ArrayBuffer>, canon: string }} asked
 */
async function withinBudget(thimble, result, { bytes, canon }) {
  const wanted = splitBudget(canon);
  if (!wanted.maxBytes || result.bytes.length <= wanted.maxBytes) return result;
  const readAgain = async () => new Blob([bytes]).stream();
  const fitted = await fitBudget(thimble, wanted, { info: result.info, readAgain });
  if (!fitted) throw new ThimbleError('TOO_LARGE', `no quality fits ${wanted.maxBytes} bytes`);
  const linearMemory = Math.max(result.info.linearMemory, fitted.info.linearMemory);
  return { ...fitted, info: { ...fitted.info, linearMemory } };
}

/** @param {URL} url */
async function compile(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`dist/thimble.wasm: ${response.status}; run \`make wasm\``);
  return WebAssembly.compile(await response.arrayBuffer()); // any media type will do
}

/** @param {Blob} blob */
async function bytesOf(blob) {
  if (last.blob?.size !== blob.size || last.blob !== blob) {
    last = { blob, bytes: new Uint8Array(await blob.arrayBuffer()) };
  }
  return last.bytes;
}
