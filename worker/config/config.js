/**
 * Configuration: one schema, read from wrangler's [vars] and secrets, an environment, or a JSON
 * file. Every wrong value names itself, all of them at once.
 *
 * In [vars] and environments names are upper-case (ON_ERROR) and structured
 * values may be JSON text; in a JSON file they are as here.
 */
import { FIELDS, ROUTE_FIELDS, ROUTE_OWN_FIELDS } from './schema.js';

/** @typedef {import('./schema.js').Field} Field */
/** @typedef {import('./schema.js').Route} Route */
/** @typedef {import('./schema.js').Config} Config */

/**
 * @param {Record<string, any>} source [vars], an environment or a parsed file; other names are
 *   ignored
 * @param {Record<string, Field>} [own] what this platform has beside FIELDS
 * @returns {Config}
 */
export function readConfig(source, own = {}) {
  /** @type {string[]} */
  const faults = [];
  const fields = { ...FIELDS, ...own };
  const config = readFields(fields, (name) => source[name.toUpperCase()] ?? source[name], {
    faults,
  });
  if (faults.length > 0) throw wrong(faults);
  if (config.routes.length === 0) faults.push('routes: at least one is needed');
  config.routes = config.routes.map((/** @type {any} */ route, /** @type {number} */ index) =>
    readRoute(route, config, { faults, where: `routes[${index}]` }),
  );
  const isSigned = config.routes.some((/** @type {Route | undefined} */ route) => route?.signed);
  if (isSigned && config.signing_keys.length === 0) {
    faults.push('signing_keys: a signed route needs one');
  }
  if (faults.length > 0) throw wrong(faults);
  return /** @type {Config} */ (config);
}

/** @param {string[]} faults */
function wrong(faults) {
  return new TypeError(`configuration: ${faults.join('; ')}`);
}

/** The limits every job runs under, as th_limits wants them. @param {Config} config */
export function limitsOf(config) {
  return {
    input: config.input_bytes_max,
    memory: config.memory_bytes_max,
    pixels: config.pixels_max,
    side: config.side_max,
    work: config.work_max,
  };
}

/**
 * @param {any} given
 * @param {Record<string, any>} config
 * @param {{ faults: string[], where: string }} report
 */
function readRoute(given, config, { faults, where }) {
  const known = { ...ROUTE_OWN_FIELDS, ...ROUTE_FIELDS };
  if (typeof given !== 'object' || given === null) {
    faults.push(`${where}: a table`);
    return undefined;
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) faults.push(`${where}.${name}: no such option`);
  }
  const route = readFields(known, (name) => given[name] ?? config[name], {
    faults,
    where: `${where}.`,
  });
  if (!Object.hasOwn(config.origins, route.origin)) {
    faults.push(`${where}.origin: none of ${Object.keys(config.origins).join(', ')}`);
  }
  if (route.cdn_cache_control && route.cdn === 'none') {
    faults.push(`${where}.cdn_cache_control: needs cdn, which says who is told`);
  }
  const match = (route.path ?? '').replace(/^\//, '').replace(/\*$/, '');
  const strip = route.prefix === undefined ? '' : match;
  return { ...route, name: route.path, match, strip, prefix: route.prefix ?? '' };
}

/**
 * @param {Record<string, Field>} fields
 * @param {(name: string) => any} given
 * @param {{ faults: string[], where?: string }} report
 */
function readFields(fields, given, { faults, where = '' }) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = given(name) ?? field.default;
    try {
      values[name] = field.read(value);
    } catch (error) {
      faults.push(`${where}${name}: ${/** @type {Error} */ (error).message}`);
    }
  }
  return values;
}
