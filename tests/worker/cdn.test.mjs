// A CDN in front: what it is told in headers, and how it is made to forget, against a server that
// takes the requests that Cloudflare, Fastly and CloudFront document, and no others.
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { sign, signedText } from '../../worker/request/signature.js';
import { startService, VARS } from './service.mjs';

const PURGE_TOKEN = 'a token for purging';
const SIGNING_KEY = 'a key for signing things';
const API_TOKEN = 'the-token-of-the-api';
const AWS = { id: 'AKIDEXAMPLE', secret: 'the-secret-of-the-cdn', token: 'the-session-of-the-cdn' };
const NAME = '한국어 이름.png';
const TAG = `prod/${NAME.split('').map(encodeURIComponent).join('')}`;

const route = (path, more) => ({ path, origin: 'images', prefix: 'prod/', ...more });
const LONG = 'max-age=604800, stale-while-revalidate=86400';

describe('headers', () => {
  let service;
  before(async () => {
    service = await startService({
      vars: {
        ...VARS,
        SIGNING_KEYS: [SIGNING_KEY],
        ROUTES: [
          route('/cloudflare/*', { cdn: 'cloudflare', cdn_cache_control: LONG }),
          route('/fastly/*', { cdn: 'fastly', cdn_cache_control: LONG, cors: ['*'] }),
          route('/standard/*', { cdn: 'standard', cdn_cache_control: LONG }),
          route('/tagged/*', { cdn: 'cloudflare' }),
          route('/signed/*', { signed: true, cdn: 'cloudflare', cdn_cache_control: LONG }),
          route('/*', {}),
        ],
      },
    });
    await service.seed('prod/', ['alpha.png']);
    await service.bucket.put(`prod/${NAME}`, 'no image');
  });
  after(() => service.stop());

  const OURS = [
    ...['Cache-Tag', 'Surrogate-Key'],
    ...['Cloudflare-CDN-Cache-Control', 'Surrogate-Control', 'CDN-Cache-Control'],
  ];

  /** What the answer tells a CDN. */
  async function told(target, init) {
    const response = await service.fetch(target, init);
    await response.arrayBuffer();
    const { headers, status } = response;
    const all = OURS.filter((name) => headers.has(name)).map((name) => [name, headers.get(name)]);
    return { status, headers, cdn: Object.fromEntries(all) };
  }

  for (const [name, cdn] of Object.entries({
    cloudflare: { 'Cache-Tag': 'prod/alpha.png', 'Cloudflare-CDN-Cache-Control': LONG },
    fastly: { 'Surrogate-Key': 'prod/alpha.png', 'Surrogate-Control': LONG },
    standard: { 'CDN-Cache-Control': LONG },
    tagged: { 'Cache-Tag': 'prod/alpha.png' },
  })) {
    test(`${name}: of an image, made and cached, of an original, and of a 304`, async () => {
      for (const target of [`/${name}/alpha.png?w=20`, `/${name}/alpha.png?w=20`, `/${name}/alpha.png`]) {
        const { headers, ...answer } = await told(target);
        assert.deepEqual(answer, { status: 200, cdn }, target);
        assert.match(headers.get('Cache-Control'), /^public, max-age=86400/);
      }
      const etag = (await told(`/${name}/alpha.png?w=20`)).headers.get('ETag');
      const fresh = await told(`/${name}/alpha.png?w=20`, { headers: { 'If-None-Match': etag } });
      assert.equal(fresh.status, 304);
      assert.deepEqual(fresh.cdn, cdn);
    });
  }

  test('none: nothing', async () => {
    assert.deepEqual((await told('/alpha.png?w=20')).cdn, {});
  });

  test('what is missing is tagged, so that it can be purged, and kept for a short while', async () => {
    const { status, cdn, headers } = await told('/cloudflare/none.png?w=20');
    assert.equal(status, 404);
    assert.deepEqual(cdn, { 'Cache-Tag': 'prod/none.png' });
    assert.equal(headers.get('Cache-Control'), 'public, max-age=60');
  });

  test('what nobody keeps is told to nobody', async () => {
    for (const target of ['/cloudflare/alpha.png?w=x', '/cloudflare/../x%00'])
      assert.deepEqual((await told(target)).cdn, {}, target);
  });

  test('a tag is printable ASCII without spaces and commas, and not too long', async () => {
    const { cdn } = await told(`/cloudflare/${encodeURIComponent(NAME)}`);
    assert.equal(cdn['Cache-Tag'], TAG);
    const long = await told(`/cloudflare/${'x'.repeat(400)}.png`);
    assert.match(long.cdn['Cache-Tag'], /^sha256-[0-9a-f]{64}$/);
  });

  test('an answer ends with its URL, for browsers and for the CDN', async () => {
    const exp = Math.floor(Date.now() / 1000) + 1000;
    const pairs = [
      ['w', '20'],
      ['exp', `${exp}`],
    ];
    const sig = await sign(SIGNING_KEY, signedText('signed/alpha.png', pairs));
    for (let times = 0; times < 2; times += 1) {
      const { headers, cdn } = await told(`/signed/alpha.png?w=20&exp=${exp}&sig=${sig}`);
      for (const value of [headers.get('Cache-Control'), cdn['Cloudflare-CDN-Cache-Control']]) {
        const [, seconds] = /max-age=(\d+)$/.exec(value);
        assert.ok(Number(seconds) > 900 && Number(seconds) <= 1000, value);
      }
    }
    const lasting = await sign(SIGNING_KEY, signedText('signed/alpha.png', [['w', '20']]));
    const { headers } = await told(`/signed/alpha.png?w=20&sig=${lasting}`);
    assert.match(headers.get('Cache-Control'), /^public, max-age=86400, stale-while-revalidate=/);
  });
});

