// The pure parts of the worker: paths, routes, keys, conditions, configuration, signatures.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { isFresh, rangeOf } from '../../worker/request/conditional.js';
import { readConfig } from '../../worker/config/config.js';
import { FIELDS, ROUTE_FIELDS, ROUTE_OWN_FIELDS } from '../../worker/config/schema.js';
import { createFloodGate } from '../../worker/image/flood.js';
import { imageType } from '../../worker/image/media-type.js';
import { encodeKey, objectKey } from '../../worker/request/path.js';
import { cacheKey, OUTPUT_EPOCH } from '../../worker/cache/key.js';
import { locate } from '../../worker/request/route.js';
import { SERVER_FIELDS } from '../../worker/server/settings.js';
import { checkSignature } from '../../worker/request/signature.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { root } from '../lib/engines.mjs';

const MINIMAL = {
  origins: { o: { kind: 'http', base: 'http://o.example' } },
  routes: [{ path: '/*', origin: 'o' }],
};
const docs = await readFile(path.join(root, 'docs/configuration.md'), 'utf8');

describe('paths', () => {
  test('decoded once', () => {
    for (const [pathname, key] of [
      ['/dev/a.png', 'dev/a.png'],
      ['/%ED%95%9C%EA%B5%AD%EC%96%B4.png', '한국어.png'],
      ['/a%20b+c.png', 'a b+c.png'],
      ['/per%2541cent', 'per%41cent'],
      ['/a//b', 'a//b'],
      ['/a/', 'a/'],
      ['/%40host', '@host'],
    ]) {
      assert.equal(objectKey(pathname), key);
    }
  });

  test('tricks are refused', () => {
    for (const pathname of [
      '//host/a',
      '/a/../b',
      '/%2e%2e/b',
      '/.',
      '/a%2Fb',
      '/a%5Cb',
      '/a\\b',
      '/a%00',
      '/a%0d%0ab',
      '/%7f',
      '/%',
      '/%ff',
      '/%c0%af',
      '/%ed%a0%80',
      `/${'x'.repeat(1025)}`,
      `/${'%ED%95%9C'.repeat(400)}`,
    ]) {
      assert.throws(() => objectKey(pathname), { name: 'Refusal', httpStatus: 400 }, pathname);
    }
  });

  test('what is encoded is decoded to the same key', () => {
    for (const key of [
      'a b+c&d=e?f#g.png',
      "it's(1)!*~.png",
      '한국어/이름.png',
      'a//b',
      '%41',
      '@x:y',
    ]) {
      const encoded = encodeKey(key);
      assert.match(encoded, /^[\w.~/%-]*$/);
      assert.equal(objectKey(`/${encoded}`), key);
    }
  });
});

describe('routes', () => {
  const { routes } = readConfig({
    ...MINIMAL,
    routes: [
      { path: '/dev/*', origin: 'o' },
      { path: '/img/*', origin: 'o', prefix: 'originals/' },
      { path: '/flat/*', origin: 'o', prefix: '' },
    ],
  });

  test('the first that fits, with its prefix', () => {
    assert.equal(locate(routes, '/dev/a.png').key, 'dev/a.png');
    assert.equal(locate(routes, '/img/x/a.png').key, 'originals/x/a.png');
    assert.equal(locate(routes, '/flat/a.png').key, 'a.png');
    assert.equal(locate(routes, '/%64ev/a.png').route.name, '/dev/*');
  });

  test('none, a folder, or a name that only begins alike: 404', () => {
    for (const pathname of ['/', '/x.png', '/dev', '/devx/a', '/dev/', '/flat/']) {
      assert.throws(() => locate(routes, pathname), { httpStatus: 404 }, pathname);
    }
  });

  test('different asks have different cache keys, whatever stands in them', () => {
    const [dev, img] = routes;
    const asks = [
      { route: dev, key: 'a', options: null },
      { route: img, key: 'a', options: null },
      { route: dev, key: 'a/original', options: null },
      { route: dev, key: 'a', options: 'w=1' },
      { route: dev, key: 'a', options: 'w=11' },
      { route: dev, key: 'a/e1?w=1', options: null },
      { route: dev, key: 'a%2F', options: null },
    ];
    const keys = asks.flatMap((ask) => [cacheKey(ask, '1'), cacheKey(ask, '2')]);
    assert.equal(new Set(keys).size, keys.length);
  });

  test("the output epoch is the core's", async () => {
    const header = await readFile(path.join(root, 'src/thimble.h'), 'utf8');
    assert.equal(OUTPUT_EPOCH, Number(/TH_OUTPUT_EPOCH (\d+)u/.exec(header)[1]));
  });
});

