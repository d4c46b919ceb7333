// A plain HTTP origin that misbehaves in every way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { Response } from 'miniflare';
import { sampleBytes } from '../images/make-samples.mjs';
import { startService } from './service.mjs';

describe('an origin that breaks off', () => {
  let service;
  let origin;
  let photo;
  before(async () => {
    photo = await sampleBytes('photo.jpg');
    // A real socket, because only that can close in the middle of a body.
    origin = createServer((request, response) => {
      response.writeHead(200, {
        'Content-Type': 'image/jpeg',
        'Content-Length': photo.length,
        ETag: '"1"',
      });
      response.write(photo.subarray(0, 90_000), () => response.destroy());
    });
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
    service = await startService({
      vars: {
        ORIGINS: {
          http: {
            kind: 'http',
            base: `http://127.0.0.1:${origin.address().port}`,
            allow_private: true,
          },
        },
        ROUTES: [{ path: '/*', origin: 'http' }],
      },
    });
  });
  after(async () => {
    await service.stop();
    origin.close();
  });

  test('an image of which half came is 502, not half an image, and kept by nobody', async () => {
    for (let times = 0; times < 2; times += 1) {
      const response = await service.fetch('/half.jpg?w=40');
      assert.equal(response.status, 502);
      assert.equal(response.headers.get('Cache-Control'), 'no-store');
      assert.equal(response.headers.get('X-Cache'), 'Error from thimble');
      await response.text();
    }
  });

  test('an original that breaks off breaks off: the client can tell', async () => {
    await assert.rejects(async () => {
      const response = await service.fetch('/half.jpg');
      if (response.status === 502) throw new Error('nothing was sent yet');
      await response.arrayBuffer();
    });
  });
});

/** How long the worker waits: long enough for a busy machine that tests run on. */
const WAIT_MS = 1500;

