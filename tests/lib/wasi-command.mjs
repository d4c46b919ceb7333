// wasi-command.mjs - runs a WASI command under Node's own WASI:
//
//     node tests/lib/wasi-command.mjs COMMAND.wasm [ARG ...] < in > out
//
// It sees the folder it is started in, as ".", and the environment.
import { readFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [file, ...args] = process.argv.slice(2);
const wasi = new WASI({
  version: 'preview1',
  args: [file, ...args],
  env: process.env,
  preopens: { '.': '.' },
  returnOnExit: true,
});
const module = new WebAssembly.Module(readFileSync(file));
const instance = new WebAssembly.Instance(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
