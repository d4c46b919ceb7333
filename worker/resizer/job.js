/**
 * Job: one image on its way through one engine, from Input to output chunks.
 * It gives its engine back by itself: after the last chunk, on any failure, on close().
 */
import { DONE, MORE_INPUT } from './engine.js';
import { ThimbleError } from './error.js';

export class Job {
  #pool;
  #engine;
  #input;
  #signal;
  #cpuMs;
  #spentMs = 0;
  #ended = false;
  #closed = false;
  /** @type {import('./engine.js').Info} */
  #info;
  #onAbort = () => this.#input.stop(this.#signal?.reason);

  /**
   * @param {import('./pool.js').Pool} pool
   * @param {import('./engine.js').Engine} engine taken from that pool, with the job opened
   * @param {{ input: import('./input.js').Input, signal?: AbortSignal, cpuMs?: () => number }}
   *   options
   */
  constructor(pool, engine, { input, signal, cpuMs }) {
    this.#pool = pool;
    this.#engine = engine;
    this.#input = input;
    this.#signal = signal;
    this.#cpuMs = cpuMs;
    this.#info = engine.info();
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort(); // while the engine was made
  }

  /** What was known after the last next(). */
  get info() {
    return this.#cpuMs ? { ...this.#info, cpuMs: this.#spentMs } : this.#info;
  }

  /**
   * The next piece of output; null after the last one.
   * @returns {Promise<Uint8Array | null>}
   */
  async next() {
    if (this.#closed) return null;
    try {
      const chunk = await this.#work();
      this.#info = this.#engine.info();
      if (chunk === null) this.close();
      return chunk;
    } catch (error) {
      this.close(error);
      throw error;
    }
  }

  /**
   * Ends the job where it stands. Safe at any time.
   * @param {unknown} [reason] told to the input stream
   */
  close(reason) {
    if (this.#closed) return;
    this.#closed = true;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#input.stop(reason);
    this.#input.close(reason);
    this.#pool.give(this.#engine);
  }

  async #work() {
    for (;;) {
      const status = this.#step();
      this.#pool.check(this.#engine);
      if (status === MORE_INPUT) {
        await this.#feed();
        continue;
      }
      const chunk = this.#engine.pull();
      if (chunk.length > 0) return chunk;
      if (status === DONE) return null;
      throw new ThimbleError('INTERNAL', 'thimble.wasm makes no progress');
    }
  }

  /** All the work is done in here, and nothing else meanwhile. */
  #step() {
    if (!this.#cpuMs) return this.#engine.step();
    const begun = this.#cpuMs();
    try {
      return this.#engine.step();
    } finally {
      this.#spentMs += this.#cpuMs() - begun;
    }
  }

  async #feed() {
    if (this.#ended) throw new ThimbleError('INTERNAL', 'thimble.wasm wants input after the end');
    const slice = await this.#input.read();
    if (this.#closed) throw new ThimbleError('MISUSE', 'the job was closed');
    if (slice !== null) return this.#engine.push(slice);
    this.#ended = true;
    this.#engine.end();
  }
}