describe('an HTTP origin that misbehaves', () => {
  let service;
  let requests = [];
  const photo = () => sampleBytes('photo.jpg');
  const jpeg = { 'Content-Type': 'image/jpeg' };

  /** The photo behind 3 MB of comments. */
  async function largePhoto() {
    const bytes = await photo();
    const comment = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0xff, 0xff]),
      Buffer.alloc(0xffff - 2),
    ]);
    return Buffer.concat([bytes.subarray(0, 2), ...Array(50).fill(comment), bytes.subarray(2)]);
  }

  const patience = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** A body that sends `bytes` and then nothing for longer than anybody waits. */
  function stalled(bytes) {
    return new ReadableStream({
      async start(controller) {
        controller.enqueue(new Uint8Array(bytes));
        await patience(3 * WAIT_MS);
        controller.close();
      },
    });
  }

  /** What each path does. */
  const faults = {
    'silent.jpg': () => patience(3 * WAIT_MS).then(() => new Response('late')),
    'stalled.jpg': async () =>
      new Response(stalled((await photo()).subarray(0, 50_000)), { headers: jpeg }),
    'wrong-type.jpg': async () =>
      new Response(await photo(), { headers: { 'Content-Type': 'text/html' } }),
    'html.jpg': () => new Response('<html><script>alert(1)</script>', { headers: jpeg }),
    'no-length.jpg': async () =>
      new Response(new Blob([await photo()]).stream(), { headers: jpeg }),
    'gzip.jpg': async () => {
      const zipped = new Blob([await photo()]).stream().pipeThrough(new CompressionStream('gzip'));
      const bytes = Buffer.from(await new globalThis.Response(zipped).arrayBuffer());
      return new Response(bytes, {
        encodeBody: 'manual',
        headers: { ...jpeg, 'Content-Encoding': 'gzip', 'Content-Length': String(bytes.length) },
      });
    },
    'large.jpg': async () =>
      new Response(new Blob([await largePhoto()]).stream(), { headers: jpeg }),
    'large-said.jpg': async () => new Response(await largePhoto(), { headers: jpeg }),
    'weak.jpg': async (request) =>
      request.headers.has('If-Match')
        ? new Response(null, { status: 412 })
        : new Response((await photo()).subarray(0, 200_000), {
            headers: { ...jpeg, ETag: 'W/"1"' },
          }),
    'changed.jpg': async (request) =>
      request.headers.has('If-Match')
        ? new Response(null, { status: 412 })
        : new Response((await photo()).subarray(0, 200_000), { headers: { ...jpeg, ETag: '"1"' } }),
    'redirect.jpg': () =>
      new Response(null, { status: 302, headers: { Location: 'http://evil.example/x.jpg' } }),
    'cookie.jpg': async () =>
      new Response(await photo(), {
        headers: { ...jpeg, 'Set-Cookie': 'a=b', 'X-Powered-By': 'x' },
      }),
    'empty.jpg': () => new Response('', { headers: jpeg }),
    'part.jpg': async () => new Response((await photo()).subarray(0, 9), { status: 206, headers: jpeg }),
    ...Object.fromEntries(
      [400, 401, 403, 404, 410, 416, 429, 500, 503].map((status) => [
        `${status}.jpg`,
        () => new Response('no', { status }),
      ]),
    ),
  };

  before(async () => {
    service = await startService({
      vars: {
        ORIGINS: { http: { kind: 'http', base: 'http://origin.example/base/' } },
        ROUTES: [
          { path: '/strict/*', origin: 'http', prefix: '', on_error: 'status' },
          { path: '/*', origin: 'http' },
        ],
        ORIGIN_TIMEOUT_MS: WAIT_MS,
        ORIGIN_STALL_MS: WAIT_MS,
        INPUT_BYTES_MAX: 2 << 20,
        PASS_CACHE_BYTES: 0,
      },
      outbound(request) {
        requests.push(request.url);
        const { hostname, pathname } = new URL(request.url);
        assert.equal(hostname, 'origin.example');
        const name = decodeURIComponent(pathname.replace('/base/', ''));
        return (faults[name] ?? (() => new Response('none', { status: 404 })))(request);
      },
    });
  });
  after(() => service.stop());

  const cases = [
    ['silent.jpg', 504],
    ['stalled.jpg', 504],
    ['redirect.jpg', 502],
    ['400.jpg', 502],
    ['401.jpg', 502],
    ['410.jpg', 502],
    ['416.jpg', 502],
    ['part.jpg', 502],
    ['429.jpg', 502],
    ['500.jpg', 502],
    ['503.jpg', 502],
    ['403.jpg', 403],
    ['404.jpg', 404],
  ];
  for (const [name, status] of cases) {
    test(`${name}: ${status}, and 5xx is kept by nobody`, async () => {
      requests = [];
      for (let times = 0; times < 2; times += 1) {
        const response = await service.fetch(`/${name}?w=40`);
        assert.equal(response.status, status);
        assert.match(await response.text(), /^[^\n]+\n$/);
        if (status >= 500) assert.equal(response.headers.get('Cache-Control'), 'no-store');
      }
      if (status >= 500) assert.equal(requests.length, 2);
    });
  }

  test('a redirect is not followed, not even for the original', async () => {
    const response = await service.fetch('/redirect.jpg', { redirect: 'manual' });
    assert.equal(response.status, 502);
    await response.text();
  });

  test('a wrong type does not matter: the bytes decide', async () => {
    const response = await service.fetch('/wrong-type.jpg?w=40');
    assert.equal(response.headers.get('Content-Type'), 'image/jpeg');
    assert.equal(response.headers.get('X-Thimble'), 'miss');
    await response.arrayBuffer();
  });

  test('HTML with status 200 is no image and does not become one', async () => {
    const response = await service.fetch('/html.jpg?w=40');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('Content-Type'), 'application/octet-stream');
    assert.match(response.headers.get('X-Thimble'), /^pass/);
    await response.text();
  });

  test('no length, and gzip on the way: the image is made all the same', async () => {
    for (const name of ['no-length.jpg', 'gzip.jpg']) {
      const response = await service.fetch(`/${name}?w=40`);
      assert.equal(response.status, 200, name);
      assert.equal(response.headers.get('X-Thimble'), 'miss');
      await response.arrayBuffer();
    }
    const original = await service.fetch('/gzip.jpg');
    assert.deepEqual(Buffer.from(await original.arrayBuffer()), await photo());
  });

  test('more than the limit: the original passes, or 413, with and without a length', async () => {
    for (const name of ['large.jpg', 'large-said.jpg']) {
      const strict = await service.fetch(`/strict/${name}?w=40`);
      assert.equal(strict.status, 413, name);
      await strict.text();
      const lenient = await service.fetch(`/${name}?w=40`);
      assert.equal(lenient.status, 200, name);
      assert.match(lenient.headers.get('X-Thimble'), /^pass; reason=/);
      assert.equal((await lenient.arrayBuffer()).byteLength, (await largePhoto()).length);
    }
  });

  test('read twice: by a strong tag the same version or nothing, by a weak one what is there', async () => {
    const changed = await service.fetch('/changed.jpg?w=40');
    assert.equal(changed.status, 502);
    await changed.text();
    const weak = await service.fetch('/weak.jpg?w=40');
    assert.match(weak.headers.get('X-Thimble'), /^pass; reason="jpeg: /);
    assert.equal((await weak.arrayBuffer()).byteLength, 200_000);
  });

  test('an empty body is no image', async () => {
    const response = await service.fetch('/strict/empty.jpg?w=40');
    assert.equal(response.status, 422);
    assert.match(await response.text(), /^[^\n]+\n$/);
  });

  test("the origin's cookies and advertisements stay there", async () => {
    for (const query of ['', '?w=40']) {
      const { headers } = await service.fetch(`/cookie.jpg${query}`);
      assert.equal(headers.get('Set-Cookie'), null);
      assert.equal(headers.get('X-Powered-By'), null);
    }
  });

  test('the path is appended to the base, encoded once, whatever is in it', async () => {
    requests = [];
    for (const path of [
      '/@evil.example/x.png',
      '/a%3Fb%23c.png',
      '/%25%32%65.png',
      '/http:/evil.example/x.png',
    ]) {
      await (await fetch(`${service.url.origin}${path}`)).text();
    }
    assert.deepEqual(requests, [
      'http://origin.example/base/%40evil.example/x.png',
      'http://origin.example/base/a%3Fb%23c.png',
      'http://origin.example/base/%252e.png',
      'http://origin.example/base/http%3A/evil.example/x.png',
    ]);
  });

  test('after all of this the next request is right', async () => {
    const response = await service.fetch('/no-length.jpg?w=41');
    assert.equal(response.status, 200);
    await response.arrayBuffer();
  });
});
