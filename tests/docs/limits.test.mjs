// limits.test.mjs - docs/limits.md has every limit of the sources, with its value there, and
// names a test that is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** Sizes of tables and buffers that no input can exceed: they follow from a format or from limits. */
const NO_LIMITS = [
  /^((CODE|LITLEN|DIST|CODELEN|TREE)_)?BITS_MAX$|^(DISTANCE|SYMBOLS|RUN)_MAX$/, // of deflate
  /^TH_(DEFLATE_MATCH|INFLATE_LENGTHS|WEBP_SYMBOLS|PNG_PIXEL_BYTES)_MAX$|^(PALETTE_ENTRIES|NAME_BYTES|HOST_BYTES|SPANS)_MAX$/, // of the formats, of DNS
  /^TH_(BAND_ROWS|PLANES|PLANE_SKEW_ROWS|RESAMPLE_STEP)_MAX$/, // of a job
  /^(PUT_ROWS|SOURCE_RGB_ROWS|HOLES)_MAX$/,
  /^(OPTIMIZE_PIXELS|TOKENS_BYTES|LOSSY_QUALITY|TH_MODE_BITS)_MAX$/, // up to which a way to encode is chosen
  /^(TH_OPTION_(ALIASES|NAME_BYTES)_MAX|TH_CANON_BYTES_MAX|EDGE_PAIRS_MAX)$/, // of the option table
  /^(TH_MESSAGE|EDGE_LOG|EDGE_FAULTS|JSON|TEMPORARY)_BYTES_MAX$/, // of what we write ourselves
  /^EDGE_(ABOUT|FETCH_URL|HEAD|OBJECT|SIGNED)_BYTES_MAX$/, // sums of limits
  /^(CACHE_KEY|OBJECT_TAG|ORIGIN|WASI_WRITE)_BYTES_MAX$/, // longer ones are hashed, refused before or go in pieces
  /^EDGE_(FETCH_)?HEADERS_MAX$/,

  /^(LENGTH|(HIGH|LOW)_SURROGATE)_MAX$/,
];

/** Constants whose names end in _MAX, and those the page names: their values. */
function constantsOf(files) {
  const found = new Map();
  const texts = files.map(read).join('\n').replace(/\\\n/g, ' ');
  const definitions = [
    ...texts.matchAll(/^ *#define ([A-Z][A-Z0-9_]*) +([^\n]*?)(?: *\/\*[^\n]*)?$/gm),
    ...texts.matchAll(/^(?:export )?const ([A-Z][A-Z0-9_]*) = ([^;\n]*);/gm),
  ];
  for (const [, name, expression] of definitions) found.set(name, expression);
  return found;
}

/** What a constant expression of whole numbers comes to. @returns {number | undefined} */
function valueOf(constants, name) {
  const expression = constants.get(name)?.replace(/\b(0x[0-9a-f]+|\d[\d_]*)u?l*\b/gi, (_, digits) => digits);
  if (!expression || !/^[\s\d_a-fx()+*<-]+$/i.test(expression)) return undefined;
  return Number(new Function(`return ${expression}`)());
}

const sources = execFileSync('git', ['ls-files', 'src/*.[ch]', 'wasm/*.[ch]', 'worker/*.js'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => !file.startsWith('wasm/jpeg_simd/') && !file.startsWith('wasm/third_party/'));
const constants = constantsOf(sources);

const rows = read('docs/limits.md')
  .split('\n## Work units')[0]
  .split('\n')
  .filter((line) => /^\| (?!name)/.test(line))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
const namesOf = (cell) => [...cell.matchAll(/`([A-Z][A-Z0-9_]*)`/g)].map(([, name]) => name);

/** `64 KiB`, `268402689`, `1 MiB and 4 KiB of ...`: the number a value begins with. */
function amountOf(text) {
  const units = { '': 1, KiB: 1024, MiB: 1 << 20 };
  const [, first, unit = '', second, more = ''] =
    /^(\d+)(?: (KiB|MiB))?(?: and (\d+) (KiB))?/.exec(text) ?? [];
  return Number(first) * units[unit] + Number(second ?? 0) * units[more];
}

test('docs/limits.md has every limit of the sources', () => {
  const documented = new Set(rows.flatMap(([name]) => namesOf(name)));
  const limits = [...constants.keys()].filter(
    (name) => name.endsWith('_MAX') && !NO_LIMITS.some((pattern) => pattern.test(name)),
  );
  assert.ok(limits.length > 35, 'the limits are no longer found');
  assert.deepEqual(limits.filter((name) => !documented.has(name)), []);
});

for (const [name, value, ...rest] of rows) {
  test(`docs/limits.md: ${name}`, () => {
    for (const constant of namesOf(name)) {
      assert.ok(constants.has(constant), `there is no ${constant}`);
      assert.equal(amountOf(value), valueOf(constants, constant), `${constant}: ${value}`);
    }
    const tests = [...rest.at(-1).matchAll(/(tests\/\S+) `([^`]+)`/g)];
    assert.ok(tests.length > 0, 'names no test');
    for (const [, file, part] of tests) assert.ok(read(file).includes(part), `${file}: no ${part}`);
  });
}
