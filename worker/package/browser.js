/** The library in browsers, with or without a bundler: the module is fetched from beside it. */
import { createLibrary } from './library.js';

export { createThimble, ThimbleError } from '../resizer/resizer.js';

const url = new URL('../../dist/thimble.wasm', import.meta.url);

export const { loadModule, resize, resizeStream } = createLibrary(() =>
  WebAssembly.compileStreaming(fetch(url)),
);
