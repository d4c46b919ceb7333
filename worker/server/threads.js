/**
 * Threads: a resizer whose jobs run beside the event loop, on all CPUs. The module is compiled
 * once and shared. A thread has one job at a time, which holds it while it waits for input, so
 * there may be more of them than CPUs; they are started as they are needed. Further jobs wait in
 * line, as many as `queueMax`, and are refused beyond. A thread that ends, of whatever, fails its
 * own job and is replaced.
 */
import { Worker } from 'node:worker_threads';
import { ThimbleError } from '../resizer/error.js';
import { Input } from '../resizer/input.js';
import { createThimble } from '../resizer/resizer.js';

/** JavaScript heap of a thread; images are not in it. */
const HEAP_MB = 64;

/** A job that was given up gets this long to stop, then its thread is ended. */
const STOP_MS = 1000;

const SCRIPT = new URL('./thread.js', import.meta.url);

/** @typedef {import('../resizer/resizer.js').JobOptions} JobOptions */
/** @typedef {{ info: import('../resizer/resizer.js').Info, bytes: Uint8Array }} Result */
/**
 * @typedef {object} Job
 * @property {string} query
 * @property {JobOptions} options
 * @property {Input} input
 * @property {(result: Result) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {() => void} onAbort
 */

export class Threads {
  #module;
  #limits;
  #count;
  #queueMax;
  #onLost;
  #clerk;
  #closed = false;
  /** @type {Set<Thread>} */
  #alive = new Set();
  /** @type {Thread[]} */
  #idle = [];
  /** @type {Set<Job>} oldest first */
  #waiting = new Set();

  /**
   * @param {WebAssembly.Module} module
   * @param {object} options
   * @param {number} options.count of threads, at most
   * @param {number} options.queueMax
   * @param {Record<string, number>} options.limits of every job
   * @param {(reason: string) => void} [options.onLost] told why a thread ended
   */
  constructor(module, { count, queueMax, limits, onLost = () => {} }) {
    this.#module = module;
    this.#limits = limits;
    this.#count = count;
    this.#queueMax = queueMax;
    this.#onLost = onLost;
    this.#clerk = createThimble(module);
    this.#idle.push(this.#start()); // the first request finds one
  }

  /** @param {string} query @param {string} [accept] */
  canon = (query, accept) => this.#clerk.canon(query, accept);

  describe = () => this.#clerk.describe();

  /**
   * As the resizer's own: see worker/resizer/resizer.js.
   * @param {import('../resizer/resizer.js').Source} source
   * @param {string} query
   * @param {JobOptions} [options]
   * @returns {Promise<Result>}
   */
  async resize(source, query, options = {}) {
    const { signal } = options;
    const input = new Input(source);
    try {
      signal?.throwIfAborted();
      return await new Promise((resolve, reject) => {
        const onAbort = () => this.#abort(job);
        const job = { query, options, input, resolve, reject, onAbort };
        signal?.addEventListener('abort', onAbort);
        this.#enter(job);
      });
    } catch (error) {
      input.close(error);
      throw error;
    }
  }

  /** Ends all threads; jobs that run or wait are refused. */
  async close() {
    this.#closed = true;
    for (const job of this.#waiting) this.#finish(job, { error: lost('the server stops') });
    await Promise.all(Array.from(this.#alive, (thread) => thread.end()));
  }

  /** @param {Job} job */
  #enter(job) {
    const thread = this.#idle.pop() ?? (this.#alive.size < this.#count ? this.#start() : null);
    if (thread) return thread.begin(job);
    if (this.#waiting.size < this.#queueMax) return this.#waiting.add(job);
    return this.#finish(job, {
      error: new ThimbleError('NO_MEMORY', 'busy: no thread is free and the queue is full'),
    });
  }

  /** @param {Job} job */
  #abort(job) {
    const reason = job.options.signal?.reason;
    job.input.stop(reason);
    this.#finish(job, { error: reason });
    for (const thread of this.#alive) if (thread.job === job) thread.stop();
  }

  /** @param {Job} job @param {{ error?: unknown, result?: Result }} outcome */
  #finish(job, { error, result }) {
    this.#waiting.delete(job);
    job.options.signal?.removeEventListener('abort', job.onAbort);
    if (result) job.resolve(result);
    else job.reject(error);
  }

