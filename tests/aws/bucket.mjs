// bucket.mjs - a private bucket with the S3 API that verifies signatures: the one Cloudflare ships
// inside miniflare.
import { Miniflare } from 'miniflare';
import { typeOf } from '../worker/service.mjs';

const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-of-the-role' };
const IDLE = 'export default { fetch: () => new Response() }';

export async function startBucket() {
  const miniflare = new Miniflare({
    workers: [
      {
        config: {
          name: 'store',
          compatibilityDate: '2026-07-01',
          manifest: { mainModule: 'm.js', modules: { 'm.js': { type: 'esm', contents: IDLE } } },
          env: { BUCKET: { type: 'r2', name: 'originals', dev: { experimentalS3Credentials: KEYS } } },
        },
      },
    ],
  });
  const endpoint = String(new URL('/cdn-cgi/local/r2/s3', await miniflare.ready));
  const bucket = await miniflare.getR2Bucket('BUCKET');
  return {
    endpoint,
    name: 'originals',
    /** What Lambda would set for a role that may read it. */
    env: { AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey },
    /** @param {string} key @param {Uint8Array} bytes */
    put: (key, bytes) => bucket.put(key, bytes, { httpMetadata: { contentType: typeOf(key) } }),
    /** @param {string} key */
    async head(key) {
      const { httpEtag, size } = await bucket.head(key);
      return { etag: httpEtag, size };
    },
    stop: () => miniflare.dispose(),
  };
}
