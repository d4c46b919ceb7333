// The Lambda@Edge package: what is in it, and what its handlers answer, unpacked in a clean folder, to
// events of the documented shape, with a bucket behind them that verifies signatures.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { fillTemplate, packLambda } from '../../scripts/lambda.mjs';
import { sampleBytes } from '../images/make-samples.mjs';
import { native, root } from '../lib/engines.mjs';
import { KEYS, RADOSGW, STORES } from '../worker/s3-stores.mjs';
import { typeOf } from '../worker/service.mjs';
import { createFunction, unpack } from './sandbox.mjs';

const BODY_BYTES_MAX = 720 * 1024;
const RESPONSE_BYTES_MAX = 1_000_000;
const ARTICLE = 'w=200&h=150&f=webp&q=90';

let folder;
let bucket;
/** What Lambda sets for the function's role. */
let role;
let unpacked;
let names;
const functions = [];
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'thimble-aws-'));
  // radosgw where it is unpacked, which has roles as AWS has.
  bucket = await [RADOSGW, ...STORES].find(({ missing }) => missing === '').start();
  const put = async (key, bytes) => bucket.put(key, await bytes, typeOf(key));
  for (const name of ['thumbnail.png', 'photo.jpg', 'document.pdf', 'pass/image.svg', 'bad/half.jpg'])
    await put(`dev/${name}`, sampleBytes(name));
  await put('prod/한국어 이름+1.png', sampleBytes('alpha.png'));
  const pdf = await sampleBytes('document.pdf');
  await put('prod/large.pdf', Buffer.concat([pdf, Buffer.alloc(1e6)]));
  await put('prod/large.jpg', sampleBytes('big/24mp.jpg'));
  await createRole();
  role = await takeRole();
  await writeFile(path.join(folder, 'thimble.json'), JSON.stringify(config()));
  names = await packLambda(path.join(folder, 'thimble.json'), path.join(folder, 'lambda.zip'));
  unpacked = await unpack(path.join(folder, 'lambda.zip'));
});
after(async () => {
  for (const each of functions) each.stop();
  await unpacked?.remove();
  await bucket?.stop();
  await rm(folder, { recursive: true });
});

function config() {
  const { endpoint, region, bucket: name } = bucket;
  return {
    origins: {
      bucket: { kind: 's3', endpoint, region, bucket: name, credentials: 'AWS', allow_private: true },
    },
    routes: [
      { path: '/dev/*', origin: 'bucket', on_error: 'status', cors: ['*'] },
      { path: '/prod/*', origin: 'bucket' },
    ],
  };
}

/** The role of aws/template.yaml. */
async function createRole() {
  const objects = ['dev/*', 'prod/*'].map((path) => `arn:aws:s3:::${bucket.bucket}/${path}`);
  const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: objects };
  await bucket.createRole?.('thimble', { Version: '2012-10-17', Statement: [statement] });
}

/** What Lambda sets: credentials of that role, for a while. */
async function takeRole() {
  const session = (await bucket.assumeRole?.('thimble', 3600)) ?? KEYS;
  return {
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    ...(session.sessionToken && { AWS_SESSION_TOKEN: session.sessionToken }),
  };
}

/** The function, under the credentials that Lambda sets. */
function deploy(name, { env = role, node } = {}) {
  const made = createFunction({
    folder: unpacked.folder,
    handler: `worker/lambda-edge.${name}`,
    env,
    node,
  });
  functions.push(made);
  return made;
}

/** An event as the developer guide shows it. */
function eventOf(uri, querystring, { method = 'GET', headers = {}, response } = {}) {
  const all = { 'user-agent': 'Amazon CloudFront', host: 'my-originals.s3.example', ...headers };
  const list = (pairs) =>
    Object.fromEntries(Object.entries(pairs).map(([key, value]) => [key, [{ key, value }]]));
  const request = {
    clientIp: '203.0.113.178',
    headers: list({ 'x-forwarded-for': '203.0.113.178', ...all }),
    method,
    origin: {
      s3: {
        authMethod: 'none',
        customHeaders: {},
        domainName: 'my-originals.s3.example',
        path: '',
        region: 'eu-central-1',
      },
    },
    querystring,
    uri,
  };
  const cf = {
    config: {
      distributionDomainName: 'd111111abcdef8.cloudfront.net',
      distributionId: 'EDFDVBD6EXAMPLE',
      eventType: response ? 'origin-response' : 'origin-request',
      requestId: '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==',
    },
    request,
    ...(response && {
      response: { status: '200', statusDescription: 'OK', ...response, headers: list(response.headers) },
    }),
  };
  return { Records: [{ cf }] };
}

