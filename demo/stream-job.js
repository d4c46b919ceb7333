/**
 * Stream job: one image pushed piece by piece into one instance, with its memory
 * and its time looked at after each piece.
 */
import { DONE, MORE_INPUT } from '../worker/resizer/engine.js';
import { Input } from '../worker/resizer/input.js';

/** @typedef {{ inBytes: number, ms: number, memory: number }} Sample */

/** Progress is told this often, at most: a chart needs no more. */
const TELL_MS = 40;

/**
 * @param {import('../worker/resizer/engine.js').Engine} engine a fresh one
 * @param {{ blob: Blob, query: string, onProgress: (value: any) => void }} job
 */
export async function runStream(engine, { blob, query, onProgress }) {
  const input = new Input(blob.stream());
  /** @type {Sample[]} */
  const samples = [{ inBytes: 0, ms: 0, memory: engine.memoryBytes }];
  const output = [];
  let inBytes = 0;
  let ms = 0; // inside the module: neither the disk nor this page counts
  let told = performance.now();
  engine.open(query, blob.size);
  for (;;) {
    const begin = performance.now();
    const status = engine.step();
    const chunk = status === MORE_INPUT ? null : engine.pull();
    ms += performance.now() - begin;
    if (chunk?.length) output.push(chunk);
    if (status === DONE && chunk?.length === 0) break;
    if (status !== MORE_INPUT) continue;
    samples.push({ inBytes, ms, memory: engine.memoryBytes });
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      const { inWidth, inHeight } = engine.info();
      onProgress({ samples: samples.splice(0), inWidth, inHeight });
    }
    const slice = await input.read();
    inBytes += slice?.length ?? 0;
    if (slice) engine.push(slice);
    else engine.end();
  }
  samples.push({ inBytes, ms, memory: engine.memoryBytes });
  const info = engine.info();
  onProgress({ samples, inWidth: info.inWidth, inHeight: info.inHeight });
  return { info, ms, blob: new Blob(output, { type: `image/${info.outFormat}` }) };
}