/** SigV4, written down a second time: the signature that those credentials make of a request. */
function signatureOf({ method, url, headers }, body, { secret, scope, signed }) {
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
  const canonical = [
    ...[method, url, ''],
    ...signed.map((name) => `${name}:${headers[name].trim()}`),
    ...['', signed.join(';'), headers['x-amz-content-sha256'] ?? sha256(body)],
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

/** What each API accepts. Each gives a status and a body. */
const APIS = {
  'POST /client/v4/zones/zone-1/purge_cache'({ headers }, body) {
    if (headers.authorization !== `Bearer ${API_TOKEN}`) return [403, { success: false }];
    assert.equal(headers['content-type'], 'application/json');
    assert.deepEqual(Object.keys(JSON.parse(body)), ['tags']);
    return [200, { success: true, errors: [], messages: [], result: { id: 'zone-1' } }];
  },
  'POST /service/service-1/purge'({ headers }, body) {
    if (headers['fastly-key'] !== API_TOKEN) return [401, { msg: 'no' }];
    assert.equal(body, '');
    return [200, Object.fromEntries(headers['surrogate-key'].split(' ').map((key) => [key, 'id']))];
  },
  'POST /2020-05-31/distribution/D1/invalidation'(request, body) {
    const { authorization } = request.headers;
    const pattern = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/;
    const [, id, scope, signed, signature] = pattern.exec(authorization);
    const how = { secret: AWS.secret, scope, signed: signed.split(';') };
    assert.match(scope, /^\d{8}\/us-east-1\/cloudfront\/aws4_request$/);
    assert.ok(how.signed.includes('x-amz-security-token'));
    const good = id === AWS.id && request.headers['x-amz-security-token'] === AWS.token;
    if (!good || signature !== signatureOf(request, body, how)) return [403, {}];
    assert.match(body, /^<\?xml version="1.0" encoding="UTF-8"\?><InvalidationBatch xmlns="[^"]+">/);
    assert.match(body, /<CallerReference>[\w-]{36}<\/CallerReference>/);
    assert.match(body, /<Paths><Quantity>1<\/Quantity><Items><Path>\/[^<]*\*<\/Path><\/Items><\/Paths>/);
    return [201, {}];
  },
};

describe('one spelling', () => {
  let service;
  before(async () => {
    const spelling = 'redirect';
    const more = { spelling, cdn: 'cloudflare', presets: { thumb: 'w=20' } };
    service = await startService({ vars: { ...VARS, ROUTES: [route('/*', more)] } });
    await service.seed('prod/', ['alpha.png']);
  });
  after(() => service.stop());

  const get = async (query, init) => {
    const response = await service.fetch(`/alpha.png${query}`, { redirect: 'manual', ...init });
    await response.arrayBuffer();
    return response;
  };

  test('the others are redirected to it, for as long as an image lasts, under its tag', async () => {
    for (const [query, to] of [
      ['?w=200&h=150&f=webp&q=90', '?f=webp&h=150&q=90&w=200'],
      ['?h=150&width=200&q=90&fm=webp&utm_source=mail', '?f=webp&h=150&q=90&w=200'],
      ['?w=20&f=auto&q=80', '?f=auto&w=20'],
      ['?utm_source=mail', ''],
      ['?x=1&p=thumb', '?p=thumb'],
    ]) {
      const response = await get(query);
      assert.equal(response.status, 301, query);
      assert.equal(response.headers.get('Location'), `/alpha.png${to}`);
      assert.match(response.headers.get('Cache-Control'), /^public, max-age=86400/);
      assert.equal(response.headers.get('Cache-Tag'), 'prod/alpha.png');
      assert.equal((await get(to)).status, 200, to);
    }
  });

  test('what is wrong is said at once', async () => {
    assert.equal((await get('?w=x')).status, 400);
    assert.equal((await get('?w=1&width=1')).status, 400);
  });
});

describe('purging', () => {
  let api;
  let asked = [];
  before(async () => {
    api = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      asked.push({ url: request.url, headers: request.headers, body });
      const accept = APIS[`${request.method} ${request.url}`] ?? (() => [404, {}]);
      try {
        const [status, answer] = accept(request, body);
        response.writeHead(status, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify(answer));
      } catch (error) {
        response.writeHead(400).end(String(error));
      }
    }).listen(0, '127.0.0.1');
    await once(api, 'listening');
  });
  after(() => api.close());

  const KINDS = {
    cloudflare: { zone: 'zone-1', at: '/client/v4', secrets: { CLOUDFLARE_API_TOKEN: API_TOKEN } },
    fastly: { service: 'service-1', at: '', secrets: { FASTLY_API_TOKEN: API_TOKEN } },
    cloudfront: {
      distribution: 'D1',
      at: '',
      secrets: {
        AWS_ACCESS_KEY_ID: AWS.id,
        AWS_SECRET_ACCESS_KEY: AWS.secret,
        AWS_SESSION_TOKEN: AWS.token,
      },
    },
  };
  const SEEN = {
    cloudflare: ({ body }) => JSON.parse(body).tags,
    fastly: ({ headers }) => [headers['surrogate-key']],
    cloudfront: ({ body }) => [/<Path>(.*)\*<\/Path>/.exec(body)[1].slice(1)],
  };

  async function withPurge(kind, more, work) {
    const { at, secrets, ...options } = { ...KINDS[kind], ...more };
    const endpoint = `http://127.0.0.1:${api.address().port}${at}`;
    const vars = { ...VARS, ...secrets, PURGE_TOKEN, CDN_PURGE: { kind, endpoint, allow_private: true, ...options } };
    const service = await startService({ vars });
    asked = [];
    try {
      await work(service);
    } finally {
      await service.stop();
    }
  }

  const purge = (service, path, token = PURGE_TOKEN) =>
    service.fetch(path, { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } });

  for (const kind of Object.keys(KINDS)) {
    test(`${kind}: its API is asked as documented, after thimble forgot`, async () => {
      await withPurge(kind, {}, async (service) => {
        await service.seed('prod/', ['alpha.png']);
        await (await service.fetch('/prod/alpha.png?w=20')).arrayBuffer();
        const response = await purge(service, '/prod/alpha.png');
        assert.equal(await response.text(), 'purged\n');
        assert.deepEqual(asked.flatMap(SEEN[kind]), ['prod/alpha.png']);
        const again = await service.fetch('/prod/alpha.png?w=20');
        assert.equal(again.headers.get('X-Thimble'), 'miss');
        await again.arrayBuffer();
        asked = [];
        assert.equal((await purge(service, `/prod/${encodeURIComponent(NAME)}`)).status, 200);
        assert.deepEqual(asked.flatMap(SEEN[kind]), [TAG]);
      });
    });

    test(`${kind}: without our token nobody is asked; a wrong one of the API's is told`, async () => {
      const secrets = Object.fromEntries(
        Object.keys(KINDS[kind].secrets).map((name) => [name, 'another token or secret']),
      );
      await withPurge(kind, { secrets }, async (service) => {
        assert.equal((await purge(service, '/prod/alpha.png', 'not the token')).status, 403);
        assert.deepEqual(asked, []);
        const response = await purge(service, '/prod/alpha.png');
        assert.equal(response.status, 502);
        assert.match(await response.text(), /^purge: the CDN answered 40[13]\n$/);
      });
    });
  }

  test('a CDN that cannot be reached is 502', async () => {
    await withPurge('fastly', { endpoint: 'http://127.0.0.1:9' }, async (service) => {
      const response = await purge(service, '/prod/alpha.png');
      assert.equal(response.status, 502);
      assert.equal(await response.text(), 'purge: the CDN was not reached\n');
    });
  });

  test('what is missing or unknown in the configuration names itself', async () => {
    for (const [cdn_purge, secrets, message] of [
      [{ kind: 'cloudflare', zone: 'z' }, {}, /CLOUDFLARE_API_TOKEN: configured, but not there/],
      [{ kind: 'fastly' }, { FASTLY_API_TOKEN: 'x' }, /cdn_purge\.service: missing/],
      [{ kind: 'akamai' }, {}, /cdn_purge\.kind: one of cloudflare, fastly, cloudfront/],
      [{ service: 's' }, {}, /cdn_purge\.kind: one of cloudflare, fastly, cloudfront/],
      [{ kind: 'fastly', service: 's', zone: 'z' }, {}, /cdn_purge\.zone: no such option/],
    ]) {
      const service = await startService({ vars: { ...VARS, ...secrets, CDN_PURGE: cdn_purge } });
      try {
        assert.match(await (await service.fetch('/prod/x.png')).text(), message);
      } finally {
        await service.stop();
      }
    }
  });
});
