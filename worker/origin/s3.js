/**
 * S3 and whatever speaks its API: requests signed with SigV4 by aws4fetch, so that
 * the bucket can stay private.
 */
import { AwsClient } from 'aws4fetch';
import { encodeKey } from '../request/path.js';

/**
 * @typedef {{ accessKeyId: string, secretAccessKey: string, sessionToken?: string }} Credentials
 */

/**
 * @param {object} options
 * @param {string} options.endpoint `https://s3.eu-west-1.amazonaws.com`,
 *   `https://ID.r2.cloudflarestorage.com`, ..
 * @param {string} options.bucket
 * @param {string} [options.region]
 * @param {'path' | 'host'} [options.style] where the bucket's name goes: into the path, or before
 *   the host
 * @param {() => Credentials} options.credentials asked before each request, because temporary ones
 *   are renewed
 * @param {typeof globalThis.fetch} [options.fetch]
 * @returns {import('./object.js').Origin}
 */
export function createS3Origin({
  endpoint,
  bucket,
  region = 'us-east-1',
  style = 'path',
  credentials,
  fetch = globalThis.fetch,
}) {
  const signer = createSigner(region);
  const root = bucketUrl(endpoint, { bucket, style });
  return {
    async get(key, { ifNoneMatch, ifMatch, range, signal }) {
      const headers = new Headers();
      if (ifNoneMatch) headers.set('If-None-Match', ifNoneMatch);
      if (ifMatch) headers.set('If-Match', ifMatch);
      if (range) headers.set('Range', range);
      // Signed apart from being sent: the client's own fetch would retry on its own account.
      const signed = await signer(credentials()).sign(`${root}/${encodeKey(key)}`, { headers });
      // Not signed: with a Range, fetch adds to this header by itself, as its standard says.
      signed.headers.set('Accept-Encoding', 'identity');
      return await fetch(signed, { redirect: 'manual', signal });
    },
  };
}

/**
 * A client for whatever credentials there are now: it keeps the key that it derives from them.
 * @param {string} region
 * @returns {(credentials: Credentials) => AwsClient}
 */
function createSigner(region) {
  /** @type {AwsClient | undefined} */
  let client;
  return function signer({ accessKeyId, secretAccessKey, sessionToken }) {
    const same =
      client?.accessKeyId === accessKeyId &&
      client.secretAccessKey === secretAccessKey &&
      client.sessionToken === sessionToken;
    if (!client || !same) {
      client = new AwsClient({ accessKeyId, secretAccessKey, sessionToken, service: 's3', region });
    }
    return client;
  };
}

/**
 * Where a bucket is.
 * @param {string} endpoint
 * @param {{ bucket: string, style?: string }} where
 */
export function bucketUrl(endpoint, { bucket, style = 'path' }) {
  const root = endpoint.replace(/\/+$/, '');
  return style === 'host' ? root.replace('://', `://${bucket}.`) : `${root}/${bucket}`;
}
