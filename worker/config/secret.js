/**
 * Secrets and bindings: what stands beside the configuration, by name.
 * @param {Record<string, any>} env
 * @param {string} name
 */
export function present(env, name) {
  if (env[name] === undefined)
    throw new TypeError(`configuration: ${name}: configured, but not there`);
  return env[name];
}