/** Every node there is, by version. */
function nodesOnPath() {
  const files = (process.env.PATH ?? '').split(path.delimiter).map((each) => path.join(each, 'node'));
  const versions = files.filter(existsSync).map((file) => [
    execFileSync(file, ['--version'], { encoding: 'utf8' }).trim(),
    file,
  ]);
  return new Map(versions);
}

const bodyOf = ({ body, bodyEncoding }) => {
  assert.equal(bodyEncoding, 'base64');
  return Buffer.from(body, 'base64');
};
const headerOf = ({ headers }, name) => headers[name]?.[0].value;

describe('the package', () => {
  test('holds our sources, the module, one small library and the configuration', async () => {
    const others = names.filter((name) => !/^worker\/[\w/-]+\.js$/.test(name));
    assert.deepEqual(others, [
      'LICENSE',
      'NOTICE',
      'dist/thimble.wasm',
      'node_modules/aws4fetch/LICENSE',
      'node_modules/aws4fetch/dist/aws4fetch.esm.mjs',
      'node_modules/aws4fetch/package.json',
      'package.json',
      'thimble.json',
    ]);
    assert.ok(names.includes('worker/lambda-edge.js') && names.includes('worker/origin/s3.js'));
    assert.ok(!names.includes('worker/cloudflare.js'));
    const { size } = await stat(path.join(folder, 'lambda.zip'));
    assert.ok(size < 1_000_000, `${size} bytes`);
  });

  test('is the same bytes again, and another when the configuration is', async () => {
    const again = path.join(folder, 'again.zip');
    await packLambda(path.join(folder, 'thimble.json'), again);
    assert.deepEqual(await readFile(again), await readFile(path.join(folder, 'lambda.zip')));
    await packLambda(path.join(root, 'aws/thimble.json'), again);
    assert.notDeepEqual(await readFile(again), await readFile(path.join(folder, 'lambda.zip')));
  });

  test('is not made with a wrong configuration, which names itself', async () => {
    const file = path.join(folder, 'wrong.json');
    await writeFile(file, JSON.stringify({ ...config(), on_error: 'maybe' }));
    await assert.rejects(packLambda(file, path.join(folder, 'wrong.zip')), /on_error: one of pass/);
    await assert.rejects(stat(path.join(folder, 'wrong.zip')), { code: 'ENOENT' });
  });
});

describe('the stack', () => {
  test('has the query function in it, and handlers that there are', async () => {
    const source = "var a = '$&';\n\nfunction handler() {}\n";
    const filled = await fillTemplate(source);
    const [, indent, block] = /^( *)FunctionCode: \|\n((?: *\n|\1  .*\n)+)/m.exec(filled) ?? [];
    const lines = block.split('\n').map((line) => line.slice(indent.length + 2));
    assert.equal(lines.join('\n').trim(), source.trim());
    const entry = await readFile(path.join(root, 'worker/lambda-edge.js'), 'utf8');
    const handlers = [...filled.matchAll(/Handler: (.+)\.(\w+)$/gm)];
    assert.equal(handlers.length, 2);
    for (const [, file, name] of handlers) {
      assert.ok(names.includes(`${file}.js`), file);
      assert.match(entry, new RegExp(`^export async function ${name}\\(`, 'm'));
    }
  });

  test('begins with a bucket and routes that the stack has', async () => {
    const template = await readFile(path.join(root, 'aws/template.yaml'), 'utf8');
    const { routes } = JSON.parse(await readFile(path.join(root, 'aws/thimble.json'), 'utf8'));
    const patterns = [...template.matchAll(/PathPattern: (\S+)/g)].map(([, pattern]) => pattern);
    assert.deepEqual(routes.map((route) => route.path), patterns.map((pattern) => `/${pattern}`));
  });
});

