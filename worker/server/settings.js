/**
 * Settings of a server: what the configuration has beside that of every platform, and where it
 * is read from: a JSON file, and the environment for what the file does not say.
 */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { readConfig } from '../config/config.js';
import { FIELDS } from '../config/schema.js';
import { integer, text } from '../config/value.js';

/** Threads per CPU: jobs wait for their origin in their thread; too many starve the event loop. */
const THREADS_PER_CPU = 2;

/** @type {Record<string, import('../config/config.js').Field>} */
export const SERVER_FIELDS = {
  host: { default: '127.0.0.1', read: text },
  port: { default: 8080, read: integer(0, 65_535) },
  threads: { default: 0, read: integer(0, 256) },
  queue_max: { default: 64, read: integer(0, 10_000) },
  cache_dir: { default: '', read: text },
  cache_bytes: { default: 256 << 20, read: integer(0, 2 ** 43) },
  shutdown_ms: { default: 10_000, read: integer(0, 600_000) },
};

/**
 * @param {Record<string, any>} source an environment, or names and values as in a file
 * @returns {import('../config/config.js').Config} threads: never 0
 */
export function readSettings(source) {
  const settings = readConfig(source, SERVER_FIELDS);
  return { ...settings, threads: settings.threads || THREADS_PER_CPU * availableParallelism() };
}

/**
 * A configuration file over an environment: what the file says counts.
 * @param {string} file
 * @param {Record<string, any>} env
 * @returns {Promise<Record<string, any>>} a source for readSettings
 */
export async function readSettingsFile(file, env) {
  const said = parse(file, await readFile(file, 'utf8'));
  const known = { ...FIELDS, ...SERVER_FIELDS };
  const unknown = Object.keys(said).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    throw new TypeError(`configuration: ${unknown.join(', ')}: no such option`);
  }
  const upper = Object.entries(said).map(([name, value]) => [name.toUpperCase(), value]);
  return { ...env, ...Object.fromEntries(upper) };
}

/** @param {string} file @param {string} json */
function parse(file, json) {
  try {
    const said = JSON.parse(json);
    if (typeof said === 'object' && said !== null && !Array.isArray(said)) return said;
  } catch (cause) {
    throw new TypeError(`configuration: ${file}: not valid JSON: ${cause}`, { cause });
  }
  throw new TypeError(`configuration: ${file}: not a table of options`);
}
