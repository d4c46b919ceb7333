/** Origins by their configuration: the list of kinds there are. */
import { present } from '../config/secret.js';
import { httpHeaders, oneOf, text } from '../config/value.js';
import { checkUrl } from './address.js';
import { createHttpOrigin } from './http.js';
import { createR2Origin } from './r2.js';
import { bucketUrl, createS3Origin } from './s3.js';

/**
 * @typedef {(options: any, env: Record<string, any>) => import('./object.js').Origin} Kind
 */

/**
 * What a kind needs, what else it may have and how that is read, the URL that is read from, if it
 * is one, and how one is made of it. These are there on every platform.
 * @type {Record<string, { needs: string[], may?: Record<string, (value: any) => any>,
 *   url?: (options: any) => string, create: Kind }>}
 */
const KINDS = {
  r2: {
    needs: ['binding'],
    create: ({ binding }, env) => createR2Origin(present(env, binding)),
  },
  s3: {
    needs: ['endpoint', 'bucket'],
    may: { region: text, style: oneOf('path', 'host'), credentials: text, allow_private: asItIs },
    url: ({ endpoint, ...where }) => bucketUrl(endpoint, where),
    create: (options, env) =>
      createS3Origin({ ...options, credentials: credentialsOf(options, env) }),
  },
  http: {
    needs: ['base'],
    may: { headers: httpHeaders, allow_private: asItIs, backend: asItIs }, // the latter: Fastly's
    url: ({ base }) => base,
    create: (options) => createHttpOrigin(options),
  },
};

/**
 * @param {import('../config/config.js').Config} config
 * @param {Record<string, any>} env bindings and secrets
 * @param {typeof KINDS} [own] kinds of this platform alone
 * @returns {Record<string, import('./object.js').Origin>}
 */
export function createOrigins({ origins }, env, own = {}) {
  const kinds = { ...KINDS, ...own };
  return Object.fromEntries(
    Object.entries(origins).map(([name, options]) => [
      name,
      createOrigin(name, { ...options, env, kinds }),
    ]),
  );
}

/** @param {string} name @param {any} options its configuration, env and kinds */
function createOrigin(name, { kind, env, kinds, ...options }) {
  /** @param {string} field @param {string} what @returns {never} */
  const refuse = (field, what) => {
    throw new TypeError(`configuration: origins.${name}.${field}: ${what}`);
  };
  if (!Object.hasOwn(kinds, kind)) refuse('kind', `one of ${Object.keys(kinds).join(', ')}`);
  const found = kinds[kind];
  const { may = {} } = found;
  for (const need of found.needs) {
    if (typeof options[need] !== 'string') refuse(need, 'missing');
  }
  for (const [field, value] of Object.entries(options)) {
    if (found.needs.includes(field)) continue;
    if (!Object.hasOwn(may, field)) refuse(field, 'no such option');
    try {
      may[field](value);
    } catch (error) {
      refuse(field, /** @type {Error} */ (error).message);
    }
  }
  const { allow_private } = options;
  if (found.url) {
    checkUrl(found.url(options), { where: `origins.${name}`, field: found.needs[0], allow_private });
  }
  return found.create(options, env);
}

/** `checkUrl` reads it, or another host. @param {any} value */
function asItIs(value) {
  return value;
}

/**
 * Keys never stand in the configuration itself: `credentials` is what the names of
 * three secrets begin with, S3 when not said: S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY
 * and, for temporary ones, S3_SESSION_TOKEN. What is missing is said at the start; what is renewed
 * in `env` later is used.
 * @param {{ credentials?: string }} options
 * @param {Record<string, any>} env
 * @returns {() => import('./s3.js').Credentials}
 */
function credentialsOf({ credentials: prefix = 'S3' }, env) {
  const read = () => ({
    accessKeyId: present(env, `${prefix}_ACCESS_KEY_ID`),
    secretAccessKey: present(env, `${prefix}_SECRET_ACCESS_KEY`),
    sessionToken: env[`${prefix}_SESSION_TOKEN`],
  });
  read();
  return read;
}
