// The example configurations of docs/examples/, each started by wrangler as it stands: it is valid,
// and it does what its first lines say.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { unstable_startWorker } from 'wrangler';
import { root } from '../lib/engines.mjs';

const folder = path.join(root, 'docs/examples');
/** The secrets that the examples tell to put. */
const KEYS = {
  SIGNING_KEYS: 'a-signing-key-of-the-test',
  S3_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  S3_SECRET_ACCESS_KEY: 'secret',
};

/**
 * What each is asked, and answers. Buckets are empty and origins of other machines are not reached,
 * so 404 and 502 are where an image would be.
 * @type {Record<string, (get: (target: string, init?: object) => Promise<Response>) => Promise<void>>}
 */
const CHECKS = {
  async 'public-bucket.toml'(get) {
    assert.equal((await get('/shoes/a.jpg?w=200')).status, 502);
    assert.equal((await get('/shoes/a.jpg?w=2000000')).status, 400);
  },
  async 'private-s3.toml'(get) {
    assert.equal((await get('/a.jpg?w=200')).status, 502);
  },
  async 'signed.toml'(get) {
    assert.equal((await get('/a.jpg?p=thumb')).status, 403);
    const script = path.join(root, 'scripts/sign.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, '/a.jpg?p=thumb'], {
      env: { ...process.env, SIGNING_KEYS: KEYS.SIGNING_KEYS },
    });
    const signed = stdout.trim();
    assert.equal((await get(signed)).status, 404);
    assert.equal((await get(signed.replace('thumb', 'page'))).status, 403);
  },
  async 'dev-and-prod.toml'(get) {
    for (const target of ['/dev/a.jpg?w=9', '/prod/a.jpg?w=9', '/files/a.pdf'])
      assert.equal((await get(target)).status, 404, target);
    assert.equal((await get('/elsewhere/a.jpg')).status, 404);
    const answer = await get('/files/a.pdf', { headers: { Origin: 'https://viewer.example' } });
    assert.equal(answer.headers.get('Access-Control-Allow-Origin'), 'https://viewer.example');
  },
};

after(() => rm(path.join(folder, '.wrangler'), { recursive: true, force: true }));

test('every example is tried', () => {
  assert.deepEqual(readdirSync(folder).filter((name) => name.endsWith('.toml')).sort(), Object.keys(CHECKS).sort());
});

for (const [file, check] of Object.entries(CHECKS)) {
  describe(file, () => {
    let worker;
    before(async () => {
      const bindings = Object.entries(KEYS).map(([name, value]) => [
        name,
        { type: 'plain_text', value },
      ]);
      worker = await unstable_startWorker({
        config: path.join(folder, file),
        bindings: Object.fromEntries(bindings),
        dev: { server: { port: 0 }, inspector: false, persist: false, logLevel: 'none' },
      });
    });
    after(() => worker.dispose());

    test('does what it says', async () => {
      const get = (target, init) => worker.fetch(`http://localhost${target}`, init);
      assert.equal((await get('/healthz')).status, 200);
      await check(get);
    });
  });
}
