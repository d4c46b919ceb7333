// sign.mjs - signs a path with its options, as docs/configuration.md says.
//
//     SIGNING_KEYS='key' node scripts/sign.mjs '/dev/thumbnail.png?w=200&f=webp' [--expires
// SECONDS]
//
// The first key of SIGNING_KEYS signs; it is read from the environment, so that it is not in
// anybody's shell history or process list.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { objectKey } from '../worker/request/path.js';
import { createQueryReader } from '../worker/request/query.js';
import { createThimble } from '../worker/resizer/resizer.js';
import { sign, signedText } from '../worker/request/signature.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { expires: { type: 'string' } },
});
const [key] = (process.env.SIGNING_KEYS ?? '').split(/[\s,]+/);
const [target] = positionals;
if (key.length < 16 || !target?.startsWith('/')) {
  console.error(
    "usage: SIGNING_KEYS='key' node scripts/sign.mjs '/path?options' [--expires SECONDS]",
  );
  process.exit(2);
}

const [path, query = ''] = target.split('?');
const expires = values.expires && `exp=${Math.floor(Date.now() / 1000) + Number(values.expires)}`;
const asked = [query, expires].filter(Boolean).join('&');
const module = await WebAssembly.compile(
  await readFile(new URL('../dist/thimble.wasm', import.meta.url)),
);
const readQuery = createQueryReader(createThimble(module).describe());
const sig = await sign(key, signedText(objectKey(path), readQuery(asked)));
console.log(`${path}?${[asked, `sig=${sig}`].filter(Boolean).join('&')}`);
