/**
 * Input: the bytes of one image, handed out in slices of at most 64 KiB,
 * whether they come as one array or as a stream. Nothing is copied or kept.
 */

/** Bytes per slice: what the module is given between two steps, at most. */
const SLICE_BYTES = 65536;

export class Input {
  /** @type {Uint8Array} what is left of the current chunk */
  #chunk;
  /** @type {ReadableStreamDefaultReader<Uint8Array> | null} */
  #reader = null;
  /** @type {((reason: unknown) => void) | null} rejects the read that is waiting */
  #interrupt = null;
  /** @type {{ reason: unknown } | null} */
  #stopped = null;

  /** @param {Uint8Array | ReadableStream<Uint8Array>} source a stream is locked from now on */
  constructor(source) {
    if (ArrayBuffer.isView(source)) {
      this.#chunk = asBytes(source);
    } else {
      this.#chunk = new Uint8Array(0);
      this.#reader = source.getReader();
    }
  }

  /**
   * The next slice, valid as long as its source; null after the last one.
   * Rejects with the stream's own error, or with the reason given to stop().
   * @returns {Promise<Uint8Array | null>}
   */
  async read() {
    while (this.#chunk.length === 0 && this.#reader !== null) {
      const { done, value } = await this.#waitFor(this.#reader);
      if (done) this.#reader = null;
      else this.#chunk = asBytes(value);
    }
    if (this.#stopped) throw this.#stopped.reason;
    if (this.#chunk.length === 0) return null;
    const slice = this.#chunk.subarray(0, SLICE_BYTES);
    this.#chunk = this.#chunk.subarray(SLICE_BYTES);
    return slice;
  }

  /** Ends a read that is waiting, and every later one, with `reason`. @param {unknown} reason */
  stop(reason) {
    this.#stopped ??= { reason };
    this.#interrupt?.(reason);
  }

  /**
   * Tells the stream that nobody wants the rest. Safe at any time, never rejects.
   * @param {unknown} [reason]
   */
  close(reason) {
    const reader = this.#reader;
    this.#reader = null;
    reader?.cancel(reason).catch(() => {});
  }

  /**
   * Not Promise.race against one long-lived promise: that keeps every chunk alive.
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @returns {Promise<ReadableStreamReadResult<Uint8Array>>}
   */
  #waitFor(reader) {
    return new Promise((resolve, reject) => {
      if (this.#stopped) return reject(this.#stopped.reason);
      this.#interrupt = reject;
      reader.read().then(resolve, reject);
    });
  }
}

/** @param {ArrayBufferView} view @returns {Uint8Array} the same bytes */
function asBytes(view) {
  if (view instanceof Uint8Array) return view;
  if (!ArrayBuffer.isView(view)) throw new TypeError('an image stream yields Uint8Array chunks');
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
