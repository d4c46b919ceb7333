// S3 origins against servers that verify SigV4: alone, and through workerd from end to end.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { Response } from 'miniflare';
import { createOrigins } from '../../worker/origin/origins.js';
import { createS3Origin } from '../../worker/origin/s3.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { root } from '../lib/engines.mjs';
import { KEYS, RADOSGW, STORES, VERSITYGW, VIRTUAL_DOMAIN } from './s3-stores.mjs';
import { startService } from './service.mjs';

const NAMES = [
  'plain.png',
  '한국어 이름.png',
  'a b+c&d=e.png',
  'a//b.png',
  'per%41cent.png',
  '100%.png',
  "it's(1)!*.png",
  '@host,:;$.png',
  'deep/er/x.png',
];

/** The worker, reading that bucket. */
function startWorker(store, { secrets, origin, outbound } = {}) {
  const { endpoint, region, bucket } = store;
  return startService({
    vars: {
      ORIGINS: { s3: { kind: 's3', endpoint, bucket, region, allow_private: true, ...origin } },
      ROUTES: [{ path: '/*', origin: 's3' }],
      S3_ACCESS_KEY_ID: KEYS.accessKeyId,
      S3_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      ...secrets,
    },
    outbound,
  });
}

/** Runs with such a worker. */
async function withWorker(store, options, work) {
  const service = await startWorker(store, options);
  try {
    await work(service);
  } finally {
    await service.stop();
  }
}

const pathOf = (name) => `/${name.split('/').map(encodeURIComponent).join('/')}`;

for (const { title, missing, anonymousStatus, start } of STORES) {
  describe(title, { skip: missing || false }, () => {
    let store;
    before(async () => {
      store = await start();
      const bytes = await sampleBytes('alpha.png');
      for (const name of NAMES) await store.put(name, bytes);
      await store.put('photo.jpg', await sampleBytes('photo.jpg'), 'image/jpeg');
    });
    after(() => store?.stop());

    /** The origin without a worker around it. */
    const origin = (credentials = {}) =>
      createS3Origin({ ...store, credentials: () => ({ ...KEYS, ...credentials }) });

    test('the whole, a range, 304, 412, 416, 404', async () => {
      const photo = await sampleBytes('photo.jpg');
      const whole = await origin().get('photo.jpg', {});
      assert.equal(whole.status, 200);
      assert.deepEqual(Buffer.from(await whole.arrayBuffer()), photo);
      const etag = whole.headers.get('ETag');
      assert.match(etag, /^"[^"]+"$/);
      const part = await origin().get('photo.jpg', { range: 'bytes=100-199' });
      assert.equal(part.status, 206);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), photo.subarray(100, 200));
      for (const [conditions, status] of [
        [{ ifNoneMatch: etag }, 304],
        [{ ifNoneMatch: '"another"' }, 200],
        [{ ifMatch: etag }, 200],
        [{ ifMatch: '"another"' }, 412],
        [{ range: `bytes=${photo.length}-` }, 416],
      ]) {
        const answer = await origin().get('photo.jpg', conditions);
        assert.equal(answer.status, status, JSON.stringify(conditions));
        await answer.body?.cancel();
      }
      assert.equal((await origin().get('none.png', {})).status, 404);
    });

    test('wrong secrets, wrong keys and nobody at all are refused: it does verify', async () => {
      for (const secretAccessKey of [`${KEYS.secretAccessKey}x`, 'x']) {
        assert.equal((await origin({ secretAccessKey }).get('plain.png', {})).status, 403);
      }
      const another = await origin({ accessKeyId: 'AKIDANOTHER' }).get('plain.png', {});
      assert.ok([401, 403, 404].includes(another.status), `${another.status}`);
      const anonymous = await fetch(`${store.endpoint}/${store.bucket}/plain.png`);
      assert.equal(anonymous.status, anonymousStatus);
    });

    test('the worker: images of any name, originals, ranges, validators, what is missing', async () => {
      await withWorker(store, {}, async (service) => {
        for (const name of NAMES) {
          const image = await service.fetch(`${pathOf(name)}?w=20`);
          assert.equal(image.headers.get('X-Thimble'), 'miss', name);
          assert.equal(image.status, 200, name);
          await image.arrayBuffer();
        }
        const photo = await sampleBytes('photo.jpg');
        const original = await service.fetch('/photo.jpg');
        assert.deepEqual(Buffer.from(await original.arrayBuffer()), photo);
        const part = await service.fetch('/photo.jpg', { headers: { Range: 'bytes=100-199' } });
        assert.equal(part.status, 206);
        assert.deepEqual(Buffer.from(await part.arrayBuffer()), photo.subarray(100, 200));
        const headers = { 'If-None-Match': original.headers.get('ETag') };
        assert.equal((await service.fetch('/photo.jpg', { headers })).status, 304);
        assert.equal((await service.fetch('/none.png?w=1')).status, 404);
      });
    });

    test('the worker with a wrong secret: 403, which is what is answered', async () => {
      const secrets = { S3_SECRET_ACCESS_KEY: `not ${KEYS.secretAccessKey}` };
      await withWorker(store, { secrets }, async (service) => {
        const response = await service.fetch('/plain.png?w=20');
        assert.equal(response.status, 403);
        assert.equal(await response.text(), 'the origin forbids it\n');
      });
    });

    if (title === RADOSGW.title) describe('sessions', () => sessions(() => store));
  });
}

