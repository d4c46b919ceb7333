/** Origins by their configuration: the list of kinds there are. */
import { createHttpOrigin } from './origin/http.js';
import { createR2Origin } from './origin/r2.js';

/** @type {Record<string, (options: any, env: Record<string, any>) => import('./origin/object.js').Origin>} */
const KINDS = {
  r2: ({ binding }, env) => createR2Origin(required(env, binding)),
  http: ({ base, headers }) => createHttpOrigin({ base, headers }),
};

/**
 * @param {import('./config.js').Config} config
 * @param {Record<string, any>} env bindings and secrets
 * @returns {Record<string, import('./origin/object.js').Origin>}
 */
export function createOrigins({ origins }, env) {
  return Object.fromEntries(
    Object.entries(origins).map(([name, { kind, ...options }]) => {
      const create = KINDS[kind];
      if (!create) throw new TypeError(`origins.${name}.kind: one of ${Object.keys(KINDS).join(', ')}`);
      return [name, create(options, env)];
    }),
  );
}

/** @param {Record<string, any>} env @param {string} name */
function required(env, name) {
  if (env[name] === undefined) throw new TypeError(`${name}: configured, but not there`);
  return env[name];
}
