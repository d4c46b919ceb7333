// The main job over HTTP, in workerd, from a bucket with real images.
import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { sampleBytes } from '../images/make-samples.mjs';
import { startService } from './service.mjs';

const ARTICLE = '/dev/thumbnail.png?w=200&h=150&f=webp&q=90';

let service;
before(async () => {
  service = await startService();
  for (const folder of ['dev/', 'prod/']) {
    await service.seed(folder, [
      'thumbnail.png',
      'photo.jpg',
      'progressive.jpg',
      'photo.webp',
      'alpha.png',
      'document.pdf',
      'pass/animated.webp',
      'pass/animated.png',
      'pass/image.gif',
      'pass/image.svg',
      'pass/page.jpg',
      'bad/half.jpg',
      'bad/bad-idat.png',
    ]);
  }
});
after(() => service.stop());

async function bytesOf(response) {
  return Buffer.from(await response.arrayBuffer());
}

describe('a resized image', () => {
  test("the article's request: a 200x150 WebP, a miss, then a hit with the same bytes", async () => {
    const miss = await service.fetch(ARTICLE);
    const first = await bytesOf(miss);
    assert.equal(miss.status, 200);
    assert.equal(miss.headers.get('X-Cache'), 'Miss from thimble');
    const { width, height, format } = await sharp(first).metadata();
    assert.deepEqual([width, height, format], [200, 150, 'webp']);

    const hit = await service.fetch(
      '/dev/thumbnail.png?h=150&width=200&q=90&fm=webp&utm_source=mail',
    );
    assert.equal(hit.headers.get('X-Cache'), 'Hit from thimble');
    assert.match(hit.headers.get('Age'), /^\d$/);
    assert.equal(miss.headers.get('Age'), null);
    assert.deepEqual(await bytesOf(hit), first);
    assert.equal(hit.headers.get('ETag'), miss.headers.get('ETag'));
  });

  test('has the headers of design.md section 6', async () => {
    for (const times of ['miss', 'hit']) {
      const { headers } = await service.fetch('/prod/thumbnail.png?w=90&f=jpg');
      assert.equal(headers.get('Content-Type'), 'image/jpeg', times);
      assert.ok(Number(headers.get('Content-Length')) > 100);
      assert.match(headers.get('ETag'), /^"[0-9a-f]{24}"$/);
      assert.match(
        headers.get('Cache-Control'),
        /^public, max-age=\d+, stale-while-revalidate=\d+$/,
      );
      assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
      assert.match(headers.get('Server-Timing'), /total;dur=\d/);
      assert.equal(headers.get('X-Thimble'), times);
      assert.equal(headers.get('Vary'), null);
      assert.ok(headers.get('Last-Modified'));
    }
  });

  test('every kind of source', async () => {
    for (const name of [
      'thumbnail.png',
      'photo.jpg',
      'progressive.jpg',
      'photo.webp',
      'alpha.png',
    ]) {
      const response = await service.fetch(`/prod/${name}?w=64`);
      assert.equal(response.status, 200, name);
      assert.equal((await sharp(await bytesOf(response)).metadata()).width, 64, name);
    }
  });

  test('f=auto: WebP where it is accepted, each cached for itself, and Vary says so', async () => {
    const target = '/prod/photo.jpg?w=70&f=auto';
    for (const [accept, type] of [
      ['image/avif,image/webp,image/*;q=0.8', 'image/webp'],
      ['image/png,*/*;q=0.5', 'image/jpeg'],
      ['image/webp;q=0', 'image/jpeg'],
      ['*/*', 'image/jpeg'],
    ]) {
      const response = await service.fetch(target, { headers: { Accept: accept } });
      assert.equal(response.headers.get('Content-Type'), type, accept);
      assert.equal(response.headers.get('Vary'), 'Accept');
      await response.arrayBuffer();
    }
    // fetch cannot leave Accept away.
    const without = await new Promise((resolve, reject) =>
      get(new URL(target, service.url), (response) => resolve(response.resume())).on('error', reject),
    );
    assert.equal(without.headers['content-type'], 'image/jpeg');
    assert.equal(without.headers['x-cache'], 'Hit from thimble');
    const again = await service.fetch(target, { headers: { Accept: 'image/webp' } });
    assert.equal(again.headers.get('X-Cache'), 'Hit from thimble');
    assert.equal(again.headers.get('Content-Type'), 'image/webp');
  });

  test('f=json', async () => {
    const response = await service.fetch('/prod/photo.webp?f=json');
    assert.equal(response.headers.get('Content-Type'), 'application/json');
    const { format, hasAlpha } = await response.json();
    assert.deepEqual([format, hasAlpha], ['webp', false]);
  });

  test('a source changed in the bucket gets another ETag', async () => {
    await service.bucket.put('prod/changing.png', await sampleBytes('thumbnail.png'));
    const first = await service.fetch('/prod/changing.png?w=31');
    await service.bucket.put('prod/changing.png', await sampleBytes('alpha.png'));
    const other = await service.fetch('/prod/changing.png?w=32');
    assert.notEqual(first.headers.get('ETag'), other.headers.get('ETag'));
  });

  test('one log record tells what was done', async () => {
    await service.fetch('/prod/photo.jpg?w=77&f=png').then((response) => response.arrayBuffer());
    const record = service.log.find(({ options }) => options === 'f=png&w=77');
    assert.equal(record.status, 200);
    assert.equal(record.route, '/prod/*');
    assert.equal(record.key, 'prod/photo.jpg');
    assert.equal(record.cache, 'miss');
    assert.match(record.in, /^jpeg \d+x\d+$/);
    assert.match(record.out, /^png 77x\d+$/);
    assert.ok(record.work > 0 && record.peakMemory > 0 && record.inBytes > 0 && record.bytes > 0);
    assert.equal(typeof record.ms, 'number');
  });
});

