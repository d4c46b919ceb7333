/**
 * Queries, as far as the host has to understand them: which of a query's keys are
 * options, by the core's own table. Values are the core's business.
 */

/** @typedef {Array<[name: string, value: string]>} Pairs decoded, by first names */

/** Options of the host: they choose or protect, but make no other image. */
export const HOST_OPTIONS = ['p', 'sig', 'exp'];

/**
 * @param {Array<{ name: string, aliases: string[] }>} table what describe() gives
 * @returns {(query: string) => Pairs} the recognised pairs of a query in their order
 */
export function createQueryReader(table) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const { name, aliases } of table) {
    for (const word of [name, ...aliases]) names.set(word, name);
  }
  return function readQuery(query) {
    /** @type {Pairs} */
    const pairs = [];
    for (const [key, value] of new URLSearchParams(query)) {
      const name = names.get(key);
      if (name !== undefined) pairs.push([name, value]);
    }
    return pairs;
  };
}

/** As a query again. @param {Pairs} pairs */
export function queryText(pairs) {
  return new URLSearchParams(pairs).toString();
}