describe('conditions', () => {
  const current = { etag: '"a,b"', modified: 'Tue, 24 Nov 2026 02:00:00 GMT' };
  const fresh = (headers, of = current) => isFresh(new Headers(headers), of);

  test('tags', () => {
    assert.ok(fresh({ 'If-None-Match': '"x", W/"a,b"' }));
    assert.ok(!fresh({ 'If-None-Match': '"a", "b"' }));
    assert.ok(!fresh({ 'If-None-Match': '' }));
    assert.ok(!fresh({ 'If-None-Match': '""' }, { etag: '', modified: '' }));
  });

  test('dates', () => {
    assert.ok(fresh({ 'If-Modified-Since': 'Wed, 25 Nov 2026 02:00:00 GMT' }));
    assert.ok(!fresh({ 'If-Modified-Since': 'Mon, 23 Nov 2026 02:00:00 GMT' }));
    assert.ok(!fresh({ 'If-Modified-Since': 'soon' }));
    assert.ok(!fresh({ 'If-Modified-Since': current.modified }, { etag: '', modified: '' }));
    assert.ok(!fresh({}));
  });

  test('ranges', () => {
    const range = (text, length = 100) =>
      rangeOf(new Headers({ Range: text }), { etag: '', length });
    assert.deepEqual(range('bytes=0-0'), { start: 0, end: 1 });
    assert.deepEqual(range('bytes=-1000'), { start: 0, end: 100 });
    assert.deepEqual(range('bytes=99-'), { start: 99, end: 100 });
    assert.deepEqual(range('bytes=100-'), { start: 100, end: 100 });
    for (const text of ['bytes=-', 'bytes=1-2,4-5', 'bytes=2-1', 'items=1-2', 'bytes=1e3-'])
      assert.equal(range(text), null);
  });
});

describe('configuration', () => {
  test('texts, as environments hold them, are read like values', () => {
    const config = readConfig({
      ORIGINS: JSON.stringify(MINIMAL.origins),
      ROUTES: JSON.stringify(MINIMAL.routes),
      SIDE_MAX: '100',
      METRICS: 'true',
      SIGNING_KEYS: 'a key of 16 chars'.replaceAll(' ', '-'),
      UNRELATED: 'x',
    });
    assert.equal(config.side_max, 100);
    assert.equal(config.metrics, true);
    assert.deepEqual(config.signing_keys, ['a-key-of-16-chars']);
  });

  test('cors: sites as browsers name them', () => {
    const cors = ['https://a.example', 'http://localhost:3000', 'http://[::1]', '*'];
    assert.deepEqual(readConfig({ ...MINIMAL, cors }).routes[0].cors, cors);
  });

  test('defaults, the top, the route: the nearer one holds', () => {
    const config = readConfig({
      ...MINIMAL,
      on_error: 'status',
      routes: [
        { path: '/a/*', origin: 'o', on_error: 'pass' },
        { path: '/*', origin: 'o' },
      ],
    });
    assert.deepEqual(
      config.routes.map(({ on_error }) => on_error),
      ['pass', 'status'],
    );
    assert.equal(config.routes[0].on_busy, 'status');
  });

  test('every wrong value names itself, all at once', () => {
    for (const [more, message] of [
      [
        { on_error: 'x', side_max: 0, pixels_max: '1e6' },
        /on_error: .*; pixels_max: .*; side_max: /,
      ],
      [{ routes: [] }, /routes: at least one/],
      [{ routes: 'not json' }, /routes: not valid JSON/],
      [{ routes: [{ path: 'dev', origin: 'o' }] }, /routes\[0\]\.path/],
      ...['../', 'a/../b', 'a/./', '\ud800', 'a\u0001', 'a\\b'].map((prefix) => [
        { routes: [{ path: '/*', origin: 'o', prefix }] },
        /routes\[0\]\.prefix: the beginning of a key/,
      ]),
      [{ routes: [{ path: '/*', origin: 'x' }] }, /routes\[0\]\.origin: none of o/],
      [{ routes: [{ path: '/*', origin: 'toString' }] }, /routes\[0\]\.origin: none of o/],
      [{ routes: [{ path: '/*', origin: 'o', toString: 1 }] }, /\.toString: no such option/],
      ...[null, 'dev', 7].map((route) => [{ routes: [route] }, /routes\[0\]: a table/]),
      [
        { routes: [{ path: '/*', origin: 'o', witdhs: [1] }] },
        /routes\[0\]\.witdhs: no such option/,
      ],
      [{ routes: [{ path: '/*', origin: 'o', widths: ['a'] }] }, /routes\[0\]\.widths/],
      [{ routes: [{ path: '/*', origin: 'o', signed: true }] }, /signing_keys/],
      [{ purge_token: 'short' }, /purge_token: at least 16/],
      ...[
        'viewer.example',
        'https://viewer.example/',
        'https://viewer.example/path',
        'https://Viewer.example',
        'https://viewer.example:443',
        'https://viewer.example ',
        'ftp://viewer.example',
        'null',
        '',
        7,
        { toString: 'x' },
      ].map((site) => [{ cors: ['https://a.example', site] }, /cors: sites such as https:/]),
      [{ cors: 'https://viewer.example' }, /cors: not valid JSON/],
      [{ cache_control: 'public\r\nSet-Cookie: a=b' }, /cache_control/],
    ]) {
      assert.throws(
        () => readConfig({ ...MINIMAL, ...more }),
        { name: 'TypeError', message },
        String(message),
      );
    }
  });

  test('docs/configuration.md has a row with the default of every option, and no other', () => {
    const rows = new Map();
    for (const [, names, value] of docs.matchAll(/^\| ((?:`\w+`(?:, )?)+) \| ([^|]+) \|/gm)) {
      for (const [, name] of names.matchAll(/`(\w+)`/g)) rows.set(name, value);
    }
    const fields = { ...FIELDS, ...SERVER_FIELDS };
    for (const [name, field] of Object.entries(fields)) {
      const shown =
        typeof field.default === 'object' ? JSON.stringify(field.default) : String(field.default);
      const written = rows.get(name) ?? '';
      const empty = ['', '{}', '[]'].includes(shown) && written === 'none';
      assert.ok(
        empty || written === `\`${shown}\``,
        `${name}: the default is ${shown}, docs say ${written}`,
      );
    }
    for (const name of rows.keys())
      assert.ok(name in fields, `${name} is documented and does not exist`);
    for (const name of Object.keys({ ...ROUTE_FIELDS, ...ROUTE_OWN_FIELDS }))
      assert.ok(docs.includes(`\`${name}\``), name);
  });

  test("the documentation's examples are valid", () => {
    const examples = [...docs.matchAll(/```json\n([\s\S]*?)```/g)];
    assert.ok(examples.length >= 1);
    for (const [, text] of examples) readConfig(JSON.parse(text));
  });
});

