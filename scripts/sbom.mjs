// sbom.mjs - what is linked into thimble.wasm, as CycloneDX JSON, from versions.txt:
//
//     node scripts/sbom.mjs > dist/sbom.json
//
// No date and no serial number: the same sources give the same text.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (...parts) => readFileSync(path.join(root, ...parts), 'utf8');

const ABOUT = {
  'libjpeg-turbo': ['IJG AND BSD-3-Clause AND Zlib', 'reads and writes JPEG'],
  libwebp: ['BSD-3-Clause', 'reads and writes WebP'],
  libspng: ['BSD-2-Clause', 'reads interlaced PNG and depths other than 8'],
  zlib: ['Zlib', "libspng's inflate, and CRC"],
  simde: ['MIT', "headers only: Intel's intrinsics on Wasm"],
  'wasi-libc': [
    'Apache-2.0 WITH LLVM-exception AND MIT AND BSD-2-Clause',
    'the C library of the Wasm builds: memory, strings, a little mathematics',
  ],
};

function librariesOf(text) {
  const seen = new Map();
  for (const line of text.split('\n')) {
    const [name, version, sha256] = line.trim().split(/\s+/);
    if (!name || name.startsWith('#') || seen.has(name)) continue;
    // A wasi-sdk brings a C library of its own, which is not known here.
    if (name === 'wasi-libc' && process.env.WASI_SDK_PATH) continue;
    if (!(name in ABOUT)) throw new Error(`scripts/sbom.mjs does not know the licence of ${name}`);
    const [expression, description] = ABOUT[name];
    seen.set(name, {
      type: 'library',
      'bom-ref': `${name}@${version}`,
      name,
      version,
      description,
      licenses: [{ expression }],
      hashes: [{ alg: 'SHA-256', content: sha256 }],
      purl: `pkg:generic/${name}@${version}`,
    });
  }
  return [...seen.values()];
}

const { name, version, license } = JSON.parse(read('package.json'));
const libraries = librariesOf(read('wasm/third_party/versions.txt'));
const moduleFile = path.join(root, 'dist/thimble.wasm');
const component = {
  type: 'application',
  'bom-ref': name,
  name,
  version,
  licenses: [{ license: { id: license } }],
};
if (existsSync(moduleFile)) {
  const content = createHash('sha256').update(readFileSync(moduleFile)).digest('hex');
  component.hashes = [{ alg: 'SHA-256', content }];
}
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: { component },
  components: libraries,
  dependencies: [{ ref: name, dependsOn: libraries.map((library) => library['bom-ref']) }],
};
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
