// checks.mjs - what every runtime is held to, over HTTP: the list of it. A check throws, or returns
// what the table of docs/hosts/README.md says: nothing for a plain yes.
import assert from 'node:assert/strict';
import { sign, signedText } from '../../worker/request/signature.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { expectedBytes, expectedReason } from './expected.mjs';
import { MEMORY_BYTES_MAX, PRESETS, SIGNING_KEYS, VIEWER } from './service-config.mjs';

/**
 * A runtime on its way through the checks.
 * @typedef {object} Subject
 * @property {(target: string, init?: Parameters<typeof import('./ask.mjs').ask>[2]) =>
 *   ReturnType<typeof import('./ask.mjs').ask>} get
 * @property {Awaited<ReturnType<typeof import('./origin.mjs').startOrigin>>} origin
 * @property {import('./hosts.mjs').Traits} traits
 */
/** @typedef {{ title: string, run: (subject: Subject) => Promise<string | void> }} Check */

const ARTICLE = 'thumbnail.png?w=200&h=150&f=webp&q=90';

/** Samples of every kind of pixels, and options that visit each stage of the pipeline. */
const NAMES = [
  'photo.jpg',
  'progressive.jpg',
  'photo.webp',
  'alpha.png',
  'jpeg/422.jpg',
  'jpeg/cmyk.jpg',
  'jpeg/gray-icc.jpg',
  'jpeg/orientation-6-422.jpg',
  'png/type0-16.png',
  'png/type3-8-trns-interlaced.png',
  'webp/lossy-alpha.webp',
  'webp/lossless-palette.webp',
];
const QUERIES = [
  'w=60&f=jpeg',
  'w=70&h=40&f=webp&q=40&g=0.2x0.7',
  'w=71&f=png',
  'w=64&h=64&fit=contain&bg=2468ac&f=jpeg&q=91',
  'w=50&h=50&fit=fill&f=webp',
  'w=20&dpr=2.5&f=safe',
  'f=json',
];

/** @type {Check[]} */
export const checks = [
  { title: "the article's request", run: article },
  { title: 'cached once, however it is spelt', run: cached },
  { title: 'f=auto by Accept', run: negotiated },
  { title: 'original without options', run: original },
  { title: 'PDF passed through', run: passedThrough },
  { title: 'HEAD', run: head },
  { title: 'ETag again: 304', run: revalidated },
  { title: 'other methods: 405', run: otherMethods },
  { title: 'paths that lead elsewhere: refused', run: pathTricks },
  { title: 'missing: 404', run: notFound },
  { title: 'bad option: 400', run: badOption },
  { title: 'presets, and nothing else: 400', run: presets },
  { title: 'allowed sizes: the next one, or 400', run: sizes },
  { title: "other sites' scripts: CORS", run: otherSites },
  { title: 'signed URLs, else 403', run: signed },
  { title: 'corrupt image: 422 or the original', run: corrupt },
  { title: 'slow uploads side by side', run: sideBySide },
  { title: 'goes on after failures', run: recovers },
  { title: '24 MP photo within 16 MiB', run: largePhoto },
  { title: 'same bytes as native', run: sameBytes },
];

/** @param {Subject} subject */
async function article({ get }) {
  const { status, headers, bytes } = await get(`/dev/${ARTICLE}`);
  assert.equal(status, 200);
  assert.equal(headers.get('Content-Type'), 'image/webp');
  assert.equal(headers.get('Content-Length'), String(bytes.length));
  assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
  assert.match(headers.get('ETag') ?? '', /^"[0-9a-f]+"$/);
  assert.match(headers.get('Cache-Control') ?? '', /max-age=\d/);
  assert.ok(bytes.equals(await expectedBytes('thumbnail.png', 'w=200&h=150&f=webp&q=90')));
}

/** @param {Subject} subject */
async function cached({ get, origin, traits }) {
  const first = await get(`/prod/${ARTICLE}`);
  for (const query of [
    'w=200&h=150&f=webp&q=90',
    'h=150&w=200&q=90&f=webp',
    'quality=90&format=webp&height=150&width=200&utm_source=mail',
  ]) {
    const again = await get(`/prod/thumbnail.png?${query}`);
    assert.equal(again.status, 200, query);
    assert.ok(again.bytes.equals(first.bytes), query);
    assert.equal(again.headers.get('ETag'), first.headers.get('ETag'));
    if (traits.cache === 'own') assert.match(again.headers.get('X-Thimble') ?? '', /^hit/, query);
  }
  if (traits.cache === 'none') return 'no cache there';
  const once = traits.originFirst ? 2 : 1;
  assert.equal(origin.fetches('/prod/thumbnail.png'), once, 'fetches from the origin');
  return traits.cache === 'front' ? 'by the CDN' : undefined;
}

