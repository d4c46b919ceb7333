/**
 * Query: the text behind the question mark, which is what this page is about. The
 * controls, the address and the snippets are all read from it and written to it.
 */

/**
 * One row of the module's own table of options (th_describe).
 * @typedef {object} Option
 * @property {string} name
 * @property {string[]} aliases
 * @property {'integer' | 'number' | 'flag' | 'word' | 'point' | 'color' | 'text'} type
 * @property {number} [min]
 * @property {number} [max]
 * @property {string[]} [values]
 * @property {string | null} default
 * @property {boolean} [host] read by the service, not by the module
 * @property {string} help
 */

/**
 * The options a query names, by their first names, as they are written there.
 * @param {string} query
 * @param {Option[]} table
 * @returns {Map<string, string>}
 */
export function readQuery(query, table) {
  const pairs = new Map();
  for (const [name, value] of new URLSearchParams(query)) {
    const option = table.find((row) => row.name === name || row.aliases.includes(name));
    if (option) pairs.set(option.name, value);
  }
  return pairs;
}

/** @param {Map<string, string>} options @returns {string} */
export function writeQuery(options) {
  return Array.from(options, ([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

/**
 * The same query with some options given or, by '', taken away.
 * @param {string} query
 * @param {Record<string, string>} changes
 * @param {Option[]} table
 */
export function changeQuery(query, changes, table) {
  const options = readQuery(query, table);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') options.delete(name);
    else options.set(name, value);
  }
  return writeQuery(options);
}
