// s3-stores.mjs - servers that speak S3's API and verify its signatures, with a bucket for tests:
// versitygw (make engines), which keeps objects in a folder; Ceph's radosgw (make engines), which
// gives out session tokens; and R2's S3 API as miniflare has it.
//
//     title
//     missing            why it cannot run here, '' when it can
//     anonymousStatus    what it answers who does not sign
//     start()         -> { endpoint, region, bucket, put(key, bytes), stop() }, readable by KEYS alone
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AwsClient } from 'aws4fetch';
import { Miniflare } from 'miniflare';
import { encodeKey } from '../../worker/request/path.js';
import { missing as radosgwMissing, startRadosgw } from '../lib/radosgw.mjs';
import { freePort, startServer } from '../lib/server.mjs';

export const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-of-the-bucket' };

/** What versitygw takes for the end of its own name: `pictures.s3.example`. */
export const VIRTUAL_DOMAIN = 's3.example';

const BUCKET = 'pictures';

const hasVersitygw = spawnSync('versitygw', ['--version']).status === 0;

/** Puts objects as any client would: signed. */
function putter(endpoint, region) {
  const client = new AwsClient({ ...KEYS, service: 's3', region });
  return async function put(key, bytes, contentType = 'image/png') {
    const response = await client.fetch(`${endpoint}/${BUCKET}/${encodeKey(key)}`, {
      method: 'PUT',
      body: bytes,
      headers: { 'Content-Type': contentType },
      aws: { allHeaders: true },
    });
    if (!response.ok) throw new Error(`${key}: ${response.status} ${await response.text()}`);
  };
}

async function startVersitygw() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-s3-'));
  for (const name of ['store', 'meta', `store/${BUCKET}`]) await mkdir(path.join(folder, name));
  const region = 'eu-central-1';
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const server = await startServer(
    'versitygw',
    ['--quiet', '--port', new URL(endpoint).host, '--region', region]
      .concat(['--virtual-domain', VIRTUAL_DOMAIN])
      .concat(['posix', '--sidecar', path.join(folder, 'meta'), path.join(folder, 'store')]),
    {
      url: endpoint,
      env: {
        ...process.env,
        ROOT_ACCESS_KEY: KEYS.accessKeyId,
        ROOT_SECRET_KEY: KEYS.secretAccessKey,
      },
    },
  );
  return {
    endpoint,
    region,
    bucket: BUCKET,
    put: putter(endpoint, region),
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function startR2() {
  const miniflare = new Miniflare({
    workers: [
      {
        config: {
          name: 'store',
          compatibilityDate: '2026-07-01',
          manifest: {
            mainModule: 'm.js',
            modules: {
              'm.js': { type: 'esm', contents: 'export default { fetch: () => new Response() }' },
            },
          },
          env: {
            BUCKET: { type: 'r2', name: BUCKET, dev: { experimentalS3Credentials: KEYS } },
          },
        },
      },
    ],
  });
  const endpoint = `${new URL('/cdn-cgi/local/r2/s3', await miniflare.ready)}`;
  return {
    endpoint,
    region: 'auto',
    bucket: BUCKET,
    put: putter(endpoint, 'auto'),
    stop: () => miniflare.dispose(),
  };
}

export const VERSITYGW = {
  title: 'versitygw',
  missing: hasVersitygw ? '' : 'versitygw is not on PATH (make engines)',
  anonymousStatus: 403,
  start: startVersitygw,
};

export const RADOSGW = {
  title: 'radosgw',
  missing: radosgwMissing,
  anonymousStatus: 403,
  async start() {
    const store = await startRadosgw({ keys: KEYS, bucket: BUCKET });
    return { ...store, put: putter(store.endpoint, store.region) };
  },
};

const R2 = { title: "R2's S3 API", missing: '', anonymousStatus: 400, start: startR2 };

export const STORES = [VERSITYGW, RADOSGW, R2];