/** @param {Subject} subject */
async function negotiated({ get }) {
  for (const [name, accept, type, query] of [
    ['photo.jpg', 'image/avif,image/webp,*/*;q=0.8', 'image/webp', 'w=90&f=webp'],
    ['photo.jpg', 'image/png,*/*;q=0.8', 'image/jpeg', 'w=90&f=safe'],
    ['photo.jpg', 'image/webp;q=0,*/*', 'image/jpeg', 'w=90&f=safe'],
    ['alpha.png', '*/*', 'image/png', 'w=90&f=safe'],
    ['alpha.png', 'image/webp', 'image/webp', 'w=90&f=webp'],
  ]) {
    const { headers, bytes } = await get(`/dev/${name}?w=90&f=auto`, {
      headers: { Accept: accept },
    });
    assert.equal(headers.get('Content-Type'), type, `${name} for ${accept}`);
    assert.match(headers.get('Vary') ?? '', /Accept/, `${name} for ${accept}`);
    assert.ok(bytes.equals(await expectedBytes(name, query)), `${name} for ${accept}`);
  }
}

/** @param {Subject} subject */
async function original({ get }) {
  for (const target of ['/dev/photo.webp', '/prod/photo.webp?utm_source=mail']) {
    const { status, headers, bytes } = await get(target);
    assert.equal(status, 200, target);
    assert.equal(headers.get('Content-Type'), 'image/webp');
    assert.ok(bytes.equals(await sampleBytes('photo.webp')), target);
  }
}

/** @param {Subject} subject */
async function passedThrough({ get }) {
  for (const target of ['/dev/document.pdf?w=100', '/prod/document.pdf?w=100&f=webp']) {
    const { status, headers, bytes } = await get(target);
    assert.equal(status, 200, target);
    assert.equal(headers.get('Content-Type'), 'application/pdf');
    assert.equal(headers.get('X-Content-Type-Options'), 'nosniff');
    assert.ok(bytes.equals(await sampleBytes('document.pdf')), target);
  }
  const told = await get('/prod/document.pdf?f=json');
  assert.equal(told.status, 415);
  assert.match(told.headers.get('Content-Type') ?? '', /^text\/plain/);
  assert.match(told.headers.get('X-Thimble') ?? '', /^error.*pdf/i);
}

/** @param {Subject} subject */
async function head({ get }) {
  for (const target of [`/dev/${ARTICLE}`, '/dev/alpha.png?w=33', '/dev/none.png?w=1']) {
    const short = await get(target, { method: 'HEAD' });
    const whole = await get(target);
    assert.equal(short.status, whole.status, target);
    assert.equal(short.bytes.length, 0);
    for (const name of ['Content-Type', 'ETag', 'Cache-Control']) {
      assert.equal(short.headers.get(name), whole.headers.get(name), `${name} of ${target}`);
    }
  }
}

/** @param {Subject} subject */
async function revalidated({ get }) {
  for (const target of ['/dev/alpha.png?w=34', '/dev/photo.webp']) {
    const etag = (await get(target)).headers.get('ETag') ?? '';
    for (const value of [etag, `"other", ${etag}`, `W/${etag}`]) {
      const again = await get(target, { headers: { 'If-None-Match': value } });
      assert.equal(again.status, 304, `${target} with ${value}`);
      assert.equal(again.bytes.length, 0);
    }
    const other = await get(target, { headers: { 'If-None-Match': '"other"' } });
    assert.equal(other.status, 200, target);
  }
}

/** @param {Subject} subject */
async function otherMethods({ get, traits }) {
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const { status, headers } = await get('/dev/alpha.png?w=33', { method });
    if (traits.cache === 'front') {
      assert.equal(status, 403, `${method}: the CDN's own answer`);
      continue;
    }
    assert.equal(status, 405, method);
    assert.match(headers.get('Allow') ?? '', /GET.*HEAD/);
  }
  return traits.cache === 'front' ? '403, by the CDN' : undefined;
}

