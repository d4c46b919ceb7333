// Who may ask for what: presets, allowed sizes, signatures.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { sign, signedText } from '../../worker/request/signature.js';
import { startService, VARS } from './service.mjs';

const KEYS = ['the current signing key', 'the one before it, still good'];
const PRESETS = { thumb: 'w=80&h=60&f=webp', hero: 'width=300&f=auto' };

let service;
before(async () => {
  const route = (path, more) => ({ path, origin: 'images', prefix: 'prod/', ...more });
  service = await startService({
    vars: {
      ...VARS,
      SIGNING_KEYS: KEYS,
      PRESETS,
      ROUTES: [
        route('/presets/*', { only_presets: true }),
        route('/snap/*', { widths: [100, 50, 200], heights: [90] }),
        route('/refuse/*', { widths: [50, 100, 200], sizes: 'refuse' }),
        route('/signed/*', { signed: true }),
        route('/*', {}),
      ],
    },
  });
  await service.seed('prod/', ['photo.jpg', 'alpha.png']);
});
after(() => service.stop());

async function get(target, init) {
  const response = await service.fetch(target, init);
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('presets', () => {
  test('a preset is its options, and shares their cache entry', async () => {
    const long = await get('/photo.jpg?w=80&h=60&f=webp');
    const short = await get('/photo.jpg?p=thumb');
    assert.equal(short.response.headers.get('X-Cache'), 'Hit from thimble');
    assert.deepEqual(short.bytes, long.bytes);
  });

  test('what is given beside it wins', async () => {
    const { width, height } = await sharp(
      (await get('/photo.jpg?p=thumb&width=40')).bytes,
    ).metadata();
    assert.deepEqual([width, height], [40, 60]);
  });

  test('f=auto inside a preset varies by Accept', async () => {
    const { response } = await get('/photo.jpg?p=hero', { headers: { Accept: 'image/webp' } });
    assert.equal(response.headers.get('Content-Type'), 'image/webp');
    assert.equal(response.headers.get('Vary'), 'Accept');
  });

  test('an unknown one is 400, also one that every object has', async () => {
    for (const name of ['none', 'toString', '__proto__', 'constructor', '']) {
      assert.equal((await get(`/photo.jpg?p=${name}`)).response.status, 400, name);
    }
    assert.equal((await get('/photo.jpg?p=thumb&p=hero')).response.status, 400);
  });

  test('only_presets: anything else is refused, unknown keys are no concern', async () => {
    assert.equal((await get('/presets/photo.jpg?p=thumb&utm_source=x')).response.status, 200);
    assert.equal((await get('/presets/photo.jpg')).response.status, 200);
    for (const query of ['w=80', 'p=thumb&q=90', 'width=80']) {
      assert.equal((await get(`/presets/photo.jpg?${query}`)).response.status, 400, query);
    }
  });
});

describe('allowed sizes', () => {
  test('snap: up to the next one, the largest beyond; dpr whole', async () => {
    for (const [query, width] of [
      ['w=1', 50],
      ['w=50', 50],
      ['w=51', 100],
      ['w=5000', 200],
      ['w=50&dpr=1.3', 100],
    ]) {
      const { response, bytes } = await get(`/snap/photo.jpg?${query}`);
      assert.equal(response.status, 200);
      assert.equal((await sharp(bytes).metadata()).width, width, query);
    }
    const { bytes } = await get('/snap/photo.jpg?w=60&h=10');
    const { width, height } = await sharp(bytes).metadata();
    assert.deepEqual([width, height], [100, 90]);
  });

  test('snapped requests are one cache entry', async () => {
    await get('/snap/photo.jpg?w=151&q=70');
    assert.equal(
      (await get('/snap/photo.jpg?w=152&q=70')).response.headers.get('X-Cache'),
      'Hit from thimble',
    );
  });

  test('refuse: 400 names what is allowed', async () => {
    assert.equal((await get('/refuse/photo.jpg?w=100')).response.status, 200);
    const { response, bytes } = await get('/refuse/photo.jpg?w=99');
    assert.equal(response.status, 400);
    assert.equal(bytes.toString(), 'w: one of 50, 100, 200\n');
  });
});

describe('signatures', () => {
  const now = () => Math.floor(Date.now() / 1000);

  /** A signed target. */
  async function signed(path, pairs, key = KEYS[0]) {
    const query = new URLSearchParams([
      ...pairs,
      ['sig', await sign(key, signedText(path, pairs))],
    ]);
    return `/${path}?${query}`;
  }

  test('a signed URL is answered, its options in any order and spelling', async () => {
    const target = await signed('signed/photo.jpg', [
      ['w', '30'],
      ['f', 'webp'],
      ['q', '70'],
    ]);
    assert.equal((await get(target)).response.status, 200);
    const sig = new URL(target, service.url).searchParams.get('sig');
    assert.equal(
      (await get(`/signed/photo.jpg?quality=70&utm=1&fm=webp&sig=${sig}&width=30`)).response.status,
      200,
    );
  });

  test('the original needs one too', async () => {
    assert.equal((await get('/signed/photo.jpg')).response.status, 403);
    assert.equal((await get(await signed('signed/photo.jpg', []))).response.status, 200);
  });

  test('f=auto and p are signed as asked, not as they end', async () => {
    const auto = await signed('signed/photo.jpg', [
      ['w', '31'],
      ['f', 'auto'],
    ]);
    assert.equal((await get(auto, { headers: { Accept: 'image/webp' } })).response.status, 200);
    assert.equal((await get(auto, { headers: { Accept: 'image/png' } })).response.status, 200);
    assert.equal(
      (await get(await signed('signed/photo.jpg', [['p', 'thumb']]))).response.status,
      200,
    );
  });

  test('older keys stay good while they are listed', async () => {
    assert.equal(
      (await get(await signed('signed/photo.jpg', [['w', '30']], KEYS[1]))).response.status,
      200,
    );
    assert.equal(
      (await get(await signed('signed/photo.jpg', [['w', '30']], 'a key of somebody else')))
        .response.status,
      403,
    );
  });

  test('exp is part of what is signed and is kept', async () => {
    const good = await signed('signed/photo.jpg', [
      ['w', '30'],
      ['exp', String(now() + 60)],
    ]);
    assert.equal((await get(good)).response.status, 200);
    const old = await signed('signed/photo.jpg', [
      ['w', '30'],
      ['exp', String(now() - 60)],
    ]);
    const { response, bytes } = await get(old);
    assert.equal(response.status, 403);
    assert.equal(bytes.toString(), 'signature: expired\n');
    assert.equal((await get(old.replace(/exp=\d+/, `exp=${now() + 60}`))).response.status, 403);
    for (const exp of ['', '1e12', '-1', 'never']) {
      assert.equal(
        (await get(await signed('signed/photo.jpg', [['exp', exp]]))).response.status,
        403,
        exp,
      );
    }
  });

  test('anything tampered with is 403, kept by nobody', async () => {
    const target = await signed('signed/photo.jpg', [
      ['w', '30'],
      ['q', '70'],
    ]);
    for (const other of [
      target.replace('w=30', 'w=31'),
      target.replace('q=70', 'q=71'),
      target.replace('w=30&', ''),
      target.replace('photo.jpg', 'alpha.png'),
      `${target}&h=10`,
      `${target}&sig=x`,
      target.replace(/sig=./, (text) => (text === 'sig=A' ? 'sig=B' : 'sig=A')),
      target.replace(/sig=.*/, 'sig='),
      target.replace(/sig=.*/, `sig=${'A'.repeat(43)}`),
      target.replace(/&sig=.*/, ''),
    ]) {
      const { response } = await get(other);
      assert.equal(response.status, 403, other);
      assert.equal(response.headers.get('Cache-Control'), 'no-store');
    }
  });

  test('where no signature is asked for, one does no harm', async () => {
    assert.equal((await get('/photo.jpg?w=30&sig=whatever&exp=1')).response.status, 200);
  });
});
