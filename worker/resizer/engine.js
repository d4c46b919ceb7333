/**
 * Engine: one instance of thimble.wasm. The calls of docs/abi.md, in JavaScript
 * types, synchronous and without policy. One job at a time: opening one forgets the last.
 *
 * A pointer into the module lives until the next call, and memory growth
 * detaches every view, so views are made anew at each use and never kept.
 */
import { ThimbleError, failureName, statusName } from './error.js';

const ABI_MAJOR = 1;

export const DONE = 1;
export const MORE_INPUT = 2;
export const MORE_OUTPUT = 3;

/** Longer input is refused anyway; a larger number would not fit an i32. */
const LENGTH_MAX = 0x7fffffff;

const FORMATS = ['none', 'jpeg', 'png', 'webp', 'json'];

/**
 * What is known of a job; sizes are 0 until known.
 * @typedef {object} Info
 * @property {string} status name of the last status: 'DONE', 'CORRUPT', ..
 * @property {string} message '' unless it failed
 * @property {string} inFormat 'none', 'jpeg', 'png', 'webp'
 * @property {number} inWidth pixels, orientation applied
 * @property {number} inHeight
 * @property {string} outFormat 'none', 'jpeg', 'png', 'webp', 'json'
 * @property {number} outWidth
 * @property {number} outHeight
 * @property {number} peakMemory bytes the job had allocated at one time, at most
 * @property {number} linearMemory bytes of its instance's memory: with a pool, what earlier jobs
 *   left counts too
 * @property {number} work work units done, see docs/abi.md
 * @property {number} [cpuMs] CPU time of the work, where the host tells
 */

export class Engine {
  /** @type {Record<string, (...args: number[]) => number>} */
  #exports;
  /** @type {WebAssembly.Memory} */
  #memory;
  #trapped = false;

  /**
   * @param {WebAssembly.Instance} instance
   * @param {string} limits text for th_limits, '' for the built-in ones
   */
  constructor(instance, limits) {
    this.#exports = /** @type {any} */ (instance.exports);
    this.#memory = /** @type {any} */ (instance.exports.memory);
    this.#exports._initialize?.(); // what a WASI reactor begins with, where the C library has one
    const major = this.#exports.th_abi() >>> 16;
    if (major !== ABI_MAJOR) {
      throw new ThimbleError(
        'INTERNAL',
        `thimble.wasm speaks ABI ${major}, this host ${ABI_MAJOR}`,
      );
    }
    if (limits !== '') this.#call('th_limits', this.#write(limits));
  }

  /** False after a trap: its memory may be half-written, throw it away. */
  get usable() {
    return !this.#trapped;
  }

  /** Bytes of linear memory. It never shrinks; only dropping the engine frees it. */
  get memoryBytes() {
    return this.#memory.buffer.byteLength;
  }

  /**
   * The canonical options text of a query. Only before the first open().
   * @param {string} query without the question mark
   * @param {string} accept an Accept header, '' when there is none
   */
  canon(query, accept) {
    const encoder = new TextEncoder();
    const queryBytes = encoder.encode(query);
    const acceptBytes = encoder.encode(accept);
    const both = new Uint8Array(queryBytes.length + acceptBytes.length);
    both.set(queryBytes);
    both.set(acceptBytes, queryBytes.length);
    this.#place(both);
    this.#call('th_canon', queryBytes.length, acceptBytes.length);
    return this.#readText();
  }

  /** The options table, as docs/abi.md describes its JSON. Only before the first open(). */
  describe() {
    this.#call('th_describe');
    return JSON.parse(this.#readText());
  }

  /**
   * Begins a job and forgets the previous one, finished or not.
   * @param {string} options options text
   * @param {number} [length] bytes of input to come, when known
   */
  open(options, length) {
    this.#call('th_open', this.#write(options));
    if (length !== undefined) this.#call('th_expect', Math.min(length, LENGTH_MAX));
  }

  /** Forgets the job and frees its memory for the next one. */
  reset() {
    this.#call('th_open', 0);
  }

  /**
   * Gives input, all of it taken. Step after each piece of at most 64 KiB, so
   * that the module never holds more than it must.
   * @param {Uint8Array} bytes
   */
  push(bytes) {
    this.#call('th_push', this.#place(bytes));
  }

  /** Says that there is no more input. */
  end() {
    this.#call('th_end');
  }

  /** Works on. @returns {number} DONE, MORE_INPUT or MORE_OUTPUT */
  step() {
    return this.#call('th_step');
  }

  /** A copy of the next output chunk; empty when there is none now. */
  pull() {
    const length = this.#call('th_pull');
    if (length === 0) return new Uint8Array(0);
    const address = this.#call('th_out');
    return new Uint8Array(this.#memory.buffer, address, length).slice();
  }

  /** @returns {Info} */
  info() {
    const { status, message, fields } = this.#record();
    return {
      status: statusName(status),
      message,
      inFormat: FORMATS[fields[4]] ?? 'none',
      outFormat: FORMATS[fields[5]] ?? 'none',
      inWidth: fields[6],
      inHeight: fields[7],
      outWidth: fields[8],
      outHeight: fields[9],
      peakMemory: fields[10],
      linearMemory: this.memoryBytes,
      work: fields[11],
    };
  }

  /**
   * Every call into the module goes through here: a negative answer becomes an
   * error with the module's own words, a trap too, and marks the engine as lost.
   * @param {string} name
   * @param {number[]} args
   */
  #call(name, ...args) {
    let answer;
    try {
      answer = this.#exports[name](...args);
    } catch (cause) {
      this.#trapped = true;
      throw this.#trapError(cause);
    }
    if (answer < 0) throw new ThimbleError(failureName(answer), this.#record().message);
    return answer;
  }

  /**
   * libjpeg's fatal errors end in a trap on purpose, with status and message
   * left in the record; any other trap is a bug of ours.
   * @param {unknown} cause
   */
  #trapError(cause) {
    try {
      const { status, message } = this.#record();
      if (status < 0) return new ThimbleError(failureName(status), message, { cause });
    } catch {
      // The record cannot be read either: say what is known.
    }
    return new ThimbleError('INTERNAL', `thimble.wasm trapped: ${cause}`, { cause });
  }

  /** @param {string} text @returns {number} its length in bytes */
  #write(text) {
    return this.#place(new TextEncoder().encode(text));
  }

  /** Copies bytes into the module. @param {Uint8Array} bytes @returns {number} how many */
  #place(bytes) {
    if (bytes.length === 0) return 0;
    const address = this.#call('th_reserve', bytes.length);
    if (address === 0) {
      const { status, message } = this.#record();
      throw status < 0
        ? new ThimbleError(failureName(status), message)
        : new ThimbleError('NO_MEMORY', `no room for ${bytes.length} bytes`);
    }
    new Uint8Array(this.#memory.buffer, address, bytes.length).set(bytes);
    return bytes.length;
  }

  #readText() {
    const decoder = new TextDecoder();
    let text = '';
    for (let chunk = this.pull(); chunk.length > 0; chunk = this.pull()) {
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  }

  #record() {
    const buffer = this.#memory.buffer;
    const address = this.#exports.th_info();
    const fields = new Uint32Array(buffer, address, new Uint32Array(buffer, address, 1)[0] >>> 2);
    const text = new Uint8Array(buffer, fields[2], fields[3]);
    return { status: fields[1] | 0, message: new TextDecoder().decode(text), fields };
  }
}