/** Dot segments, slashes and NULs in disguise; another host. @param {Subject} subject */
async function pathTricks({ get, origin, traits }) {
  for (const target of [
    '/dev/%2e%2e/secret.jpg',
    '/dev/..%2fsecret.jpg',
    '/dev/a%2f..%2f..%2fsecret.jpg',
    '/dev/a%5csecret.jpg',
    '/dev/secret.jpg%00.png',
    '/dev/%ff/secret.jpg',
    '/secret.jpg',
    '//127.0.0.1:9/dev/secret.jpg',
  ]) {
    const { status } = await get(`${target}?w=50`);
    assert.ok(status === 400 || status === 404, `${target}: ${status}`);
  }
  if (traits.originFirst) return;
  const strays = origin.paths().filter((each) => each.includes('secret'));
  assert.deepEqual(strays, [], 'the origin is not asked');
}

/** @param {Subject} subject */
async function notFound({ get, traits }) {
  for (const target of ['/dev/none.png?w=100', '/dev/none.png', '/prod/none.jpg?f=webp']) {
    assert.equal((await get(target)).status, 404, target);
  }
  assert.equal((await get('/dev/forbidden/photo.jpg?w=100')).status, 403);
  const broken = await get('/dev/broken/photo.jpg?w=100');
  assert.equal(broken.status, traits.originFirst ? 500 : 502);
}

/** @param {Subject} subject */
async function badOption({ get, origin, traits }) {
  for (const query of ['w=0', 'h=1e3', 'f=gif', 'w=5&w=6', 'q=101', 'fit=squeeze']) {
    const { status, headers, bytes } = await get(`/dev/jpeg/420.jpg?${query}`);
    const name = query.split('=')[0];
    assert.equal(status, 400, query);
    assert.match(headers.get('Cache-Control') ?? '', /no-store/, query);
    assert.match(bytes.toString(), new RegExp(`^${name}: .+\n$`), query);
  }
  if (traits.originFirst) return;
  assert.equal(origin.fetches('/dev/jpeg/420.jpg'), 0, 'the origin is not asked');
}

/**
 * Asks for what must be refused, in these words, without the origin's help.
 * @param {Subject} subject
 * @param {Record<string, string>} refusals the line by path and query
 * @param {number} wanted status
 */
async function refused({ get, origin, traits }, refusals, wanted = 400) {
  for (const [target, line] of Object.entries(refusals)) {
    const before = origin.paths().length;
    const { status, headers, bytes } = await get(target);
    assert.equal(status, wanted, target);
    assert.equal(bytes.toString(), `${line}\n`, target);
    assert.match(headers.get('Cache-Control') ?? '', /no-store/, target);
    if (!traits.originFirst) assert.equal(origin.paths().length, before, 'the origin is not asked');
  }
}

/** @param {Subject} subject */
async function presets(subject) {
  const { get } = subject;
  for (const [query, asked, accept] of [
    ['p=thumb', PRESETS.thumb, '*/*'],
    ['preset=thumb&utm_source=mail', PRESETS.thumb, 'image/webp'],
    ['p=small', 'w=50&f=webp', 'image/webp'],
    ['p=small', 'w=50&f=safe', 'image/png'],
  ]) {
    const { status, headers, bytes } = await get(`/presets/photo.jpg?${query}`, {
      headers: { Accept: accept },
    });
    assert.equal(status, 200, query);
    assert.ok(bytes.equals(await expectedBytes('photo.jpg', asked)), `${query} for ${accept}`);
    assert.equal(/Accept/.test(headers.get('Vary') ?? ''), query === 'p=small', query);
  }
  const beside = await get('/snapped/photo.jpg?p=thumb&f=png&w=40');
  assert.ok(beside.bytes.equals(await expectedBytes('photo.jpg', 'w=40&h=30&f=png')));
  const original = await get('/presets/photo.jpg');
  assert.ok(original.bytes.equals(await sampleBytes('photo.jpg')));
  await refused(subject, {
    '/presets/jpeg/444.jpg?w=36': 'w: only presets are allowed here',
    '/presets/jpeg/444.jpg?p=thumb&quality=90': 'q: only presets are allowed here',
    '/presets/jpeg/444.jpg?p=huge': 'p: no such preset',
    '/presets/jpeg/444.jpg?p=__proto__': 'p: no such preset',
    '/dev/jpeg/444.jpg?p=thumb': 'p: no such preset',
  });
}

