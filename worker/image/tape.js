/**
 * Tape: a stream that can be rewound while little of it was read. The resizer
 * reads the copy; when it finds in the header that it is not wanted, the original
 * is still whole: the held beginning, then the rest from where reading stopped.
 */

/** Bytes held, at most; past that the tape cannot be rewound. */
const HOLD_BYTES = 65536;
const HEAD_BYTES = 32;

export class Tape {
  #reader;
  /** @type {Uint8Array[] | null} what was read so far, null once it was too much */
  #held = [];
  /** @type {Uint8Array} read from upstream, not yet asked for */
  #pending = new Uint8Array(0);
  /** @type {Uint8Array | null} */
  #head = null;
  /** Bytes read by the resizer so far. */
  playedBytes = 0;

  /** @param {ReadableStream<Uint8Array>} body locked from now on */
  constructor(body) {
    this.#reader = body.getReader();
    /** What the resizer reads. Cancelling it leaves the upstream alone. */
    this.stream = new ReadableStream(
      { pull: (controller) => this.#play(controller) },
      { highWaterMark: 0 },
    );
  }

  /** The first bytes, enough to tell what the file is. */
  async head() {
    if (!this.#head) await this.#fill();
    return this.#head ?? new Uint8Array(0);
  }

  /**
   * The whole original as a stream, or null when too much was read. Once only,
   * and only after the reading of `stream` has stopped.
   * @returns {ReadableStream<Uint8Array> | null}
   */
  rewind() {
    if (!this.#held) return null;
    const first = [...this.#held, this.#pending].filter((chunk) => chunk.length > 0);
    const reader = this.#reader;
    return new ReadableStream(
      {
        async pull(controller) {
          const chunk = first.shift() ?? (await reader.read()).value;
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  /** Nobody wants the rest. Never rejects. @param {unknown} [reason] */
  close(reason) {
    this.#held = null;
    this.#reader.cancel(reason).catch(() => {});
  }

  /** @param {ReadableStreamDefaultController<Uint8Array>} controller */
  async #play(controller) {
    if (!(await this.#fill())) return controller.close();
    const slice = this.#pending.subarray(0, HOLD_BYTES);
    this.#pending = this.#pending.subarray(slice.length);
    this.playedBytes += slice.length;
    if (this.playedBytes > HOLD_BYTES) this.#held = null;
    this.#held?.push(slice);
    controller.enqueue(slice);
  }

  /** Makes sure that something is pending. @returns {Promise<boolean>} false at the end */
  async #fill() {
    while (this.#pending.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) return false;
      this.#pending = value;
      this.#head ??= value.slice(0, HEAD_BYTES);
    }
    return true;
  }
}
