/**
 * Purging at a CDN in front, through its API: what thimble forgets, the CDN forgets too.
 */
import { AwsClient } from 'aws4fetch';
import { Refusal } from '../answer/refusal.js';
import { present } from '../config/secret.js';
import { checkUrl } from '../origin/address.js';

/**
 * @typedef {{ tag: string, path: string }} Purged tag: of the object; path: of the request, encoded
 */
/** @typedef {(purged: Purged) => Promise<Request>} Ask makes the request to the API */

/**
 * Each kind: what it needs of the configuration, where its API is unless `endpoint` says otherwise,
 * and how it is asked. Tokens are secrets.
 * @type {Record<string, { needs: string, endpoint: string, create: (options: any,
 *   env: Record<string, any>) => Ask }>}
 */
const KINDS = {
  cloudflare: {
    needs: 'zone',
    endpoint: 'https://api.cloudflare.com/client/v4',
    create({ zone, endpoint }, env) {
      const Authorization = `Bearer ${present(env, 'CLOUDFLARE_API_TOKEN')}`;
      const headers = { Authorization, 'Content-Type': 'application/json' };
      return async ({ tag }) => {
        const body = JSON.stringify({ tags: [tag] });
        return new Request(`${endpoint}/zones/${zone}/purge_cache`, { method: 'POST', headers, body });
      };
    },
  },
  fastly: {
    needs: 'service',
    endpoint: 'https://api.fastly.com',
    create({ service, endpoint }, env) {
      const token = { 'Fastly-Key': present(env, 'FASTLY_API_TOKEN'), Accept: 'application/json' };
      return async ({ tag }) => {
        const headers = { ...token, 'Surrogate-Key': tag };
        return new Request(`${endpoint}/service/${service}/purge`, { method: 'POST', headers });
      };
    },
  },
  cloudfront: {
    needs: 'distribution',
    endpoint: 'https://cloudfront.amazonaws.com',
    create({ distribution, endpoint }, env) {
      const client = () =>
        new AwsClient({
          accessKeyId: present(env, 'AWS_ACCESS_KEY_ID'),
          secretAccessKey: present(env, 'AWS_SECRET_ACCESS_KEY'),
          sessionToken: env.AWS_SESSION_TOKEN,
          service: 'cloudfront',
          region: 'us-east-1',
        });
      client();
      const url = `${endpoint}/2020-05-31/distribution/${distribution}/invalidation`;
      return ({ path }) =>
        client().sign(url, { method: 'POST', body: invalidation(path), headers: XML });
    },
  },
};

const XML = { 'Content-Type': 'application/xml' };

/** Every query of a path. @param {string} path encoded: none of its characters mean anything in XML */
function invalidation(path) {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">',
    `<CallerReference>${crypto.randomUUID()}</CallerReference>`,
    `<Paths><Quantity>1</Quantity><Items><Path>${path}*</Path></Items></Paths>`,
    '</InvalidationBatch>',
  ].join('');
}

/**
 * @param {import('../config/schema.js').Config} config
 * @param {Record<string, any>} env secrets
 * @returns {((purged: Purged) => Promise<void>) | null} refuses with 502 when the CDN does not; null
 *   where none is configured
 */
export function createCdnPurge({ cdn_purge: { kind, ...options }, origin_timeout_ms: timeoutMs }, env) {
  if (kind === undefined && Object.keys(options).length === 0) return null;
  /** @param {string} field @param {string} what @returns {never} */
  const refuse = (field, what) => {
    throw new TypeError(`configuration: cdn_purge.${field}: ${what}`);
  };
  if (!Object.hasOwn(KINDS, kind)) refuse('kind', `one of ${Object.keys(KINDS).join(', ')}`);
  const found = KINDS[kind];
  if (typeof options[found.needs] !== 'string') refuse(found.needs, 'missing');
  for (const name of Object.keys(options)) {
    if (![found.needs, 'endpoint', 'allow_private'].includes(name)) refuse(name, 'no such option');
  }
  const { endpoint = found.endpoint, allow_private } = options;
  checkUrl(endpoint, { where: 'cdn_purge', field: 'endpoint', allow_private });
  const ask = found.create({ ...options, endpoint }, env);
  return async function purge(purged) {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(await ask(purged), { signal, redirect: 'manual' }).catch((cause) => {
      throw new Refusal(502, 'purge: the CDN was not reached', { cause });
    });
    const text = await response.text();
    if (response.ok) return;
    throw new Refusal(502, `purge: the CDN answered ${response.status}`, { cause: text });
  };
}
