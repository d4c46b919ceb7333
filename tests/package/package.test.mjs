// The package as its users get it: packed, installed into an empty folder, imported by name in
// Node, Deno, Bun, workerd (as wrangler bundles it) and a browser without a bundler. Everywhere
// the same image comes out, the native build's; its types hold a program that uses them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { Miniflare } from 'miniflare';
import { chromium } from 'playwright-core';
import { findChromium } from '../demo/page.mjs';
import { sampleBytes, samplePath } from '../images/make-samples.mjs';
import { root } from '../lib/engines.mjs';
import { expectedBytes } from '../runtimes/expected.mjs';

const run = promisify(execFile);
const bin = path.join(root, 'node_modules/.bin');

const NAME = 'jpeg/orientation-6-422.jpg';
const QUERY = 'w=60&h=50&fit=cover&f=webp&q=70';
const PACKED_BYTES_MAX = 450_000;

/** What may be in it; nothing of tests/, bench/, src/ or of this machine. */
const ALLOWED =
  /^(package\.json|README\.md|LICENSE|NOTICE|CHANGELOG\.md|dist\/thimble\.wasm|dist\/types\/[\w/-]+\.d\.ts|worker\/[\w/-]+\.js)$/;

/** The program of the file systems: input and output by name. */
const PROGRAM = `
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { createThimble, loadModule, resize, resizeStream, ThimbleError } from 'thimble';
const [input, output] = process.argv.slice(2);
const image = new Uint8Array(await readFile(input));
const { bytes, info } = await resize(image, '${QUERY}');
if (info.outFormat !== 'webp') throw new Error('not webp');
const { body } = await resizeStream(new Blob([image]).stream(), '${QUERY}');
const streamed = new Uint8Array(await new Response(body).arrayBuffer());
if (Buffer.compare(Buffer.from(bytes), Buffer.from(streamed)) !== 0) throw new Error('other bytes');
const own = createThimble(await loadModule(), { limits: { pixels: 10 } });
const refused = await own.resize(image, 'w=5').catch((error) => error);
if (!(refused instanceof ThimbleError) || refused.status !== 'TOO_LARGE') throw refused;
await writeFile(output, bytes);
`;

const WORKER = `
import { resize } from 'thimble';
export default {
  async fetch(request) {
    const { bytes } = await resize(request.body, new URL(request.url).search.slice(1));
    return new Response(bytes);
  },
};
`;

const PAGE = `<!doctype html><script type="module">
import { resize } from '/node_modules/thimble/worker/package/browser.js';
window.shrink = async () => {
  const { body } = await fetch('/input');
  const { bytes } = await resize(body, '${QUERY}');
  return Array.from(bytes);
};
</script>`;

const TYPED = `
import { createThimble, loadModule, resize, ThimbleError } from 'thimble';
import { createHandler } from 'thimble/handler';
import { readConfig } from 'thimble/config';
import { createOrigins } from 'thimble/origins';
import { createMemoryCache } from 'thimble/cache/memory';
import { serve } from 'thimble/node';

const { bytes, info } = await resize(new Uint8Array(1), 'w=5', { length: 1 });
const size: number = info.outWidth + bytes.length;
const thimble = createThimble(await loadModule(), { limits: 'pixels=5', keepCount: 1 });
const policy = readConfig({});
const handle: (request: Request) => Promise<Response> = createHandler({
  resizer: thimble,
  origins: createOrigins(policy, {}),
  cache: createMemoryCache({ bytesMax: size }),
  policy,
});
const { url }: { url: string } = await serve({ PORT: '0' }, { log: (record) => record.status });
try {
  await handle(new Request(url));
} catch (error) {
  if (error instanceof ThimbleError) console.log(error.httpStatus.toFixed());
}
// @ts-expect-error a query is a text
await resize(new Uint8Array(1), 5);
// @ts-expect-error no such fact
console.log(info.colour);
`;

/** Makes a tarball in `folder`. @returns what npm tells of it */
async function pack(what, flags = []) {
  const args = ['pack', '--json', '--pack-destination', folder, ...flags];
  const { stdout } = await run('npm', args, { cwd: what });
  const told = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  return Object.values(told)[0];
}

let folder;
let packed;
let consumer;
let expected;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-package-'));
  consumer = path.join(folder, 'consumer');
  await mkdir(consumer);
  packed = await pack(root);
  // Its one dependency comes from this checkout, so that nothing is asked of a registry.
  const dependency = await pack(path.join(root, 'node_modules/aws4fetch'), ['--ignore-scripts']);
  await writeFile(path.join(consumer, 'package.json'), '{ "private": true, "type": "module" }');
  const tarballs = [packed, dependency].map(({ filename }) => path.join(folder, filename));
  await run('npm', ['install', '--offline', ...tarballs], { cwd: consumer });
  expected = await expectedBytes(NAME, QUERY);
}, { timeout: 120_000 });
after(() => rm(folder, { recursive: true, force: true }));

