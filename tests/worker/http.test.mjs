// Conditional requests, HEAD, ranges, CORS: what HTTP clients and caches rely on.
import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { startService, VARS } from './service.mjs';

const IMAGE = '/prod/thumbnail.png?w=120&f=webp';
const SMALL = '/prod/document.pdf'; // kept in the cache
const LARGE = '/prod/thumbnail.png'; // streamed from the origin

let service;
before(async () => {
  const [dev, prod] = VARS.ROUTES;
  const routes = [
    dev,
    prod,
    { ...prod, path: '/open/*', prefix: 'prod/', cors: ['*'] },
    { ...prod, path: '/viewer/*', prefix: 'prod/', cors: ['https://viewer.example'] },
  ];
  service = await startService({ vars: { ...VARS, ROUTES: routes, PASS_CACHE_BYTES: 100_000 } });
  await service.seed('prod/', ['thumbnail.png', 'photo.jpg', 'document.pdf', 'alpha.png']);
});
after(() => service.stop());

async function get(target, headers = {}, method = 'GET') {
  const response = await service.fetch(target, { headers, method });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('conditional requests', () => {
  for (const target of [IMAGE, SMALL, LARGE]) {
    test(`If-None-Match: strong, weak, list, * (${target})`, async () => {
      const etag = (await get(target)).response.headers.get('ETag');
      for (const value of [etag, `W/${etag}`, `"other", W/${etag}, "third"`, '*']) {
        const { response, bytes } = await get(target, { 'If-None-Match': value });
        assert.equal(response.status, 304, value);
        assert.equal(response.headers.get('ETag'), etag);
        assert.equal(bytes.length, 0);
      }
      for (const value of ['"other"', 'W/"other"', etag.slice(1, -1)]) {
        assert.equal((await get(target, { 'If-None-Match': value })).response.status, 200, value);
      }
    });

    test(`If-Modified-Since, which If-None-Match overrules (${target})`, async () => {
      const modified = (await get(target)).response.headers.get('Last-Modified');
      const earlier = new Date(Date.parse(modified) - 1000).toUTCString();
      assert.equal((await get(target, { 'If-Modified-Since': modified })).response.status, 304);
      assert.equal((await get(target, { 'If-Modified-Since': earlier })).response.status, 200);
      assert.equal((await get(target, { 'If-Modified-Since': 'yesterday' })).response.status, 200);
      const both = { 'If-Modified-Since': modified, 'If-None-Match': '"other"' };
      assert.equal((await get(target, both)).response.status, 200);
    });
  }

  test('an image that was never made is 304 too when its validator fits, without decoding', async () => {
    const etag = (await get('/prod/photo.jpg?w=55')).response.headers.get('ETag');
    const before = service.log.length;
    const { response } = await get('/open/photo.jpg?w=55', { 'If-None-Match': etag });
    assert.equal(response.status, 304);
    assert.equal(service.log.slice(before).at(-1).work, undefined);
  });
});

describe('HEAD', () => {
  for (const target of [
    IMAGE,
    '/prod/alpha.png?w=33',
    SMALL,
    LARGE,
    '/prod/none.png?w=1',
    '/prod/alpha.png?w=0',
  ]) {
    test(`has GET's status and headers and no body (${target})`, async () => {
      const head = await get(target, { 'Accept-Encoding': 'identity' }, 'HEAD');
      const whole = await get(target, { 'Accept-Encoding': 'identity' });
      assert.equal(head.bytes.length, 0);
      assert.equal(head.response.status, whole.response.status);
      for (const name of ['Content-Type', 'ETag', 'Last-Modified', 'Cache-Control']) {
        assert.equal(head.response.headers.get(name), whole.response.headers.get(name), name);
      }
      if (head.response.status === 200) {
        assert.equal(head.response.headers.get('Content-Length'), String(whole.bytes.length));
      }
    });
  }
});

describe('ranges', () => {
  for (const target of [IMAGE, SMALL, LARGE]) {
    test(`206 with the bytes asked for (${target})`, async () => {
      const { bytes } = await get(target);
      for (const [range, start, end] of [
        ['bytes=0-9', 0, 10],
        ['bytes=10-', 10, bytes.length],
        ['bytes=-7', bytes.length - 7, bytes.length],
        [`bytes=5-${bytes.length + 100}`, 5, bytes.length],
      ]) {
        const part = await get(target, { Range: range });
        assert.equal(part.response.status, 206, range);
        assert.equal(
          part.response.headers.get('Content-Range'),
          `bytes ${start}-${end - 1}/${bytes.length}`,
        );
        assert.deepEqual(part.bytes, bytes.subarray(start, end));
      }
    });

    test(`what makes no sense is the whole, what lies outside is 416 (${target})`, async () => {
      const { bytes } = await get(target);
      for (const range of ['bytes=9-3', 'bytes=a-b', 'lines=1-2']) {
        const { response, bytes: all } = await get(target, { Range: range });
        assert.equal(response.status, 200, range);
        assert.equal(all.length, bytes.length);
      }
      for (const range of [`bytes=${bytes.length}-`, 'bytes=-0']) {
        const { response } = await get(target, { Range: range });
        assert.equal(response.status, 416, range);
        assert.equal(response.headers.get('Cache-Control'), 'no-store', 'a CDN may keep a 416');
      }
    });
  }

  test('If-Range with another validator gives the whole', async () => {
    const { response } = await get(IMAGE, { Range: 'bytes=0-9', 'If-Range': '"other"' });
    assert.equal(response.status, 200);
  });
});

describe('CORS', () => {
  const origin = 'https://viewer.example';

  test('off where not configured', async () => {
    const { response } = await get(IMAGE, { Origin: origin });
    assert.equal(response.headers.get('Access-Control-Allow-Origin'), null);
  });

  test("a PDF viewer on another site may read the PDF, in ranges, and failures' statuses", async () => {
    for (const [target, headers] of [
      ['/viewer/document.pdf', { Range: 'bytes=0-99' }],
      ['/viewer/document.pdf?w=100', {}],
      ['/viewer/none.pdf', {}],
      ['/viewer/thumbnail.png?w=x', {}],
    ]) {
      const { response } = await get(target, { ...headers, Origin: origin });
      assert.equal(response.headers.get('Access-Control-Allow-Origin'), origin, target);
      assert.match(response.headers.get('Access-Control-Expose-Headers'), /Content-Range/);
      assert.match(response.headers.get('Vary'), /Origin/);
    }
  });

  test('another site may not', async () => {
    for (const other of [
      'https://evil-viewer.example',
      'https://viewer.example.evil.example',
      'null',
      'http://viewer.example',
    ]) {
      const { response } = await get('/viewer/document.pdf', { Origin: other });
      assert.equal(response.headers.get('Access-Control-Allow-Origin'), null, other);
      assert.match(response.headers.get('Vary'), /Origin/);
    }
  });

  test('* is for everybody', async () => {
    const { response } = await get('/open/document.pdf', { Origin: 'https://any.example' });
    assert.equal(response.headers.get('Access-Control-Allow-Origin'), '*');
  });

  test('OPTIONS is the preflight, with or without CORS', async () => {
    const preflight = {
      Origin: origin,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'range',
    };
    const { response } = await get('/viewer/document.pdf', preflight, 'OPTIONS');
    assert.equal(response.status, 204);
    assert.equal(response.headers.get('Access-Control-Allow-Origin'), origin);
    assert.match(response.headers.get('Access-Control-Allow-Headers'), /Range/);
    assert.match(response.headers.get('Allow'), /GET/);
    const closed = await get('/prod/document.pdf', preflight, 'OPTIONS');
    assert.equal(closed.response.headers.get('Access-Control-Allow-Origin'), null);
  });
});

describe('what a request cannot influence', () => {
  test('forwarding and override headers change neither key nor method', async () => {
    const plain = await get('/prod/alpha.png?w=41');
    const { response, bytes } = await get('/prod/alpha.png?w=41', {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'gopher',
      'X-HTTP-Method-Override': 'DELETE',
      'X-Original-URL': '/prod/photo.jpg',
    });
    assert.equal(response.headers.get('X-Cache'), 'Hit from thimble');
    assert.deepEqual(bytes, plain.bytes);
  });

  test('another Host is the same image, and is told to nobody', async () => {
    const plain = await get('/prod/alpha.png?w=43');
    const headers = { Host: 'evil.example' };
    const other = await new Promise((resolve, reject) =>
      httpGet(new URL('/prod/alpha.png?w=43', service.url), { headers }, (response) =>
        resolve(response.resume()),
      ).on('error', reject),
    );
    assert.equal(other.headers['x-cache'], 'Hit from thimble');
    assert.equal(other.headers.etag, plain.response.headers.get('ETag'));
    assert.ok(!JSON.stringify(other.headers).includes('evil.example'));
  });

  test('no line break, NUL or other text gets from a request into a header', async () => {
    for (const text of ['%0d%0aX-Evil:%201', '%0aX-Evil:%201', '%00', '%e2%80%a8', '"; evil="']) {
      for (const [target, status] of [
        [`/prod/alpha.png?w=${text}`, 400],
        [`/prod/alpha.png?p=${text}`, 400],
        [`/prod/alpha.png?${text}=1&w=43`, 200],
        [`/prod/${text}?w=9`, /%0|%00/.test(text) ? 400 : 404],
      ]) {
        const { response } = await get(target);
        assert.equal(response.status, status, target);
        assert.equal(response.headers.get('X-Evil'), null, target);
        const told = response.headers.get('X-Thimble') ?? '';
        assert.match(told, /^[a-z]+(; reason="[\x20-\x21\x23-\x7e]*")?$/, target);
      }
    }
  });

  test('only headers that describe the bytes are taken from the origin', async () => {
    await service.bucket.put('prod/odd.bin', await sampleBytes('thumbnail.png'), {
      httpMetadata: {
        contentType: 'image/png',
        cacheControl: 'private',
        contentDisposition: 'attachment',
      },
      customMetadata: { secret: 'yes' },
    });
    for (const query of ['', '?w=20']) {
      const { response } = await get(`/prod/odd.bin${query}`);
      assert.equal(response.headers.get('Content-Disposition'), null);
      assert.match(response.headers.get('Cache-Control'), /^public/);
    }
  });
});
