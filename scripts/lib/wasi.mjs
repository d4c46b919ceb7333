// wasi.mjs - runs a WASI command whose only wish is to print and exit: the C tests that
// are built for Wasm. Twenty lines of our own because node:wasi crashed under load.
//
//   node scripts/lib/wasi.mjs build/wasm/unit/test_x.wasm
import { readFileSync, writeSync } from "node:fs";

class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

let memory;
const BADF = 8;
const imports = {
  fd_write(fd, vectors, count, written) {
    const view = new DataView(memory.buffer);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const at = view.getUint32(vectors + 8 * i, true);
      const length = view.getUint32(vectors + 8 * i + 4, true);
      writeSync(fd, new Uint8Array(memory.buffer, at, length));
      total += length;
    }
    view.setUint32(written, total, true);
    return 0;
  },
  fd_fdstat_get: (fd) => (fd < 3 ? 0 : BADF),
  fd_close: () => 0,
  fd_seek: () => BADF,
  proc_exit(code) {
    throw new Exit(code);
  },
};

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
memory = instance.exports.memory;
try {
  instance.exports._start();
} catch (error) {
  if (!(error instanceof Exit)) throw error;
  process.exitCode = error.code;
}
