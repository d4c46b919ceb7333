// cloudfront-function.mjs - the CloudFront Function: worker/cloudfront/function.js with the core's own
// option table in it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createThimble } from '../../worker/resizer/resizer.js';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const PLACE = 'var OPTIONS = {};';

/** @returns {Promise<string>} the source of the function */
export async function cloudfrontFunction() {
  const source = await readFile(path.join(root, 'worker/cloudfront/function.js'), 'utf8');
  const wasm = await readFile(path.join(root, 'dist/thimble.wasm'));
  const table = createThimble(await WebAssembly.compile(wasm)).describe();
  const options = Object.fromEntries(
    table.map(({ name, aliases, type, min, max, values, same, default: standard }) => [
      name,
      { aliases, type, min, max, values, same, standard: standard ?? undefined },
    ]),
  );
  if (!source.includes(PLACE)) throw new Error('cloudfront-function.js has no place for the table');
  return source.replace(PLACE, `var OPTIONS = ${JSON.stringify(options)};`);
}