test('scripts/sign.mjs signs what the worker accepts', async () => {
  const key = 'a-key-for-signing-things';
  const script = path.join(root, 'scripts/sign.mjs');
  const target = '/dev/a%20b.png?width=200&f=webp&utm=1';
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, target, '--expires', '60'],
    {
      env: { ...process.env, SIGNING_KEYS: `${key} an-older-key-of-ours` },
    },
  );
  const query = new URLSearchParams(stdout.trim().split('?')[1]);
  const pairs = [
    ['w', '200'],
    ['f', 'webp'],
    ['exp', query.get('exp')],
    ['sig', query.get('sig')],
  ];
  const seconds = Date.now() / 1000;
  await checkSignature(['another key, a newer one', key], 'dev/a b.png', { pairs, seconds });
  await assert.rejects(
    checkSignature([key], 'dev/a b.png', { pairs, seconds: seconds + 100 }),
    /expired/,
  );
});

test('magic: the samples are what they are', async () => {
  for (const [name, type] of [
    ['photo.jpg', 'image/jpeg'],
    ['alpha.png', 'image/png'],
    ['photo.webp', 'image/webp'],
    ['pass/image.gif', 'image/gif'],
    ['pass/image.avif', 'image/avif'],
    ['pass/image.tiff', 'image/tiff'],
    ['document.pdf', null],
    ['pass/page.jpg', null],
    ['pass/image.svg', null],
  ]) {
    assert.equal(imageType(await sampleBytes(name)), type, name);
  }
});

test('the flood gate forgets: after a minute, and about objects nobody asks for', () => {
  let time = 0;
  const admit = createFloodGate({ perMinute: 2, now: () => time });
  assert.deepEqual([admit('a'), admit('a'), admit('a'), admit('b')], [true, true, false, true]);
  time = 60_000;
  assert.deepEqual([admit('a'), admit('a'), admit('a')], [true, true, false]);
  // Beside a and b, whose window is older, there is room for 998 of 1000.
  for (let object = 0; object < 998; object += 1) admit(`object ${object}`);
  assert.equal(admit('a'), false);
  for (const object of ['another', 'and another']) admit(object);
  assert.equal(admit('a'), true);
});