test('it contains what is needed and nothing else', (context) => {
  const names = packed.files.map((file) => file.path);
  assert.deepEqual(names.filter((name) => !ALLOWED.test(name)), []);
  for (const name of ['README.md', 'LICENSE', 'NOTICE', 'dist/thimble.wasm']) {
    assert.ok(names.includes(name), name);
  }
  context.diagnostic(`${names.length} files, ${packed.size} bytes packed, ${packed.unpackedSize} unpacked`);
  assert.ok(packed.size < PACKED_BYTES_MAX, `${packed.size} bytes`);
});

test('everything it exports is there', async () => {
  const installed = path.join(consumer, 'node_modules/thimble');
  const { exports, bin: programs } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
  const targets = Object.values(exports).flatMap((to) => (typeof to === 'string' ? to : Object.values(to)));
  for (const target of [...targets, ...Object.values(programs)]) {
    await readFile(path.join(installed, target));
  }
});

describe('imported by name', () => {
  const programs = {
    node: [process.execPath, []],
    deno: [path.join(bin, 'deno'), ['run', '--allow-read', '--allow-write', '--allow-env']],
    bun: [path.join(bin, 'bun'), ['--bun', 'run']],
  };
  for (const [runtime, [program, args]] of Object.entries(programs)) {
    test(runtime, async () => {
      const file = path.join(consumer, 'program.mjs');
      const output = path.join(folder, `${runtime}.webp`);
      await writeFile(file, PROGRAM);
      await run(program, [...args, file, await samplePath(NAME), output], { cwd: consumer });
      assert.ok((await readFile(output)).equals(expected));
    });
  }

  test('workerd, bundled by wrangler', async () => {
    await writeFile(path.join(consumer, 'worker.mjs'), WORKER);
    await writeFile(
      path.join(consumer, 'wrangler.json'),
      JSON.stringify({ name: 'consumer', main: 'worker.mjs', compatibility_date: '2026-07-01' }),
    );
    const wrangler = path.join(root, 'node_modules/wrangler/bin/wrangler.js');
    const env = { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' };
    const args = [wrangler, 'deploy', '--dry-run', '--outdir', path.join(folder, 'bundle')];
    await run(process.execPath, args, { cwd: consumer, env });
    const names = await readdir(path.join(folder, 'bundle'));
    const wasm = names.find((name) => name.endsWith('.wasm'));
    const bundle = await readFile(path.join(folder, 'bundle/worker.js'), 'utf8');
    const contents = new Uint8Array(await readFile(path.join(folder, 'bundle', wasm)));
    const miniflare = new Miniflare({
      workers: [
        {
          config: {
            name: 'consumer',
            compatibilityDate: '2026-07-01',
            manifest: {
              mainModule: 'worker.js',
              modules: {
                'worker.js': { type: 'esm', contents: bundle },
                [wasm]: { type: 'wasm', contents },
              },
            },
          },
        },
      ],
    });
    try {
      const url = new URL(`/?${QUERY}`, await miniflare.ready);
      const response = await fetch(url, { method: 'POST', body: await sampleBytes(NAME) });
      assert.ok(Buffer.from(await response.arrayBuffer()).equals(expected));
    } finally {
      await miniflare.dispose();
    }
  });

  test('a browser, without a bundler', { skip: !findChromium() && 'no chromium' }, async () => {
    const server = http.createServer((request, response) => serveFile(request, response));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      await page.waitForFunction('window.shrink');
      assert.ok(Buffer.from(await page.evaluate('window.shrink()')).equals(expected));
    } finally {
      await browser.close();
      server.close();
    }
  });

  /** The page, the image, and the folder as any static server has it. */
  async function serveFile(request, response) {
    if (request.url === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
    if (request.url === '/input') return response.end(await sampleBytes(NAME));
    const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
    try {
      const bytes = await readFile(path.join(consumer, request.url));
      return response.writeHead(200, { 'Content-Type': types[path.extname(request.url)] }).end(bytes);
    } catch {
      return response.writeHead(404).end();
    }
  }
});

test('the command it brings', async () => {
  const thimble = path.join(consumer, 'node_modules/.bin/thimble');
  assert.match((await run(thimble, ['--help'])).stdout, /^thimble serve - /);
  await assert.rejects(run(thimble, ['serve', '--config', 'none.json']), { code: 2 });
});

test('its types hold a program that uses them, and find its mistakes', async () => {
  await writeFile(path.join(consumer, 'typed.mts'), TYPED);
  const compilerOptions = {
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  };
  const config = { compilerOptions, files: ['typed.mts'] };
  await writeFile(path.join(consumer, 'tsconfig.json'), JSON.stringify(config));
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', consumer]).catch((error) => error);
  assert.equal(stdout, '');
});
