/**
 * Queries, as far as the host has to understand them: which of a query's keys are
 * options, by the core's own table. Values are the core's business.
 */

/**
 * @param {Array<{ name: string, aliases: string[] }>} table what describe() gives
 * @returns {(query: string) => Array<[name: string, value: string]>} the recognised pairs of a
 *   query in their order: decoded, aliases resolved
 */
export function createQueryReader(table) {
  /** @type {Map<string, string>} */
  const names = new Map();
  for (const { name, aliases } of table) {
    for (const word of [name, ...aliases]) names.set(word, name);
  }
  return function readQuery(query) {
    /** @type {Array<[string, string]>} */
    const pairs = [];
    for (const [key, value] of new URLSearchParams(query)) {
      const name = names.get(key);
      if (name !== undefined) pairs.push([name, value]);
    }
    return pairs;
  };
}