/** Temporary credentials, from a store that gives them out and that obeys IAM's policies. */
function sessions(theStore) {
  const SESSION_SECONDS = 600;
  const SHORT_SECONDS = 4; // long enough for a busy machine to use it once
  const KEY = 'public/plain.png';
  let store;
  before(async () => {
    store = theStore();
    await store.put(KEY, await sampleBytes('alpha.png'));
    await store.createRole('reader', await documentedPolicy(store.bucket));
  });

  /** The reader's policy of docs/hosts/aws.md, for this bucket. */
  async function documentedPolicy(bucket) {
    const page = await readFile(path.join(root, 'docs/hosts/aws.md'), 'utf8');
    const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => text);
    const text = blocks.find((block) => block.includes('TellMissingFromForbidden'));
    return JSON.parse(text.replaceAll('my-originals', bucket));
  }

  const statusOf = async (credentials, key = KEY) => {
    const answer = await createS3Origin({ ...store, credentials: () => credentials }).get(key, {});
    await answer.arrayBuffer();
    return answer.status;
  };

  test('a session reads; without its token, with another or half of it, it does not', async () => {
    const session = await store.assumeRole('reader', SESSION_SECONDS);
    assert.equal(await statusOf(session), 200);
    const { sessionToken: other } = await store.assumeRole('reader', SESSION_SECONDS);
    for (const sessionToken of [undefined, other, session.sessionToken.slice(0, 100)]) {
      const status = await statusOf({ ...session, sessionToken });
      assert.ok([400, 403].includes(status), `${status}: ${sessionToken}`);
    }
    assert.equal(await statusOf({ ...session, secretAccessKey: 'x' }), 403);
  });

  test('the documented policy is enough to read under the prefix, and for nothing else', async () => {
    const session = await store.assumeRole('reader', SESSION_SECONDS);
    assert.deepEqual([await statusOf(session), await statusOf(session, 'public/none.png')], [200, 404]);
    assert.equal(await statusOf(session, 'plain.png'), 403);
    const client = new AwsClient({ ...session, service: 's3', region: store.region });
    const bucket = `${store.endpoint}/${store.bucket}`;
    for (const [url, init, status] of [
      [`${bucket}?prefix=public/`, {}, 200],
      [bucket, {}, 403],
      [`${bucket}/${KEY}`, { method: 'PUT', body: 'x' }, 403],
      [`${bucket}/${KEY}`, { method: 'DELETE' }, 403],
    ]) {
      const response = await client.fetch(url, init);
      assert.equal(response.status, status, `${init.method ?? 'GET'} ${url}`);
      await response.arrayBuffer();
    }
  });

  test('an expired one is refused; a renewed one is taken up without a new start', async () => {
    const names = (session) => ({
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
    });
    const { endpoint, bucket, region } = store;
    const origins = { s3: { kind: 's3', endpoint, bucket, region, credentials: 'AWS', allow_private: true } };
    const env = names(await store.assumeRole('reader', SHORT_SECONDS));
    const { s3 } = createOrigins({ origins }, env);
    const status = async () => (await s3.get(KEY, {})).status;
    assert.equal(await status(), 200);
    await sleep((SHORT_SECONDS + 1) * 1000);
    assert.equal(await status(), 403);
    Object.assign(env, names(await store.assumeRole('reader', SESSION_SECONDS)));
    assert.equal(await status(), 200);
  });

  test('the worker: S3_SESSION_TOKEN is a secret like the others', async () => {
    const session = await store.assumeRole('reader', SESSION_SECONDS);
    const secrets = {
      S3_ACCESS_KEY_ID: session.accessKeyId,
      S3_SECRET_ACCESS_KEY: session.secretAccessKey,
    };
    const token = { S3_SESSION_TOKEN: session.sessionToken };
    await withWorker(store, { secrets: { ...secrets, ...token } }, async (service) => {
      const image = await service.fetch(`/${KEY}?w=20`);
      assert.equal(image.headers.get('X-Thimble'), 'miss');
      await image.arrayBuffer();
      assert.equal((await service.fetch('/plain.png?w=20')).status, 403);
    });
    await withWorker(store, { secrets }, async (service) => {
      assert.equal((await service.fetch(`/${KEY}?w=20`)).status, 403);
    });
  });
}

