// Running it: health, metrics, purging, detail, and configuration that is wrong.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { sampleBytes } from '../images/make-samples.mjs';
import { root } from '../lib/engines.mjs';
import { startService, VARS } from './service.mjs';

const TOKEN = 'a token for purging';

let service;
before(async () => {
  service = await startService({
    vars: { ...VARS, PURGE_TOKEN: TOKEN, METRICS: 'true', DETAIL: true },
  });
  await service.seed('prod/', ['photo.jpg', 'alpha.png', 'document.pdf']);
});
after(() => service.stop());

async function get(target, init) {
  const response = await service.fetch(target, init);
  return { response, text: await response.text() };
}

const cacheOf = async (target) => (await get(target)).response.headers.get('X-Cache');

test('/healthz', async () => {
  const { response, text } = await get('/healthz');
  assert.equal(response.status, 200);
  assert.equal(text, 'ok\n');
  assert.equal(response.headers.get('Cache-Control'), 'no-store');
});

test('/metrics counts what happened', async () => {
  for (const query of ['w=20', 'w=20', 'w=oops']) await get(`/prod/photo.jpg?${query}`);
  const { text } = await get('/metrics');
  assert.match(text, /^# TYPE thimble_requests_total counter$/m);
  assert.match(text, /^thimble_requests_total\{status="200",cache="miss"\} [1-9]\d*$/m);
  assert.match(text, /^thimble_requests_total\{status="200",cache="hit"\} [1-9]\d*$/m);
  assert.match(text, /^thimble_requests_total\{status="400",cache="none"\} [1-9]\d*$/m);
  assert.match(text, /^thimble_work_units_total [1-9]\d*$/m);
});

test('detail in X-Thimble where it is configured', async () => {
  const { response } = await get('/prod/photo.jpg?w=21&f=webp');
  assert.match(
    response.headers.get('X-Thimble'),
    /^miss; in="jpeg \d+x\d+"; out="webp 21x\d+"; memory="\d+"; work="\d+"$/,
  );
});

describe('purging by path', () => {
  const purge = (path, token = TOKEN) =>
    get(path, { method: 'DELETE', headers: token ? { Authorization: `Bearer ${token}` } : {} });

  test('every variant of the object and the original are made anew, others stay', async () => {
    const variants = ['/prod/alpha.png?w=20', '/prod/alpha.png?w=21&f=webp', '/prod/alpha.png'];
    for (const target of [...variants, '/prod/document.pdf']) await get(target);
    for (const target of [...variants, '/prod/document.pdf'])
      assert.match(await cacheOf(target), /^Hit/, target);
    await service.bucket.put('prod/alpha.png', await sampleBytes('png/type3-8.png'));
    const { response, text } = await purge('/prod/alpha.png');
    assert.equal(response.status, 200, text);
    for (const target of variants) assert.match(await cacheOf(target), /^Miss/, target);
    for (const target of variants) assert.match(await cacheOf(target), /^Hit/, target);
    assert.match(await cacheOf('/prod/document.pdf'), /^Hit/);
  });

  test('make purge', async () => {
    const target = '/prod/photo.jpg?w=22';
    await get(target);
    assert.match(await cacheOf(target), /^Hit/);
    const run = (token) =>
      promisify(execFile)(
        'make',
        ['--no-print-directory', 'purge', `URL=${service.url.origin}`, 'PATHS=/prod/photo.jpg'],
        {
          cwd: root,
          env: { ...process.env, PURGE_TOKEN: token },
        },
      );
    await assert.rejects(run('not the token at all'));
    assert.match(await cacheOf(target), /^Hit/);
    assert.match((await run(TOKEN)).stderr, /purged: \/prod\/photo\.jpg/);
    assert.match(await cacheOf(target), /^Miss/);
  });

  test('without the token it is 403', async () => {
    for (const token of [null, '', 'a token for purginG', `${TOKEN} `.repeat(2)]) {
      assert.equal((await purge('/prod/alpha.png', token)).response.status, 403);
    }
  });

  test('where no token is configured, DELETE is not allowed', async () => {
    const other = await startService();
    try {
      const response = await other.fetch('/prod/alpha.png', {
        method: 'DELETE',
        headers: { Authorization: 'Bearer ' },
      });
      assert.equal(response.status, 405);
      await response.text();
    } finally {
      await other.stop();
    }
  });
});

test('a wrong preset too', async () => {
  const broken = await startService({
    vars: { ...VARS, PRESETS: { thumb: 'w=20', bad: 'w=wide' } },
  });
  try {
    assert.match(await (await broken.fetch('/prod/x.png')).text(), /presets\.bad: .*w/);
  } finally {
    await broken.stop();
  }
});

test('a wrong configuration serves nothing and names itself', async () => {
  const broken = await startService({ vars: { ...VARS, ON_ERROR: 'maybe', SIDE_MAX: 'wide' } });
  try {
    const response = await broken.fetch('/prod/x.png');
    assert.equal(response.status, 500);
    // Locally the runtime shows what was thrown; deployed, it is in the worker's log.
    assert.match(await response.text(), /on_error: one of pass, status; side_max: a whole number/);
  } finally {
    await broken.stop();
  }
});