describe('origin request', () => {
  // The suite itself wants a newer one than Lambda's oldest.
  for (const [version, node] of nodesOnPath()) {
    test(`the article's request, in Node ${version}`, async () => {
      const lambda = deploy('originRequest', { node });
      const { result } = await lambda.invoke(eventOf('/dev/thumbnail.png', ARTICLE));
      assert.equal(result.status, '200');
      assert.equal(headerOf(result, 'content-type'), 'image/webp');
      const { bytes } = await native(await sampleBytes('thumbnail.png'), ARTICLE);
      assert.ok(bodyOf(result).equals(bytes));
      for (const [name, values] of Object.entries(result.headers)) {
        assert.equal(name, name.toLowerCase());
        assert.ok(values.every(({ key, value }) => key === name && typeof value === 'string'), name);
      }
      for (const name of ['content-length', 'x-cache', 'connection', 'transfer-encoding'])
        assert.equal(result.headers[name], undefined, name);
      const record = JSON.parse(lambda.logs.find((line) => line.startsWith('{')));
      assert.equal(record.options, 'f=webp&h=150&q=90&w=200');
    });
  }

  test('keys are decoded once and signed as S3 wants them', async () => {
    const { result } = await deploy('originRequest').invoke(
      eventOf(`/prod/${encodeURIComponent('한국어 이름+1.png')}`, 'w=20'),
    );
    assert.equal(result.status, '200');
    assert.equal(headerOf(result, 'content-type'), 'image/png');
  });

  test('a wrong secret is a 403, no credentials a configuration error', async () => {
    const wrong = { ...role, AWS_SECRET_ACCESS_KEY: 'not-the-secret-of-the-role' };
    const event = eventOf('/dev/thumbnail.png', 'w=20');
    const { result } = await deploy('originRequest', { env: wrong }).invoke(event);
    assert.equal(result.status, '403');
    assert.equal(bodyOf(result).toString(), 'the origin forbids it\n');
    await assert.rejects(
      deploy('originRequest', { env: {} }).invoke(event),
      /AWS_ACCESS_KEY_ID: configured, but not there/,
    );
  });

  const skip = RADOSGW.missing || false;
  test("the role's session token is sent: without it, or with another, it is refused", { skip }, async () => {
    const event = eventOf('/dev/thumbnail.png', 'w=21');
    const { AWS_SESSION_TOKEN: own, ...rest } = role;
    const other = (await takeRole()).AWS_SESSION_TOKEN;
    for (const [env, statuses] of [
      [role, ['200']],
      [rest, ['403']],
      [{ ...rest, AWS_SESSION_TOKEN: other }, ['403', '502']],
      [{ ...rest, AWS_SESSION_TOKEN: own.slice(0, 100) }, ['403', '502']],
    ]) {
      const { result } = await deploy('originRequest', { env }).invoke(event);
      assert.ok(statuses.includes(result.status), `${result.status}: ${env.AWS_SESSION_TOKEN}`);
    }
  });

  test('what is too large for a response is made to fit, whatever max says', async () => {
    const lambda = deploy('originRequest');
    for (const [query, types, least] of [
      ['w=1200&f=png&max=9000000', /^image\/webp$/, 0],
      ['w=1500&f=jpeg&q=100', /^image\/jpeg$/, BODY_BYTES_MAX / 2],
    ]) {
      const { bytes } = await native(await sampleBytes('big/24mp.jpg'), query.replace(/&max=\d+/, ''));
      assert.ok(bytes.length > BODY_BYTES_MAX, `${query}: ${bytes.length} bytes are no test`);
      const { text, result } = await lambda.invoke(eventOf('/prod/large.jpg', query));
      assert.ok(Buffer.byteLength(text) <= RESPONSE_BYTES_MAX, `${query}: ${text.length}`);
      assert.equal(result.status, '200');
      assert.match(headerOf(result, 'x-thimble'), /^miss/, query);
      assert.match(headerOf(result, 'content-type'), types, query);
      assert.ok(bodyOf(result).length > least, `${query}: ${bodyOf(result).length} bytes`);
    }
  });

  test('a large original is left to CloudFront: the request comes back as it was', async () => {
    const lambda = deploy('originRequest');
    for (const [uri, query] of [
      ['/prod/large.pdf', ''],
      ['/prod/large.pdf', 'w=100'],
      ['/prod/large.jpg', 'utm_source=mail'],
      ['/prod/large.jpg', 'w=3000&f=jpeg&q=100'], // over 4 million pixels: none is tried to fit
    ]) {
      const event = eventOf(uri, query);
      const { result } = await lambda.invoke(event);
      assert.deepEqual(result, event.Records[0].cf.request);
    }
    const { result } = await lambda.invoke(eventOf('/dev/document.pdf', ''));
    assert.ok(bodyOf(result).equals(await sampleBytes('document.pdf')), 'a small one is answered');
  });

  test('statuses: missing, broken, wrong option, preflight, HEAD, another method', async () => {
    const lambda = deploy('originRequest');
    const answer = async (...what) => (await lambda.invoke(eventOf(...what))).result;
    assert.equal((await answer('/dev/none.png', 'w=1')).status, '404');
    assert.equal((await answer('/dev/bad/half.jpg', 'w=1')).status, '422');
    const wrong = await answer('/dev/photo.jpg', 'w=0');
    assert.equal(wrong.status, '400');
    assert.match(bodyOf(wrong).toString(), /^w: /);
    assert.equal(headerOf(wrong, 'cache-control'), 'no-store');
    const preflight = await answer('/dev/photo.jpg', '', { method: 'OPTIONS' });
    assert.deepEqual([preflight.status, preflight.body], ['204', undefined]);
    const head = await answer('/dev/photo.jpg', 'w=40', { method: 'HEAD' });
    assert.deepEqual([head.status, head.body], ['200', undefined]);
    assert.equal(headerOf(head, 'content-type'), 'image/jpeg');
    assert.equal((await answer('/dev/photo.jpg', 'w=40', { method: 'POST' })).status, '405');
  });

  test('conditions and ranges are for CloudFront to answer from a whole copy', async () => {
    const lambda = deploy('originRequest');
    const { result: whole } = await lambda.invoke(eventOf('/dev/photo.jpg', 'w=40'));
    const headers = { 'if-none-match': headerOf(whole, 'etag'), range: 'bytes=0-9' };
    const { result } = await lambda.invoke(eventOf('/dev/photo.jpg', 'w=40', { headers }));
    assert.equal(result.status, '200');
    assert.equal(result.body, whole.body);
  });
});

