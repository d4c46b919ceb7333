// What is particular to Fastly Compute, under Viceroy: collapsing, budgets, stores, what cannot return.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeInstance } from '../abi/instance.mjs';
import { sampleBytes } from '../images/make-samples.mjs';
import { native, root } from '../lib/engines.mjs';
import { startOrigin } from '../runtimes/origin.mjs';
import { missing, moduleFile, startViceroy } from './viceroy.mjs';
import { importLines } from './wasm-imports.mjs';

const skip = (await missing()) || false;
const TOKEN = 'a token for purging things';

/** @param {string} base @param {Record<string, any>} [more] */
function config(base, more = {}) {
  return {
    origins: { main: { kind: 'http', base, allow_private: true } },
    routes: [
      { path: '/dev/*', origin: 'main', on_error: 'status' },
      { path: '/prod/*', origin: 'main', on_error: 'pass' },
    ],
    ...more,
  };
}

async function expected(name, query) {
  const { status, bytes } = await native(await sampleBytes(name), query);
  assert.equal(status, 'OK');
  return bytes;
}

/** A JPEG whose second Huffman table says that it has more codes than there can be. */
async function withBadTable() {
  const bytes = Buffer.from(await sampleBytes('jpeg/cmyk.jpg'));
  const table = bytes.indexOf(Buffer.from([0xff, 0xc4]));
  bytes.fill(0xff, table + 5, table + 21);
  return bytes;
}

test('the module wants what imports.txt says, with these types', async () => {
  const text = await readFile(path.join(root, 'wasm/fastly/imports.txt'), 'utf8');
  const golden = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const lines = importLines(await readFile(moduleFile)).map((line) => line.trimEnd());
  assert.deepEqual(lines, golden.sort());
});

test('memory has a maximum below what Fastly gives', async () => {
  const module = await WebAssembly.compile(await readFile(moduleFile));
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = () => 0;
  }
  const { exports } = await WebAssembly.instantiate(module, imports);
  const memory = /** @type {WebAssembly.Memory} */ (exports.memory);
  assert.throws(() => memory.grow((96 << 20) / 65536));
});

