/**
 * thimble as a Lambda@Edge function. Two handlers, for either event: originRequest makes the answer
 * itself, so that the object is read once; originResponse replaces what the origin answered, and
 * reads the object again. Lambda@Edge has no environment variables: thimble.json lies in the package.
 */
import { readFileSync } from 'node:fs';
import { BODY_BYTES_MAX, bytesWithin, toGenerated, toOriginal, toRequest } from './cloudfront/event.js';
import { limitsOf, readConfig } from './config/config.js';
import { createHandler } from './handler.js';
import { createOrigins } from './origin/origins.js';
import { createThimble } from './resizer/resizer.js';

const packaged = (/** @type {string} */ name) => readFileSync(new URL(`../${name}`, import.meta.url));
const policy = readConfig(JSON.parse(packaged('thimble.json').toString()));
const module = new WebAssembly.Module(packaged('dist/thimble.wasm'));
const handle = createHandler({
  resizer: createThimble(module, { limits: limitsOf(policy), budgetBytes: policy.budget_bytes }),
  // Lambda puts its role's credentials there.
  origins: createOrigins(policy, process.env),
  // Nothing is kept here: originals need not be held.
  policy: { ...policy, pass_cache_bytes: 0 },
  outputBytesMax: BODY_BYTES_MAX,
  log: (record) => console.log(JSON.stringify(record)),
});

/**
 * An original too large for a generated response is left to CloudFront: it then asks the origin.
 * @param {{ Records: [{ cf: { request: import('./cloudfront/event.js').EdgeRequest } }] }} event
 */
export async function originRequest(event) {
  const { request } = event.Records[0].cf;
  const response = await handle(toRequest(request));
  const bytes = await bytesWithin(response.body, BODY_BYTES_MAX);
  return bytes ? toGenerated(response, bytes) : request;
}

/**
 * What the origin refuses goes through as it is.
 * @param {{ Records: [{ cf: { request: import('./cloudfront/event.js').EdgeRequest, response:
 *   import('./cloudfront/event.js').EdgeResponse } }] }} event
 */
export async function originResponse(event) {
  const { request, response: origin } = event.Records[0].cf;
  if (origin.status !== '200') return origin;
  const response = await handle(toRequest(request));
  const bytes = isOriginal(response, origin) ? null : await bytesWithin(response.body, BODY_BYTES_MAX);
  if (bytes) return toGenerated(response, bytes, origin.headers);
  await response.body?.cancel();
  if (standsIn(response)) response.headers.set('Cache-Control', policy.negative_cache_control);
  return toOriginal(origin, response);
}

/**
 * The origin's own ETag is on originals only; its body is at hand already.
 * @param {Response} response
 * @param {import('./cloudfront/event.js').EdgeResponse} origin
 */
function isOriginal({ headers }, origin) {
  return headers.has('ETag') && headers.get('ETag') === origin.headers.etag?.[0].value;
}

/**
 * A large original in the place of an image should not stay.
 * @param {Response} response
 */
function standsIn({ headers }) {
  const isLarge = Number(headers.get('Content-Length') ?? 0) > BODY_BYTES_MAX;
  return isLarge && headers.get('X-Thimble')?.startsWith('pass');
}