describe('origin response', () => {
  /** What S3 would have answered, by way of CloudFront. */
  async function originOf(key) {
    const client = new AwsClient({ ...KEYS, service: 's3', region: bucket.region });
    const url = `${bucket.endpoint}/${bucket.bucket}/${key}`;
    const { headers } = await client.fetch(url, { method: 'HEAD' });
    return {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': headers.get('Content-Length'),
        etag: headers.get('ETag'),
        server: 'AmazonS3',
        'x-amz-request-id': 'EXAMPLE',
        via: '1.1 example (CloudFront)',
      },
    };
  }

  test("the article's request: the body is replaced, read-only headers stay", async () => {
    const response = await originOf('dev/thumbnail.png');
    const event = eventOf('/dev/thumbnail.png', ARTICLE, { response });
    const { result } = await deploy('originResponse').invoke(event);
    const { bytes } = await native(await sampleBytes('thumbnail.png'), ARTICLE);
    assert.equal(result.status, '200');
    assert.ok(bodyOf(result).equals(bytes));
    assert.equal(headerOf(result, 'content-type'), 'image/webp');
    assert.equal(headerOf(result, 'via'), '1.1 example (CloudFront)');
    assert.notEqual(headerOf(result, 'etag'), response.headers.etag);
    for (const name of ['content-length', 'server', 'x-amz-request-id'])
      assert.equal(result.headers[name], undefined, name);
  });

  test("what the origin refuses is the origin's answer, untouched", async () => {
    const lambda = deploy('originResponse');
    for (const status of ['403', '404', '500', '304']) {
      const response = { status, headers: { 'content-type': 'application/xml' } };
      const event = eventOf('/dev/none.png', ARTICLE, { response });
      const { result } = await lambda.invoke(event);
      assert.deepEqual(result, event.Records[0].cf.response);
    }
    assert.deepEqual(lambda.logs, [], 'and thimble was not asked');
  });

  test('originals keep their body, of any size, under headers of ours', async () => {
    const lambda = deploy('originResponse');
    const day = /max-age=86400/;
    for (const [key, query, cacheControl] of [
      ['dev/document.pdf', '', day],
      ['dev/document.pdf', 'w=100', day],
      ['dev/pass/image.svg', 'w=100', day],
      ['prod/large.pdf', '', day],
      ['prod/large.pdf', 'w=100', /^public, max-age=60$/],
      ['prod/large.jpg', 'w=3000&f=jpeg&q=100', /^public, max-age=60$/],
    ]) {
      const response = await originOf(key);
      const { result } = await lambda.invoke(eventOf(`/${key}`, query, { response }));
      assert.equal(result.body, undefined, key);
      assert.equal(headerOf(result, 'content-length'), response.headers['content-length']);
      assert.equal(headerOf(result, 'x-content-type-options'), 'nosniff');
      assert.match(headerOf(result, 'cache-control'), cacheControl, `${key}?${query}`);
      if (key.endsWith('svg')) assert.match(headerOf(result, 'content-security-policy'), /sandbox/);
    }
  });
});
