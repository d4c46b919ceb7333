/**
 * Pool: engines between jobs. Taking one never waits for another job: there is an
 * idle one or a new one is made (0.2-0.4 ms). Idle engines are bounded in number,
 * and one that trapped or grew past the mark is dropped, because linear memory
 * never shrinks.
 */
import { Engine } from './engine.js';
import { ThimbleError } from './error.js';

/** What a job is counted with before it has grown, bytes. */
const JOB_BYTES_MIN = 2 << 20;

const BUSY = 'busy: the running jobs hold all the memory there is';

export class Pool {
  #module;
  #limits;
  #keepBytes;
  #keepCount;
  #budgetBytes;
  /** @type {Engine[]} */
  #idle = [];
  /** @type {Set<Engine>} */
  #busy = new Set();
  /** @type {Engine | null} answers questions, never has a job */
  #clerk = null;

  /**
   * @param {WebAssembly.Module} module
   * @param {{ limits: string, keepBytes: number, keepCount: number, budgetBytes: number }} options
   */
  constructor(module, { limits, keepBytes, keepCount, budgetBytes }) {
    this.#module = module;
    this.#limits = limits;
    this.#keepBytes = keepBytes;
    this.#keepCount = keepCount;
    this.#budgetBytes = budgetBytes;
  }

  /**
   * An engine for one job, to be given back whatever happens. Rejects with
   * NO_MEMORY when the running jobs hold the budget already.
   */
  async take() {
    if (this.busyBytes + JOB_BYTES_MIN > this.#budgetBytes) {
      throw new ThimbleError('NO_MEMORY', BUSY);
    }
    const engine = this.#idle.pop() ?? (await this.#make());
    this.#busy.add(engine);
    return engine;
  }

  /** @param {Engine} engine in whatever state its job left it */
  give(engine) {
    this.#busy.delete(engine);
    const worthKeeping = engine.usable && engine.memoryBytes <= this.#keepBytes;
    if (!worthKeeping || this.#idle.length >= this.#keepCount) return;
    try {
      engine.reset();
      this.#idle.push(engine);
    } catch {
      // An engine that cannot even begin anew is dropped like one that trapped.
    }
  }

  /**
   * To be asked whenever a job may have grown. Over the budget, idle engines go
   * first; then the job that holds most is refused, unless it is alone: its own
   * limits bound that one.
   * @param {Engine} engine
   */
  check(engine) {
    if (this.busyBytes + this.#idleBytes <= this.#budgetBytes) return;
    this.#idle.length = 0;
    if (this.#busy.size < 2 || this.busyBytes <= this.#budgetBytes) return;
    const most = Math.max(...Array.from(this.#busy, ({ memoryBytes }) => memoryBytes));
    if (engine.memoryBytes === most) throw new ThimbleError('NO_MEMORY', BUSY);
  }

  /** Bytes of linear memory in the hands of running jobs. */
  get busyBytes() {
    let bytes = 0;
    for (const engine of this.#busy) bytes += Math.max(engine.memoryBytes, JOB_BYTES_MIN);
    return bytes;
  }

  get #idleBytes() {
    return this.#idle.reduce((bytes, { memoryBytes }) => bytes + memoryBytes, 0);
  }

  /**
   * The engine that answers questions about options, which the ABI allows only
   * where no job was opened. At once, which a browser's main thread may refuse
   * for a large module: there, await clerkSoon() first.
   */
  clerk() {
    if (!this.#clerk?.usable) {
      this.#clerk = new Engine(new WebAssembly.Instance(this.#module, {}), this.#limits);
    }
    return this.#clerk;
  }

  /** The same, made the way that is allowed everywhere. */
  async clerkSoon() {
    if (!this.#clerk?.usable) this.#clerk = await this.#make();
    return this.#clerk;
  }

  async #make() {
    return new Engine(await WebAssembly.instantiate(this.#module, {}), this.#limits);
  }
}