/** @param {Subject} subject */
async function sizes(subject) {
  const { get } = subject;
  for (const [target, asked] of [
    ['/snapped/photo.jpg?w=33', 'w=40'],
    ['/snapped/photo.jpg?w=41&f=webp', 'w=80&f=webp'],
    ['/snapped/photo.jpg?w=4000&h=7&f=png', 'w=80&h=30&f=png'],
    ['/snapped/photo.jpg?w=20&dpr=1.5', 'w=40&dpr=2'],
    ['/refused/photo.jpg?w=80&h=33', 'w=80&h=33'],
  ]) {
    const { status, bytes } = await get(target);
    assert.equal(status, 200, target);
    assert.ok(bytes.equals(await expectedBytes('photo.jpg', asked)), target);
  }
  await refused(subject, { '/refused/jpeg/444.jpg?w=79': 'w: one of 40, 80' });
}

/** @param {Subject} subject */
async function otherSites({ get }) {
  for (const [folder, site, allowed] of [
    ['shared', VIEWER, VIEWER],
    ['shared', 'https://viewer.example.evil', null],
    ['public', VIEWER, '*'],
    ['dev', VIEWER, null],
  ]) {
    for (const [target, method, wanted] of [
      ['document.pdf', 'GET', 200],
      ['photo.jpg?w=45', 'GET', 200],
      ['photo.jpg?w=45', 'HEAD', 200],
      ['photo.jpg?w=0', 'GET', 400],
      ['photo.jpg?w=45', 'OPTIONS', 204],
    ]) {
      const what = `${method} /${folder}/${target} from ${site}`;
      const headers = { Origin: site, 'Access-Control-Request-Method': 'GET' };
      const answer = await get(`/${folder}/${target}`, { method, headers });
      assert.equal(answer.status, wanted, what);
      assert.equal(answer.headers.get('Access-Control-Allow-Origin'), allowed, what);
      assert.equal(/Origin/.test(answer.headers.get('Vary') ?? ''), folder === 'shared', what);
      const exposed = answer.headers.get('Access-Control-Expose-Headers');
      assert.equal(exposed?.includes('Content-Range') ?? false, allowed !== null, what);
      if (method !== 'OPTIONS') continue;
      assert.match(answer.headers.get('Access-Control-Allow-Methods') ?? '', /GET, HEAD/, what);
      assert.match(answer.headers.get('Access-Control-Allow-Headers') ?? '', /Range/, what);
      assert.match(answer.headers.get('Access-Control-Max-Age') ?? '', /^\d+$/, what);
    }
  }
}