describe('virtual-host style', { skip: VERSITYGW.missing || false }, () => {
  let store;
  before(async () => {
    store = await VERSITYGW.start();
    for (const name of NAMES) await store.put(name, await sampleBytes('alpha.png'));
  });
  after(() => store?.stop());

  /** What DNS would do: the name leads to the gateway, which sees the request as it was sent. */
  function resolve(outgoing) {
    const { host, pathname, search } = new URL(outgoing.url);
    const { hostname, port } = new URL(store.endpoint);
    const headers = { ...Object.fromEntries(outgoing.headers), host };
    return new Promise((answer, fail) => {
      httpRequest({ hostname, port, path: pathname + search, headers }, (incoming) => {
        const { statusCode: status, headers: got } = incoming;
        answer(new Response(incoming, { status, headers: got }));
      })
        .on('error', fail)
        .end();
    });
  }

  const options = {
    origin: { style: 'host', endpoint: `http://${VIRTUAL_DOMAIN}` },
    outbound: resolve,
  };

  test('the bucket is in the host name that is signed', async () => {
    await withWorker(store, options, async (service) => {
      for (const name of NAMES) {
        const image = await service.fetch(`${pathOf(name)}?w=20`);
        assert.equal(image.headers.get('X-Thimble'), 'miss', name);
        await image.arrayBuffer();
      }
      assert.equal((await service.fetch('/none.png?w=20')).status, 404);
    });
  });

  test('a session token is sent and signed: the store refuses one that it did not give', async () => {
    const secrets = { S3_SESSION_TOKEN: 'a token of nobody' };
    const seen = [];
    const outbound = (request) => {
      seen.push(request.headers);
      return resolve(request);
    };
    await withWorker(store, { ...options, secrets, outbound }, async (service) => {
      const response = await service.fetch('/plain.png?w=20');
      assert.equal(await response.text(), 'origin: status 400\n');
      assert.equal(seen[0].get('X-Amz-Security-Token'), 'a token of nobody');
      assert.match(seen[0].get('Authorization'), /SignedHeaders=[^,]*x-amz-security-token/);
    });
  });
});
