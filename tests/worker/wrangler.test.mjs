// wrangler.toml itself: both environments bundle, and the worker that wrangler starts from it answers.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { unstable_startWorker } from 'wrangler';
import { root } from '../lib/engines.mjs';

const wrangler = path.join(root, 'node_modules/wrangler/bin/wrangler.js');
const GZIP_KIB_MAX = 600;

let folder;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-'));
});
after(() => rm(folder, { recursive: true }));

for (const environment of ['dev', 'production']) {
  test(`--env ${environment} bundles, with its bucket and small enough`, async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        wrangler,
        'deploy',
        '--dry-run',
        '--outdir',
        path.join(folder, environment),
        '--env',
        environment,
      ],
      { cwd: root, env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false' } },
    );
    assert.match(stdout, /env\.IMAGES \(thimble-images/);
    assert.match(stdout, /env\.ROUTES/);
    assert.ok(Number(/gzip: ([\d.]+) KiB/.exec(stdout)[1]) < GZIP_KIB_MAX, stdout);
  });
}

describe('started by wrangler', () => {
  let worker;
  before(async () => {
    worker = await unstable_startWorker({
      config: path.join(root, 'wrangler.toml'),
      env: 'dev',
      dev: { server: { port: 0 }, inspector: false, persist: false, logLevel: 'none' },
    });
  });
  after(() => worker.dispose());

  test('the configuration of the dev environment is valid and in force', async () => {
    assert.equal((await worker.fetch('http://localhost/healthz')).status, 200);
    for (const [target, status] of [
      ['/dev/none.png?w=10', 404],
      ['/prod/none.png', 404],
      ['/dev/none.png?w=x', 400],
      ['/elsewhere/none.png', 404],
    ]) {
      const response = await worker.fetch(`http://localhost${target}`);
      assert.equal(response.status, status, target);
      await response.text();
    }
  });
});
