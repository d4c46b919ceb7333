// parts.mjs - what bombs are put together from.

export const MIB = 1 << 20;

/** @param {...(Uint8Array | number[])} parts */
export const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

/** @param {Uint8Array | number[]} part @param {number} count */
export const repeat = (part, count) => Buffer.alloc(part.length * count, Buffer.from(part));

/** How a bomb ends whose header tells nothing of the work in it. */
export const overworked = {
  expect: 'TOO_LARGE',
  message: /^image: takes far more work than its header tells, over the limit \(work\)$/,
};

/** Bits, the lowest of each value first, as deflate and VP8L have them. */
export class BitWriter {
  #bits = [];

  /** @param {number} value @param {number} count */
  put(value, count) {
    for (let i = 0; i < count; i++) this.#bits.push((value >> i) & 1);
    return this;
  }

  get length() {
    return this.#bits.length;
  }

  /** All bytes; the last is filled by zeros. */
  bytes() {
    const out = Buffer.alloc(Math.ceil(this.#bits.length / 8));
    this.#bits.forEach((bit, i) => (out[i >> 3] |= bit << (i & 7)));
    return out;
  }
}
