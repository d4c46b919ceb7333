/**
 * The schema: every option there is, its default and what it may be. docs/configuration.md is
 * tested against these tables.
 */
import {
  flag,
  headerText,
  integer,
  keyPrefix,
  keys,
  list,
  oneOf,
  optional,
  record,
  routePath,
  secret,
  sites,
  sizes,
  text,
} from './value.js';

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
  cors: { default: [], read: sites },
  cdn: { default: 'none', read: oneOf('none', 'cloudflare', 'fastly', 'standard') },
  cdn_cache_control: { default: '', read: headerText },
  spelling: { default: 'any', read: oneOf('any', 'redirect') },
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
  cdn_purge: { default: {}, read: record },
  metrics: { default: false, read: flag },
  detail: { default: false, read: flag },
};

/** What a route itself says. @type {Record<string, Field>} */
export const ROUTE_OWN_FIELDS = {
  path: { default: undefined, read: routePath },
  origin: { default: undefined, read: text },
  prefix: { default: undefined, read: optional(keyPrefix) },
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
 * @property {'none' | 'cloudflare' | 'fastly' | 'standard'} cdn which one is in front
 * @property {string} cdn_cache_control how long that keeps images, '' as everybody
 * @property {'any' | 'redirect'} spelling of a query that is not canonical
 */
/** @typedef {Record<string, any> & { routes: Route[], origins: Record<string, any> }} Config */
