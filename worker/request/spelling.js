/**
 * Spellings: the one query of all that mean the same image, for caches that know nothing of options.
 * As worker/cloudfront/function.js has it: f=auto stays, and beside a preset or a signature values
 * stay as they were given. Pure but for the core's own grammar.
 */

import { HOST_OPTIONS, queryText } from './query.js';

/** @typedef {import('./query.js').Pairs} Pairs */

/**
 * @param {Pairs} pairs the recognised options of a query, each once
 * @param {(query: string) => string} canon the core's
 * @returns {string} '' for the original
 */
export function canonicalQuery(pairs, canon) {
  if (pairs.some(([name]) => HOST_OPTIONS.includes(name))) return queryText([...pairs].sort(byName));
  const canonical = canon(queryText(pairs));
  const negotiates = pairs.some(([name, value]) => name === 'f' && value === 'auto');
  // Without an Accept header that is what f=auto folds to.
  return negotiates ? canonical.replace(/(^|&)f=safe/, '$1f=auto') : canonical;
}

/** @param {Pairs[number]} a @param {Pairs[number]} b */
function byName([a], [b]) {
  return a < b ? -1 : 1;
}