describe('an origin of samples', { skip }, () => {
  let origin;
  let fastly;
  before(async () => {
    origin = await startOrigin();
    fastly = await startViceroy(config(origin.url, { detail: true }), {
      secrets: { PURGE_TOKEN: TOKEN },
    });
  });
  after(async () => {
    await fastly?.stop();
    await origin?.stop();
  });

  test('many who ask for the same at once: one fetch, one job, the same bytes', async () => {
    const target = '/prod/slow/jpeg/420.jpg?w=37&f=png';
    const answers = await Promise.all(Array.from({ length: 8 }, () => fastly.get(target)));
    const bytes = await expected('jpeg/420.jpg', 'w=37&f=png');
    for (const answer of answers) assert.ok(answer.bytes.equals(bytes));
    const words = answers.map(({ headers }) => headers.get('X-Thimble').split(';')[0]).sort();
    assert.deepEqual(words, [...Array(7).fill('hit'), 'miss']);
    assert.equal(origin.fetches('/prod/slow/jpeg/420.jpg'), 1);
  });

  test('what cannot be kept holds nobody up', async () => {
    const bytes = await sampleBytes('big/24mp.jpg');
    const answers = await Promise.all([1, 2, 3].map(() => fastly.get('/prod/big/24mp.jpg')));
    for (const answer of answers) assert.ok(answer.bytes.equals(bytes));
    const failures = await Promise.all(
      [1, 2, 3].map(() => fastly.get('/prod/broken/photo.jpg?w=1')),
    );
    for (const { status } of failures) assert.equal(status, 502);
  });

  test('a hit in ranges, and conditional', async () => {
    const target = '/prod/photo.webp?w=61';
    const { bytes, headers } = await fastly.get(target);
    const part = await fastly.get(target, { headers: { Range: 'bytes=100-199' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('Content-Range'), `bytes 100-199/${bytes.length}`);
    assert.ok(part.bytes.equals(bytes.subarray(100, 200)));
    const etag = { 'If-None-Match': `"x", W/${headers.get('ETag')}` };
    const fresh = await fastly.get(target, { headers: etag });
    assert.equal(fresh.status, 304);
    assert.equal(fresh.bytes.length, 0);
    const beyond = { Range: `bytes=${bytes.length}-` };
    assert.equal((await fastly.get(target, { headers: beyond })).status, 416);
  });

  test('a purge by path makes every variant of an object anew, and no other', async () => {
    const targets = ['/prod/alpha.png?w=20', '/prod/alpha.png?w=21&f=webp', '/prod/photo.jpg?w=20'];
    const words = async () => {
      const answers = await Promise.all(targets.map((target) => fastly.get(target)));
      return answers.map(({ headers }) => headers.get('X-Thimble').split(';')[0]);
    };
    await words();
    assert.deepEqual(await words(), ['hit', 'hit', 'hit']);
    const wrong = { Authorization: 'Bearer something else' };
    const refused = await fastly.get('/prod/alpha.png', { method: 'DELETE', headers: wrong });
    assert.equal(refused.status, 403);
    assert.deepEqual(await words(), ['hit', 'hit', 'hit']);
    const right = { Authorization: `Bearer ${TOKEN}` };
    const purged = await fastly.get('/prod/alpha.png', { method: 'DELETE', headers: right });
    assert.equal(purged.bytes.toString(), 'purged\n');
    assert.deepEqual(await words(), ['miss', 'miss', 'hit']);
  });

  test('a URL over 8192 bytes is 414, and the log has a line for each request', async () => {
    const long = await fastly.get(`/dev/photo.jpg?utm=${'x'.repeat(9000)}&w=3`);
    assert.equal(long.status, 414);
    await fastly.get('/dev/photo.jpg?w=3');
    const record = await fastly.logged(({ options }) => options === 'w=3');
    assert.equal(record.status, 200);
    assert.equal(record.route, '/dev/*');
    assert.match(record.in, /^jpeg \d+x\d+$/);
    assert.ok(record.work > 0 && record.inBytes > 0 && record.peakMemory > 0 && record.bytes > 0);
    await fastly.logged(({ status }) => status === 414);
  });

  test('a header over 4 KiB counts as empty', async () => {
    const headers = { Accept: `${'image/png,'.repeat(500)}image/webp` };
    const { status, headers: answered } = await fastly.get('/dev/photo.jpg?w=4&f=auto', { headers });
    assert.equal(status, 200);
    assert.equal(answered.get('Content-Type'), 'image/jpeg');
  });
});

describe('an origin of files that are hard to bear', { skip }, () => {
  let server;
  let fastly;
  let bad;
  before(async () => {
    bad = await withBadTable();
    const photo = await sampleBytes('jpeg/420.jpg');
    const answers = {
      '/dev/table.jpg': [{ ETag: '"1"' }, bad],
      '/prod/table.jpg': [{ ETag: '"1"' }, bad],
      '/dev/coded.jpg': [{ 'Content-Encoding': 'gzip' }, gzipSync(photo)],
      '/dev/brotli.jpg': [{ 'Content-Encoding': 'br' }, photo],
      '/dev/redirect.jpg': [{ Location: '/dev/table.jpg' }, Buffer.alloc(0), 302],
    };
    server = createServer((request, response) => {
      const [headers, bytes, status = 200] = answers[request.url] ?? [{}, Buffer.alloc(0), 404];
      response.writeHead(status, { 'Content-Length': bytes.length, ...headers }).end(bytes);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    fastly = await startViceroy(config(`http://127.0.0.1:${server.address().port}`));
  });
  after(async () => {
    await fastly?.stop();
    server?.close();
    server?.closeAllConnections();
  });

  test('libjpeg gives up and cannot return: 422 or the original, and the log says so', async () => {
    const instance = await makeInstance();
    instance.open('w=10');
    instance.push(bad);
    instance.th_end();
    assert.throws(() => instance.finish(), WebAssembly.RuntimeError, 'a file that is no trap');
    const { status, message } = await native(bad, 'w=10');
    assert.equal(status, 'CORRUPT');
    const reason = message.replace('thimble: ', '');
    for (const word of ['miss', 'hit']) {
      const refused = await fastly.get('/dev/table.jpg?w=10');
      assert.equal(refused.status, 422);
      assert.equal(refused.bytes.toString(), `${reason}\n`);
      assert.match(refused.headers.get('X-Cache'), word === 'hit' ? /^Hit/ : /^Miss/);
    }
    const passed = await fastly.get('/prod/table.jpg?w=10');
    assert.equal(passed.status, 200);
    assert.equal(passed.headers.get('Content-Type'), 'image/jpeg');
    assert.equal(passed.headers.get('X-Thimble'), `pass; reason="${reason}"`);
    assert.ok(passed.bytes.equals(bad));
    await fastly.logged(({ failure, key }) => failure === 'CORRUPT' && key === 'dev/table.jpg');
  });

  test('an origin that gzips although asked not to; codings that Fastly cannot undo', async () => {
    const { status, bytes } = await fastly.get('/dev/coded.jpg?w=30&f=png');
    assert.equal(status, 200);
    assert.ok(bytes.equals(await expected('jpeg/420.jpg', 'w=30&f=png')));
    const brotli = await fastly.get('/dev/brotli.jpg?w=30');
    assert.equal(brotli.status, 502);
    assert.equal(brotli.bytes.toString(), 'origin: a coding nobody asked for\n');
  });

  test('redirects are not followed', async () => {
    const { status, bytes } = await fastly.get('/dev/redirect.jpg?w=1');
    assert.equal(status, 502);
    assert.equal(bytes.toString(), 'origin: status 302\n');
  });
});

describe('limits and settings', { skip }, () => {
  let origin;
  before(async () => {
    origin = await startOrigin();
  });
  after(() => origin?.stop());

  /** Runs `work` against a Viceroy of that configuration. */
  async function withFastly(settings, how, work) {
    const fastly = await startViceroy(settings, how);
    try {
      await work(fastly);
    } finally {
      await fastly.stop();
    }
  }

  test('cpu_ms_max: 503 or the original, in the middle of a step, kept by nobody', async () => {
    // First, because making a sample takes longer than an origin may.
    for (const name of ['big/24mp.jpg', 'big/24mp-progressive.jpg']) await sampleBytes(name);
    await withFastly(config(origin.url, { cpu_ms_max: 30 }), {}, async (fastly) => {
      const reason = 'job: takes more CPU time than the limit (cpu_ms_max)';
      for (const name of ['big/24mp.jpg', 'big/24mp-progressive.jpg']) {
        const refused = await fastly.get(`/dev/${name}?w=800`);
        assert.equal(refused.status, 503, name);
        assert.equal(refused.headers.get('X-Thimble'), `error; reason="${reason}"`);
        assert.equal(refused.headers.get('Cache-Control'), 'no-store');
        const passed = await fastly.get(`/prod/${name}?w=800`);
        assert.ok(passed.bytes.equals(await sampleBytes(name)), name);
        assert.equal(passed.headers.get('X-Thimble'), `pass; reason="${reason}"`);
        assert.equal(passed.headers.get('Cache-Control'), 'no-store');
      }
      for (const name of ['big/24mp.jpg', 'big/24mp-progressive.jpg']) {
        const { cpu } = await fastly.logged(
          ({ status, key }) => status === 503 && key === `dev/${name}`,
        );
        assert.ok(cpu >= 30);
      }
    });
  });

  test('wasm/fastly/fastly.toml is right as it stands', async () => {
    const file = path.join(root, 'wasm/fastly/fastly.toml');
    await withFastly({}, { file }, async (fastly) => {
      const { status, bytes } = await fastly.get('/elsewhere/a.jpg');
      assert.equal(status, 404);
      assert.equal(bytes.toString(), 'no such route\n');
    });
  });

  test('an edge dictionary does where there is no config store', async () => {
    await withFastly(config(origin.url), { store: 'dictionaries' }, async (fastly) => {
      assert.equal((await fastly.get('/dev/photo.jpg?w=9')).status, 200);
    });
  });

  test('a wrong configuration, or none, serves nothing and names itself in the log', async () => {
    for (const [settings, words] of [
      [{}, 'configuration: routes: at least one is needed'],
      [config(origin.url, { side_max: 0, max_bytes: 9 }), 'configuration: side_max: a whole number from 1 to 8192; max_bytes: not on this host'],
    ]) {
      await withFastly(settings, {}, async (fastly) => {
        const { status, bytes } = await fastly.get('/dev/photo.jpg?w=9');
        assert.equal(status, 500);
        assert.equal(bytes.toString(), 'internal error\n');
        assert.equal((await fastly.logged(({ error }) => error)).error, words);
      });
    }
  });

  test('a backend that is not there, or not defined: 502', async () => {
    const origins = {
      main: { kind: 'http', base: 'http://127.0.0.1:1', allow_private: true },
      other: { kind: 'http', base: 'http://127.0.0.1:1', allow_private: true, backend: 'undefined' },
    };
    const routes = [
      { path: '/dev/*', origin: 'main' },
      { path: '/other/*', origin: 'other' },
    ];
    await withFastly({ origins, routes }, { backends: { main: 'http://127.0.0.1:1' } }, async (fastly) => {
      for (const target of ['/dev/a.jpg?w=1', '/other/a.jpg']) {
        const { status, bytes } = await fastly.get(target);
        assert.equal(status, 502, target);
        assert.equal(bytes.toString(), 'origin: not reached\n');
      }
    });
  });
});
