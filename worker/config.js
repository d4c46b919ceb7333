/**
 * Configuration: one schema, read from wrangler's [vars] and secrets, an
 * environment, or a JSON file. docs/configuration.md is tested against the two
 * tables below. Every wrong value names itself, all of them at once.
 *
 * In [vars] and environments names are upper-case (ON_ERROR) and structured
 * values may be JSON text; in a JSON file they are as here.
 */

/**
 * @typedef {object} Field
 * @property {any} default
 * @property {(value: any) => any} read the value, or throws a TypeError that says what is expected
 */

/** May stand in a route too, for that route alone. @type {Record<string, Field>} */
export const ROUTE_FIELDS = {
  on_error: { default: 'pass', read: oneOf('pass', 'status') },
  on_busy: { default: 'status', read: oneOf('pass', 'status') },
  cache_control: {
    default: 'public, max-age=86400, stale-while-revalidate=604800',
    read: headerText,
  },
  negative_cache_control: { default: 'public, max-age=60', read: headerText },
  presets: { default: {}, read: record },
  only_presets: { default: false, read: flag },
  widths: { default: [], read: sizes },
  heights: { default: [], read: sizes },
  sizes: { default: 'snap', read: oneOf('snap', 'refuse') },
  max_bytes: { default: 0, read: integer(0, 64 << 20) },
  signed: { default: false, read: flag },
  cors: { default: [], read: list },
};

/** @type {Record<string, Field>} */
export const FIELDS = {
  ...ROUTE_FIELDS,
  origins: { default: {}, read: record },
  routes: { default: [], read: list },
  origin_timeout_ms: { default: 10_000, read: integer(1, 120_000) },
  origin_stall_ms: { default: 10_000, read: integer(1, 120_000) },
  input_bytes_max: { default: 64 << 20, read: integer(1, 256 << 20) },
  pixels_max: { default: 120_000_000, read: integer(1, 268_402_689) },
  memory_bytes_max: { default: 64 << 20, read: integer(1 << 20, 88 << 20) },
  side_max: { default: 4096, read: integer(1, 8192) },
  work_max: { default: 12_288, read: integer(1, 24_576) },
  budget_bytes: { default: 64 << 20, read: integer(4 << 20, 1 << 30) },
  variants_per_minute: { default: 120, read: integer(1, 1_000_000) },
  pass_cache_bytes: { default: 1 << 20, read: integer(0, 64 << 20) },
  collapse_wait_ms: { default: 5_000, read: integer(0, 60_000) },
  cache_version: { default: '1', read: text },
  signing_keys: { default: [], read: keys },
  purge_token: { default: '', read: secret },
  metrics: { default: false, read: flag },
  detail: { default: false, read: flag },
};

/** What a route itself says. @type {Record<string, Field>} */
export const ROUTE_OWN_FIELDS = {
  path: { default: undefined, read: routePath },
  origin: { default: undefined, read: text },
  prefix: { default: undefined, read: optional(text) },
};

/**
 * @typedef {object} Route
 * @property {string} name its path pattern
 * @property {string} match what the path without its leading slash begins with
 * @property {string} strip what is taken off its beginning ...
 * @property {string} prefix ... and put there instead
 * @property {string} origin name of one of `origins`
 * @property {'pass' | 'status'} on_error
 * @property {'pass' | 'status'} on_busy
 * @property {string} cache_control
 * @property {string} negative_cache_control
 * @property {Record<string, string>} presets options texts by name
 * @property {boolean} only_presets
 * @property {number[]} widths allowed, ascending; none: all are
 * @property {number[]} heights
 * @property {'snap' | 'refuse'} sizes what becomes of others
 * @property {number} max_bytes of an image where the request names no `max`; 0: no budget
 * @property {boolean} signed
 * @property {string[]} cors
 */
/** @typedef {Record<string, any> & { routes: Route[], origins: Record<string, any> }} Config */

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
    readRoute(route, config, { faults, where: `routes[${index}].` }),
  );
  if (
    config.routes.some((/** @type {Route} */ { signed }) => signed) &&
    config.signing_keys.length === 0
  ) {
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
function readRoute(given, config, report) {
  const known = { ...ROUTE_OWN_FIELDS, ...ROUTE_FIELDS };
  for (const name of Object.keys(given)) {
    if (!(name in known)) report.faults.push(`${report.where}${name}: no such option`);
  }
  const route = readFields(known, (name) => given[name] ?? config[name], report);
  if (!(route.origin in config.origins)) {
    report.faults.push(`${report.where}origin: none of ${Object.keys(config.origins).join(', ')}`);
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

/* ---- what a value may be ---- */

/** @param {string[]} words */
function oneOf(...words) {
  return function read(/** @type {any} */ value) {
    if (!words.includes(value)) throw new TypeError(`one of ${words.join(', ')}`);
    return value;
  };
}

/** @param {number} least @param {number} most */
export function integer(least, most) {
  return function read(/** @type {any} */ value) {
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (Number.isInteger(number) && number >= least && number <= most) return number;
    throw new TypeError(`a whole number from ${least} to ${most}`);
  };
}

/** @param {any} value */
export function text(value) {
  if (typeof value !== 'string') throw new TypeError('a text');
  return value;
}

/** @param {any} value */
function headerText(value) {
  if (typeof value !== 'string' || !/^[\x20-\x7e]*$/.test(value)) {
    throw new TypeError('one line of ASCII text');
  }
  return value;
}

/** @param {any} value */
function routePath(value) {
  if (typeof value === 'string' && /^\/[^*?#]*\*$/.test(value)) return value;
  throw new TypeError('a path such as /dev/* or /*');
}

/** @param {any} value */
function record(value) {
  const parsed = structured(value);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new TypeError('a table');
  }
  return parsed;
}

/** @param {any} value */
function list(value) {
  const parsed = structured(value);
  if (!Array.isArray(parsed)) throw new TypeError('a list');
  return parsed;
}

/** @param {any} value */
function flag(value) {
  if (value === true || value === 'true' || value === '1') return true;
  if (value === false || value === 'false' || value === '0') return false;
  throw new TypeError('true or false');
}

/** @param {any} value */
function sizes(value) {
  const read = list(value).map(integer(1, 8192));
  return read.sort((/** @type {number} */ a, /** @type {number} */ b) => a - b);
}

/**
 * A secret is one text; several keys in it are separated by spaces or commas.
 * @param {any} value
 */
function keys(value) {
  const all = typeof value === 'string' ? value.split(/[\s,]+/).filter(Boolean) : list(value);
  return all.map(secret);
}

/** @param {any} value */
function secret(value) {
  if (typeof value !== 'string' || (value !== '' && value.length < 16)) {
    throw new TypeError('at least 16 characters');
  }
  return value;
}

/** @param {(value: any) => any} read */
function optional(read) {
  return function readOptional(/** @type {any} */ value) {
    return value === undefined ? undefined : read(value);
  };
}

/** Environments hold text only. @param {any} value */
function structured(value) {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new TypeError('not valid JSON');
  }
}
