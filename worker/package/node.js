/** The library in Node, Deno and Bun: the module is a file. */
import { readFile } from 'node:fs/promises';
import { createLibrary } from './library.js';

export { createThimble, ThimbleError } from '../resizer/resizer.js';

const file = new URL('../../dist/thimble.wasm', import.meta.url);

export const { loadModule, resize, resizeStream } = createLibrary(async () =>
  WebAssembly.compile(await readFile(file)),
);