/** @param {Subject} subject */
async function signed(subject) {
  const { get } = subject;
  const [key, older] = SIGNING_KEYS;
  const soon = Math.floor(Date.now() / 1000) + 600;
  for (const [pairs, by, asked] of [
    [{ w: '46', f: 'webp' }, key, 'w=46&f=webp'],
    [{ w: '46', f: 'webp' }, older, 'w=46&f=webp'],
    [{ h: '33', exp: `${soon}` }, key, 'h=33'],
    [{ p: 'thumb' }, key, PRESETS.thumb],
  ]) {
    const target = await signedTarget('jpeg/422.jpg', pairs, by);
    const { status, headers, bytes } = await get(target);
    assert.equal(status, 200, target);
    assert.ok(bytes.equals(await expectedBytes('jpeg/422.jpg', asked)), target);
    assert.match(headers.get('Content-Type') ?? '', /^image\//, target);
  }
  const original = await get(await signedTarget('document.pdf', {}, key));
  assert.ok(original.bytes.equals(await sampleBytes('document.pdf')));
  const good = await signedTarget('jpeg/444.jpg', { w: '46' }, key);
  await refused(
    subject,
    {
      '/signed/jpeg/444.jpg?w=46': 'signature: missing',
      '/signed/jpeg/444.jpg': 'signature: missing',
      [good.replace('w=46', 'w=47')]: 'signature: wrong',
      [good.replace('444', '420')]: 'signature: wrong',
      [good.slice(0, -1)]: 'signature: wrong',
      [await signedTarget('jpeg/444.jpg', { w: '46' }, "somebody-else's-key")]: 'signature: wrong',
      [await signedTarget('jpeg/444.jpg', { w: '46', exp: '1700000000' }, key)]: 'signature: expired',
    },
    403,
  );
}

/** @param {string} name of a sample @param {Record<string, string>} pairs @param {string} key */
async function signedTarget(name, pairs, key) {
  const sig = await sign(key, signedText(`signed/${name}`, Object.entries(pairs)));
  return `/signed/${name}?${new URLSearchParams({ ...pairs, sig })}`;
}

/** @param {Subject} subject */
async function corrupt({ get }) {
  for (const name of ['bad/half.jpg', 'bad/bad-idat.png', 'bad/bad-frame.webp']) {
    const reason = await expectedReason(name, 'w=50&f=webp');
    const refused = await get(`/dev/${name}?w=50&f=webp`);
    assert.equal(refused.status, 422, name);
    assert.ok(refused.headers.get('X-Thimble')?.includes(`reason="${reason}"`), name);
    assert.match(refused.headers.get('X-Thimble') ?? '', /^error/);
    const passed = await get(`/prod/${name}?w=50&f=webp`);
    assert.equal(passed.status, 200, name);
    assert.ok(passed.headers.get('X-Thimble')?.includes(`reason="${reason}"`), name);
    assert.ok(passed.bytes.equals(await sampleBytes(name)), name);
  }
  const told = await get('/prod/bad/soi-only.jpg?f=json');
  assert.equal(told.status, 422);
  const reason = await expectedReason('bad/soi-only.jpg', 'f=json');
  assert.ok(told.headers.get('X-Thimble')?.includes(`reason="${reason}"`));
}

/** @param {Subject} subject */
async function sideBySide({ get }) {
  const jobs = ['jpeg/420.jpg', 'jpeg/444.jpg', 'png/filter-4.png', 'webp/lossy.webp'].flatMap(
    (name) => [40, 41].map((width) => ({ name, query: `w=${width}&f=png` })),
  );
  await Promise.all(
    jobs.map(async ({ name, query }) => {
      const { status, bytes } = await get(`/dev/slow/${name}?${query}`);
      assert.equal(status, 200, name);
      assert.ok(bytes.equals(await expectedBytes(name, query)), `${name}: another's image`);
    }),
  );
}

/** @param {Subject} subject */
async function recovers({ get, traits }) {
  const expected = await expectedBytes('jpeg/420.jpg', 'w=44&f=webp');
  for (const [target, wanted] of [
    ['/dev/truncated/jpeg/420.jpg', 502],
    ['/dev/stalled/jpeg/420.jpg', 504],
    ['/prod/truncated/jpeg/420.jpg', 502],
    ['/dev/once-truncated/jpeg/420.jpg', traits.originFirst ? 200 : 502],
    ['/dev/once-truncated/jpeg/420.jpg', 200],
    ['/dev/bad/bad-crc.png', 422],
    ['/dev/jpeg/420.jpg', 200],
  ]) {
    const { status, bytes } = await get(`${target}?w=44&f=webp`);
    assert.equal(status, wanted, target);
    if (wanted === 200) assert.ok(bytes.equals(expected), target);
  }
}

/** @param {Subject} subject */
async function largePhoto({ get, traits }) {
  // First, because making the sample takes longer than an origin may.
  const expected = await expectedBytes('big/24mp.jpg', 'w=800&f=webp');
  const { status, headers, bytes } = await get('/dev/big/24mp.jpg?w=800&f=webp');
  const thimble = headers.get('X-Thimble') ?? '';
  if (traits.cpuBudget && status === traits.cpuBudget.status) {
    assert.match(thimble, traits.cpuBudget.reason);
    return `${status}, over its CPU budget`;
  }
  assert.equal(status, 200, thimble);
  assert.ok(bytes.equals(expected));
  const memory = /memory="(\d+)"/.exec(thimble)?.[1];
  assert.ok(Number(memory) > 0 && Number(memory) <= MEMORY_BYTES_MAX, `X-Thimble: ${thimble}`);
  return undefined;
}

/** @param {Subject} subject */
async function sameBytes({ get }) {
  for (const name of NAMES) {
    for (const query of QUERIES) {
      const { status, bytes } = await get(`/dev/${name}?${query}`);
      assert.equal(status, 200, `${name}?${query}`);
      assert.ok(bytes.equals(await expectedBytes(name, query)), `${name}?${query}: other bytes`);
    }
  }
  return undefined;
}
