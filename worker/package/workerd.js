/** The library in workerd, and wherever else an import of Wasm gives the compiled module. */
import module from '../../dist/thimble.wasm';
import { createLibrary } from './library.js';

export { createThimble, ThimbleError } from '../resizer/resizer.js';

export const { loadModule, resize, resizeStream } = createLibrary(async () => module);
