// instance.mjs - thimble.wasm with nothing between the test and its exports, so that a test can be
// as clumsy or as hostile as a host can be.
import { thimbleModule } from '../lib/engines.mjs';

export const STATUS = {
  OK: 0,
  DONE: 1,
  MORE_INPUT: 2,
  MORE_OUTPUT: 3,
  BAD_OPTION: -1,
  UNSUPPORTED: -2,
  CORRUPT: -3,
  TRUNCATED: -4,
  TOO_LARGE: -5,
  NO_MEMORY: -6,
  MISUSE: -7,
  INTERNAL: -8,
};

/** A fresh instance: its exports, and what a test wants to do with them in one line. */
export async function makeInstance() {
  const { exports } = await WebAssembly.instantiate(await thimbleModule(), {});
  exports._initialize?.();

  function write(data) {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    const address = exports.th_reserve(bytes.length);
    if (bytes.length > 0 && address === 0) return 0;
    new Uint8Array(exports.memory.buffer, address, bytes.length).set(bytes);
    return bytes.length;
  }
  function info() {
    const { buffer } = exports.memory;
    const fields = new Uint32Array(buffer, exports.th_info(), 12);
    const message = new TextDecoder().decode(new Uint8Array(buffer, fields[2], fields[3]));
    return { bytes: fields[0], status: fields[1] | 0, message, work: fields[11] };
  }
  function pullAll() {
    const chunks = [];
    for (let length = exports.th_pull(); length > 0; length = exports.th_pull()) {
      chunks.push(new Uint8Array(exports.memory.buffer, exports.th_out(), length).slice());
    }
    return Buffer.concat(chunks);
  }
  return {
    ...exports,
    write,
    info,
    pullAll,
    open: (options) => exports.th_open(write(options)),
    push: (bytes) => exports.th_push(write(bytes)),
    /** Steps to the end or to an error, pulling as it goes. */
    finish() {
      const chunks = [];
      for (let steps = 0; steps < 10_000; steps += 1) {
        const status = exports.th_step();
        chunks.push(pullAll());
        if (status !== STATUS.MORE_OUTPUT) return { status, bytes: Buffer.concat(chunks) };
      }
      throw new Error('no end after 10000 steps');
    },
  };
}