  /** A thread has no job any more. @param {Thread} thread */
  #release(thread) {
    const [next] = this.#waiting;
    if (!next) return this.#idle.push(thread);
    this.#waiting.delete(next);
    return thread.begin(next);
  }

  #start() {
    const thread = new Thread(
      { module: this.#module, limits: this.#limits },
      {
        finish: (job, outcome) => this.#finish(job, outcome),
        release: () => this.#release(thread),
        lost: (reason) => this.#replace(thread, reason),
      },
    );
    this.#alive.add(thread);
    return thread;
  }

  /** @param {Thread} thread @param {string} reason */
  #replace(thread, reason) {
    this.#alive.delete(thread);
    this.#idle = this.#idle.filter((each) => each !== thread);
    if (this.#closed) return;
    this.#onLost(reason);
    if (this.#waiting.size > 0) this.#release(this.#start());
  }
}

/** One worker thread, seen from the event loop. */
class Thread {
  #worker;
  #tell;
  #serial = 0;
  #reason = '';
  /** @type {NodeJS.Timeout | undefined} */
  #impatience;
  /** @type {Job | null} what it works on, also after that was given up */
  job = null;

  /**
   * @param {{ module: WebAssembly.Module, limits: Record<string, number> }} workerData
   * @param {object} tell
   * @param {(job: Job, outcome: { error?: unknown, result?: Result }) => void} tell.finish
   * @param {() => void} tell.release
   * @param {(reason: string) => void} tell.lost
   */
  constructor(workerData, tell) {
    this.#tell = tell;
    this.#worker = new Worker(SCRIPT, {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    });
    this.#worker.unref(); // a job keeps the process alive, an idle thread does not
    this.#worker.on('message', (message) => this.#hear(message));
    this.#worker.on('error', (error) => {
      this.#reason = String(error);
    });
    this.#worker.on('exit', (code) => this.#ended(this.#reason || `exit code ${code}`));
  }

  /** @param {Job} job */
  begin(job) {
    this.job = job;
    this.#serial += 1;
    this.#worker.ref();
    const { accept, length } = job.options;
    this.#worker.postMessage({ open: { query: job.query, accept, length }, serial: this.#serial });
  }

  /** Gives up the job; the thread is free again once it has noticed. */
  stop() {
    this.#worker.postMessage({ stop: true, serial: this.#serial });
    this.#impatience ??= setTimeout(() => {
      this.#reason = 'did not stop when told';
      this.end();
    }, STOP_MS);
  }

  async end() {
    await this.#worker.terminate();
  }

  /** @param {import('./thread.js').Told} message */
  async #hear({ want, done, failed, serial }) {
    const job = /** @type {Job} */ (this.job);
    if (serial !== this.#serial) return undefined;
    if (want) return await this.#feed(job);
    if (done) {
      const { info, buffer } = done;
      this.#tell.finish(job, { result: { info, bytes: new Uint8Array(buffer) } });
    }
    if (failed) {
      const { status, message } = failed;
      this.#tell.finish(job, { error: new ThimbleError(status, message) });
    }
    job.input.close();
    return this.#free();
  }

  /** @param {Job} job */
  async #feed(job) {
    const serial = this.#serial;
    try {
      const slice = await job.input.read();
      if (serial !== this.#serial) return;
      // A copy: what comes from a tape is held there too. And bare: Deno takes 10 ms for an array.
      const buffer = slice && new Uint8Array(slice).buffer;
      this.#worker.postMessage({ slice: buffer, serial }, buffer ? [buffer] : []);
    } catch (error) {
      this.#tell.finish(job, { error });
      if (serial === this.#serial) this.stop();
    }
  }

  #free() {
    clearTimeout(this.#impatience);
    this.#impatience = undefined;
    this.#serial += 1;
    this.job = null;
    this.#worker.unref();
    this.#tell.release();
  }

  /** @param {string} reason */
  #ended(reason) {
    clearTimeout(this.#impatience);
    if (this.job) this.#tell.finish(this.job, { error: lost(reason) });
    this.#serial += 1;
    this.job = null;
    this.#tell.lost(reason);
  }
}

/** @param {string} reason */
function lost(reason) {
  return new ThimbleError('INTERNAL', `thread: ended, ${reason}`);
}
