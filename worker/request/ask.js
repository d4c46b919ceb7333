/**
 * Ask: what a query means on a route, once presets are expanded and sizes are
 * fitted to those allowed. Pure but for the core's own grammar, which comes in as
 * `canon` and `readQuery`.
 */
import { Refusal } from '../answer/refusal.js';
import { HOST_OPTIONS, queryText } from './query.js';

/** @typedef {import('../config/config.js').Route} Route */
/**
 * What a request means.
 * @typedef {object} Ask
 * @property {Route} route
 * @property {string} key of the object at the route's origin
 * @property {string | null} options canonical options text; null: the object as it is
 */
/** @typedef {import('./query.js').Pairs} Pairs */
/**
 * @typedef {{ canon: (query: string, accept?: string) => string, readQuery: (query: string) =>
 *   Pairs }} Grammar
 */

/**
 * @param {Route} route
 * @param {{ pairs: Pairs, accept: string }} asked pairs: what readQuery gives of the request's query
 * @param {Grammar} grammar
 * @returns {{ options: string | null, varies: boolean }} options: canonical text, null for the
 *   original; varies: the Accept header decided. Throws BAD_OPTION or refuses
 */
export function readAsk(route, { pairs, accept }, { canon, readQuery }) {
  if (pairs.length === 0) return { options: null, varies: false };
  const wanted = expandPreset(route, pairs, { readQuery });
  const varies = wanted.some(([name, value]) => name === 'f' && value === 'auto');
  const decisive = varies ? accept : '';
  // Repeated and wrong ones end here, whatever a preset says. What is no option does not count
  // against the length of a text: others' tracking parameters can be long.
  const plain = canon(queryText(pairs), decisive);
  const options = wanted === pairs ? plain : canon(queryText(wanted), decisive);
  return { options: fitSizes(route, options, { canon, readQuery }) || null, varies };
}

/**
 * What a preset stands for, with what was given beside it on top.
 * @param {Route} route
 * @param {Pairs} pairs
 * @param {Pick<Grammar, 'readQuery'>} grammar
 * @returns {Pairs} the same array when there is no preset
 */
function expandPreset(route, pairs, { readQuery }) {
  const own = pairs.filter(([name]) => !HOST_OPTIONS.includes(name));
  if (route.only_presets && own.length > 0) {
    throw new Refusal(400, `${own[0][0]}: only presets are allowed here`);
  }
  const name = pairs.find(([key]) => key === 'p')?.[1];
  if (name === undefined) return pairs;
  if (!Object.hasOwn(route.presets, name)) throw new Refusal(400, 'p: no such preset');
  const preset = readQuery(route.presets[name]);
  const given = new Set(own.map(([key]) => key));
  return [...preset.filter(([key]) => !given.has(key)), ...own];
}

/**
 * Snaps w and h up to the next allowed one, or refuses, as configured.
 * @param {Route} route
 * @param {string} options canonical
 * @param {Grammar} grammar
 */
function fitSizes(route, options, { canon, readQuery }) {
  if (route.widths.length === 0 && route.heights.length === 0) return options;
  /** @type {Pairs} */
  const fitted = readQuery(options).map(([name, value]) => {
    if (name === 'w') return [name, fit(route, value, { name, allowed: route.widths })];
    if (name === 'h') return [name, fit(route, value, { name, allowed: route.heights })];
    // Half steps would bring back by another door what the lists keep out.
    if (name === 'dpr') return [name, String(Math.ceil(Number(value)))];
    return [name, value];
  });
  return canon(queryText(fitted));
}

/**
 * @param {Route} route
 * @param {string} value
 * @param {{ name: string, allowed: number[] }} list
 */
function fit(route, value, { name, allowed }) {
  const asked = Number(value);
  if (allowed.length === 0 || allowed.includes(asked)) return value;
  if (route.sizes === 'refuse') throw new Refusal(400, `${name}: one of ${allowed.join(', ')}`);
  return String(allowed.find((size) => size >= asked) ?? allowed[allowed.length - 1]);
}