describe('the original', () => {
  test('no options: the object as it is', async () => {
    for (const query of ['', '?', '?utm_source=mail&x=1']) {
      const response = await service.fetch(`/dev/thumbnail.png${query}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('Content-Type'), 'image/png');
      assert.deepEqual(await bytesOf(response), await sampleBytes('thumbnail.png'));
    }
  });

  test('what is no image, or moves, comes untouched with a reason', async () => {
    for (const [name, type, reason] of [
      ['document.pdf', 'application/pdf', /pdf/i],
      ['pass/animated.webp', 'image/webp', /anim/],
      ['pass/animated.png', 'image/png', /anim/],
      ['pass/image.gif', 'image/gif', /gif/i],
      ['pass/image.svg', 'image/svg+xml', /svg/i],
    ]) {
      for (const route of ['dev', 'prod']) {
        const response = await service.fetch(`/${route}/${name}?w=10`);
        assert.equal(response.status, 200, name);
        assert.equal(response.headers.get('Content-Type'), type);
        assert.equal(response.headers.get('X-Content-Type-Options'), 'nosniff');
        assert.match(response.headers.get('X-Thimble'), /^pass; reason=".+"$/);
        assert.match(response.headers.get('X-Thimble'), reason);
        assert.deepEqual(await bytesOf(response), await sampleBytes(name));
      }
    }
  });

  test('SVG is sandboxed, resized or not', async () => {
    for (const query of ['', '?w=10']) {
      const response = await service.fetch(`/prod/pass/image.svg${query}`);
      assert.match(response.headers.get('Content-Security-Policy'), /sandbox/);
      await response.arrayBuffer();
    }
  });

  test('a page, XML or what is unknown is sandboxed too, images and documents are not', async () => {
    const page = '<!doctype html><script>alert(1)</script>';
    for (const [name, contentType, sandboxed] of [
      ['page.html', 'text/html; charset=utf-8', true],
      ['page.xhtml', 'application/xhtml+xml', true],
      ['feed.xml', 'application/xml', true],
      ['two-types', 'text/plain, text/html', true],
      ['unknown', 'x/y', true],
      ['called.jpg', 'image/jpeg', false],
      ['text.txt', 'text/plain', false],
    ]) {
      await service.bucket.put(`prod/${name}`, page, { httpMetadata: { contentType } });
      for (const query of ['', '?w=10']) {
        const { headers } = await service.fetch(`/prod/${name}${query}`);
        const policy = headers.get('Content-Security-Policy') ?? '';
        assert.equal(/default-src 'none';.*sandbox$/.test(policy), sandboxed, `${name}${query}: ${policy}`);
        assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
      }
    }
    for (const name of ['photo.jpg', 'document.pdf', 'pass/image.gif']) {
      const { headers } = await service.fetch(`/prod/${name}?w=10`);
      assert.equal(headers.get('Content-Security-Policy'), null, name);
    }
  });

  test('a name and a type make no image: of other files called .jpg only images are sent as such', async () => {
    const script = '<script>alert(1)</script>';
    const photo = await sampleBytes('photo.jpg');
    const unknown = 'application/octet-stream';
    for (const [what, bytes, type] of [
      ['gif', await sampleBytes('pass/image.gif'), 'image/gif'],
      ['svg', await sampleBytes('pass/image.svg'), unknown],
      ['html', script, unknown],
      ['json', '{"image": "none"}', unknown],
      ['mp4', '\0\0\0\x18ftypmp42\0\0\0\0mp42isom', unknown],
      ['gif-and-script', `GIF89a/*${'\0'.repeat(40)}*/=1;${script}`, 'image/gif'],
      ['pdf-and-jpeg', Buffer.concat([await sampleBytes('document.pdf'), photo]), unknown],
      ['html-and-jpeg', Buffer.concat([Buffer.from(script), photo]), unknown],
      ['jpeg-from-byte-1', Buffer.concat([Buffer.from(' '), photo]), unknown],
    ]) {
      const body = Buffer.from(bytes);
      const httpMetadata = { contentType: 'image/jpeg' };
      await service.bucket.put(`prod/${what}.jpg`, body, { httpMetadata });
      const { headers, status, ...rest } = await service
        .fetch(`/prod/${what}.jpg?w=10`)
        .then(async (answer) => ({ headers: answer.headers, status: answer.status, bytes: await bytesOf(answer) }));
      assert.deepEqual([status, headers.get('Content-Type')], [200, type], what);
      assert.equal(headers.get('X-Content-Type-Options'), 'nosniff', what);
      assert.deepEqual(rest.bytes, body, what);
    }
  });

  test('what else stands in an image is not in what is made of it', async () => {
    const script = '<script>alert(1)</script>';
    const photo = await sampleBytes('photo.jpg');
    const comment = Buffer.from(`\xff\xfe\0${String.fromCharCode(script.length + 2)}${script}`, 'latin1');
    const polyglot = [photo.subarray(0, 2), comment, photo.subarray(2), Buffer.from(script)];
    await service.bucket.put('prod/polyglot.jpg', Buffer.concat(polyglot));
    const response = await service.fetch('/prod/polyglot.jpg?w=90');
    assert.equal(response.headers.get('Content-Type'), 'image/jpeg');
    const bytes = await bytesOf(response);
    assert.equal((await sharp(bytes).metadata()).width, 90);
    assert.ok(!bytes.includes('script'));
  });

  test('HTML that calls itself a JPEG is not served as an image', async () => {
    const response = await service.fetch('/prod/pass/page.jpg?w=10');
    assert.equal(response.headers.get('Content-Type'), 'application/octet-stream');
    assert.deepEqual(await bytesOf(response), await sampleBytes('pass/page.jpg'));
  });

  test('where re-encoding the same size makes it larger, the original is the answer', async () => {
    const { width } = await sharp(await sampleBytes('photo.jpg')).metadata();
    const response = await service.fetch(`/prod/photo.jpg?w=${width}&q=100`);
    assert.match(response.headers.get('X-Thimble'), /^pass; reason="the original is not larger"$/);
    assert.deepEqual(await bytesOf(response), await sampleBytes('photo.jpg'));
  });

  test('a large original that fails late is fetched again, whole', async () => {
    const photo = await sampleBytes('photo.jpg');
    const late = Buffer.concat([photo.subarray(0, photo.length - 50_000)]);
    await service.bucket.put('prod/late.jpg', late, {
      httpMetadata: { contentType: 'image/jpeg' },
    });
    const response = await service.fetch('/prod/late.jpg?w=200');
    assert.equal(response.headers.get('Content-Type'), 'image/jpeg');
    assert.match(response.headers.get('X-Thimble'), /^pass; reason="jpeg: /);
    assert.deepEqual(await bytesOf(response), late);
  });
});

describe('failures', () => {
  test('corrupt and truncated images, as on_error says', async () => {
    for (const name of ['bad/half.jpg', 'bad/bad-idat.png']) {
      const strict = await service.fetch(`/dev/${name}?w=10`);
      assert.equal(strict.status, 422, name);
      assert.match(await strict.text(), /^(jpeg|png): .+\n$/);
      assert.match(strict.headers.get('X-Thimble'), /^error; reason="(jpeg|png): /);
      const lenient = await service.fetch(`/prod/${name}?w=10`);
      assert.equal(lenient.status, 200);
      assert.match(lenient.headers.get('X-Thimble'), /^pass; reason="(jpeg|png): /);
      assert.deepEqual(await bytesOf(lenient), await sampleBytes(name));
    }
  });

  test('a failure that lasts is not found out twice', async () => {
    for (const word of ['Miss', 'Hit']) {
      const response = await service.fetch('/dev/bad/half.jpg?w=11');
      assert.equal(response.status, 422);
      assert.equal(response.headers.get('X-Cache'), `${word} from thimble`);
      assert.equal(response.headers.get('Cache-Control'), 'public, max-age=60');
      await response.text();
    }
  });

  test('a missing object is 404, cached for a short while', async () => {
    for (const word of ['Miss', 'Hit']) {
      const response = await service.fetch('/dev/none.png?w=10');
      assert.equal(response.status, 404);
      assert.equal(response.headers.get('Cache-Control'), 'public, max-age=60');
      assert.equal(response.headers.get('X-Cache'), `${word} from thimble`);
      await response.text();
    }
  });

  test('bad options are 400, in one line that names the option, kept by nobody', async () => {
    for (const query of [
      'w=0',
      'w=1e3',
      'w=+200',
      'w=0x10',
      'w=99999',
      'w=',
      'w=-1',
      'w=NaN',
      'w=%20200',
      'w=2147483648',
      'w=2147483649',
      'w=18446744073709551817',
      'w=%D9%A1%D9%A2',
      'w=%EF%BC%91%EF%BC%92',
      'w=200%00',
      'w=1&w=2',
      'w=1&width=1',
      'f=exe',
      'q=0',
      'fit=x',
    ]) {
      const response = await service.fetch(`/prod/photo.jpg?${query}`);
      assert.equal(response.status, 400, query);
      assert.equal(response.headers.get('Cache-Control'), 'no-store');
      assert.match(await response.text(), /^[^\n]*(w|f|q|fit)[^\n]*\n$/);
    }
  });

  test('tracking parameters may be long', async () => {
    const long = `utm_campaign=${'x'.repeat(5000)}`;
    for (const [query, width] of [
      [`${long}&w=44`, 44],
      [long, 800],
    ]) {
      const response = await service.fetch(`/prod/thumbnail.png?${query}`);
      assert.equal(response.status, 200);
      assert.equal((await sharp(await bytesOf(response)).metadata()).width, width);
    }
  });

  test('path tricks are refused before any origin is asked', async () => {
    for (const path of [
      '//evil.example/x.png',
      '/prod/%2e%2e%2fsecret',
      '/prod/a%2Fb.png',
      '/prod/a%5cb.png',
      '/prod/a%00.png',
      '/prod/%ff.png',
      '/prod/%c0%ae.png',
      `/prod/${'x'.repeat(1100)}`,
      `/prod/${'%41'.repeat(3000)}`,
    ]) {
      const response = await fetch(`${service.url.origin}${path}`);
      assert.equal(response.status, 400, path);
      assert.equal(response.headers.get('Cache-Control'), 'no-store');
      await response.text();
    }
    assert.equal((await service.fetch('/elsewhere/x.png')).status, 404);
  });

  test('other methods are 405 and say which are allowed', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const response = await service.fetch(ARTICLE, { method });
      assert.equal(response.status, 405, method);
      assert.match(response.headers.get('Allow'), /GET, HEAD/);
      await response.text();
    }
  });

  test('after all of this the next request is right', async () => {
    const response = await service.fetch('/prod/thumbnail.png?w=33&h=33&f=png');
    assert.equal((await sharp(await bytesOf(response)).metadata()).height, 33);
  });
});
