/**
 * thimble on Cloudflare Workers: configuration from [vars], originals from R2 or elsewhere, the
 * Cache API.
 */
import module from '../dist/thimble.wasm';
import { createWebCache } from './cache/web.js';
import { createCdnPurge } from './cdn/purge.js';
import { limitsOf, readConfig } from './config/config.js';
import { createHandler } from './handler.js';
import { writeDataPoint } from './log/analytics.js';
import { createOrigins } from './origin/origins.js';
import { createThimble } from './resizer/resizer.js';

/**
 * @type {ReturnType<typeof createHandler> | undefined} made with the first request, which brings
 *   env
 */
let handle;

export default {
  /** @param {Request} request @param {any} env @param {import('./handler.js').Context} context */
  fetch(request, env, context) {
    handle ??= wire(env);
    return handle(request, context);
  },
};

/** @param {any} env */
function wire(env) {
  const policy = readConfig(env);
  const resizer = createThimble(module, {
    limits: limitsOf(policy),
    budgetBytes: policy.budget_bytes,
  });
  const cache = createWebCache(/** @type {any} */ (caches).default);
  return createHandler({
    resizer,
    origins: createOrigins(policy, env),
    purgeCdn: createCdnPurge(policy, env),
    cache,
    policy,
    sendSized,
    log,
  });

  /** @param {Record<string, any>} record */
  function log(record) {
    console.log(JSON.stringify(record));
    if (env.ANALYTICS) writeDataPoint(env.ANALYTICS, record);
  }
}

/**
 * workerd sends Content-Length with this kind of stream only.
 * @param {ReadableStream} body
 * @param {number} length
 */
function sendSized(body, length) {
  return body.pipeThrough(new /** @type {any} */ (globalThis).FixedLengthStream(length));
}
