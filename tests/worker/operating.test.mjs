// Running it: health, metrics, purging, detail, and configuration that is wrong.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
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

describe('/metrics', () => {
  /** What Prometheus' own client library for Python reads in a text. */
  function parse(text) {
    const program = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families as read
families = [{'name': f.name, 'type': f.type, 'help': f.documentation,
    'samples': [[s.name, s.labels, s.value] for s in f.samples]} for f in read(sys.stdin.read())]
print(json.dumps(families))`;
    const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', program], {
      input: text,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return new Map(JSON.parse(stdout).map((family) => [family.name, family]));
  }

  /** @param {any} family @param {Record<string, string>} labels */
  const value = ({ samples }, name, labels = {}) =>
    samples.find(
      ([sample, own]) =>
        sample === name && Object.entries(labels).every(([key, each]) => own[key] === each),
    )?.[2];

  test('counts what happened, in words that Prometheus reads', async () => {
    for (const target of ['photo.jpg?w=20', 'photo.jpg?w=20', 'photo.jpg?w=oops', 'document.pdf?w=9'])
      await get(`/prod/${target}`);
    const { response, text } = await get('/metrics');
    assert.equal(response.headers.get('Content-Type'), 'text/plain; version=0.0.4; charset=utf-8');
    const families = parse(text);
    for (const { name, type, help } of families.values()) {
      assert.match(name, /^thimble_[a-z_]+$/);
      assert.ok(['counter', 'histogram'].includes(type), `${name}: ${type}`);
      assert.ok(help.length > 10, name);
    }
    const requests = families.get('thimble_requests');
    for (const labels of [
      { status: '200', cache: 'miss' },
      { status: '200', cache: 'hit' },
      { status: '400', cache: 'none' },
    ]) {
      assert.ok(value(requests, 'thimble_requests_total', labels) >= 1, JSON.stringify(labels));
    }
    for (const name of ['work_units', 'source_bytes', 'response_bytes', 'passed', 'failures'])
      assert.ok(
        value(families.get(`thimble_${name}`), `thimble_${name}_total`) >= 1,
        `thimble_${name}`,
      );
    // workerd does not tell CPU time: nothing is counted, rather than nought.
    assert.equal(families.get('thimble_resize_cpu_seconds').samples.length, 0);
  });

  test('histograms add up', async () => {
    for (const width of [30, 31, 32]) await get(`/prod/photo.jpg?w=${width}`);
    const families = parse((await get('/metrics')).text);
    for (const name of ['origin_duration_seconds', 'resize_duration_seconds', 'resize_memory_bytes']) {
      const family = families.get(`thimble_${name}`);
      const buckets = family.samples
        .filter(([sample]) => sample.endsWith('_bucket'))
        .map(([, , count]) => count);
      assert.ok(buckets.length > 5, name);
      assert.deepEqual(buckets, buckets.toSorted((a, b) => a - b), `${name}: cumulative`);
      assert.equal(buckets.at(-1), value(family, `thimble_${name}_count`));
      assert.ok(buckets.at(-1) >= 3, name);
      assert.ok(value(family, `thimble_${name}_sum`) >= 0, name);
    }
  });

  test('is not there unless configured', async () => {
    const other = await startService();
    try {
      assert.equal((await other.fetch('/metrics')).status, 404);
    } finally {
      await other.stop();
    }
  });
});

describe('Analytics Engine', () => {
  const dataset = `
    import { WorkerEntrypoint } from 'cloudflare:workers';
    export class Dataset extends WorkerEntrypoint {
      async writeDataPoint(point) { console.log(JSON.stringify({ point })); }
    }
    export default { fetch: () => new Response() };`;
  const recorder = {
    config: {
      name: 'recorder',
      compatibilityDate: '2026-07-01',
      manifest: { mainModule: 'm.js', modules: { 'm.js': { type: 'esm', contents: dataset } } },
    },
  };
  const longPath = `/${'long/'.repeat(30)}*`;

  /** Makes some requests of a service with that binding, and returns its log. */
  async function logOf({ ANALYTICS, others }) {
    const vars = { ...VARS, ROUTES: [...VARS.ROUTES, { path: longPath, origin: 'images' }] };
    const bound = await startService({ vars, env: { ANALYTICS }, others });
    try {
      await bound.seed('prod/', ['photo.jpg']);
      for (const target of ['/prod/photo.jpg?w=20', '/prod/photo.jpg?w=20', longPath]) {
        const response = await bound.fetch(target);
        assert.ok([200, 404].includes(response.status), target);
        await response.arrayBuffer();
      }
      for (let times = 0; times < 50 && bound.log.length < 6; times += 1)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return bound.log;
    } finally {
      await bound.stop();
    }
  }

  test('one point per request, in the documented order', async () => {
    const binding = { type: 'worker', worker: 'recorder', exportName: 'Dataset' };
    const log = await logOf({ ANALYTICS: binding, others: [recorder] });
    const points = log.flatMap(({ point }) => point ?? []);
    const [first, second, third] = points;
    assert.equal(points.length, 3);
    assert.deepEqual(first.indexes, ['/prod/*']);
    assert.deepEqual(first.blobs.slice(0, 3), ['/prod/*', 'miss', '']);
    assert.match(first.blobs[3], /^jpeg \d+x\d+$/);
    assert.match(first.blobs[4], /^jpeg 20x\d+$/);
    const [status, ms, bytes, work, peakMemory] = first.doubles;
    assert.equal(status, 200);
    assert.ok(ms >= 0 && bytes > 100 && work > 0 && peakMemory > 100_000);
    assert.deepEqual(second.blobs.slice(0, 3), ['/prod/*', 'hit', '']);
    assert.equal(second.doubles[3], 0);
    assert.equal(third.doubles[0], 404);
    assert.ok(third.indexes[0].length <= 96);
  });

  test("miniflare's own binding takes it", async () => {
    const binding = { type: 'analytics-engine-dataset', name: 'thimble' };
    const log = await logOf({ ANALYTICS: binding });
    assert.deepEqual(
      log.map(({ status, error }) => [status, error]),
      [
        [200, undefined],
        [200, undefined],
        [404, undefined],
      ],
    );
  });
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
