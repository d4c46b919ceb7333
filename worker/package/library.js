/**
 * What `import 'thimble'` gives on every platform; how the module is had there is all that the
 * files beside this one add.
 */
import { createThimble } from '../resizer/resizer.js';

/**
 * @param {() => Promise<WebAssembly.Module>} compile
 */
export function createLibrary(compile) {
  /** @type {Promise<WebAssembly.Module> | undefined} */
  let module;
  /** @type {Promise<import('../resizer/resizer.js').Thimble> | undefined} */
  let thimble;

  /** thimble.wasm, compiled once; after a failure the next call tries again. */
  function loadModule() {
    if (!module) {
      module = compile();
      module.catch(() => {
        module = undefined;
        thimble = undefined;
      });
    }
    return module;
  }

  /** The one that resize() uses: with the built-in limits. */
  function shared() {
    thimble ??= loadModule().then((loaded) => createThimble(loaded));
    return thimble;
  }

  return {
    loadModule,
    /** @type {import('../resizer/resizer.js').Thimble['resize']} */
    resize: async (input, query, options) => (await shared()).resize(input, query, options),
    /** @type {import('../resizer/resizer.js').Thimble['resizeStream']} */
    resizeStream: async (input, query, options) =>
      (await shared()).resizeStream(input, query, options),
  };
}
