// results.mjs - what a run found out, kept in build/runtimes/HOST.json for the table of
// docs/hosts/README.md.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../lib/engines.mjs';

export const folder = path.join(root, 'build/runtimes');

/**
 * @param {import('./hosts.mjs').Host} host
 * @param {Record<string, string>} results by the checks' titles
 */
export async function saveResults({ name, title }, results) {
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ name, title, results }, null, 2);
  await writeFile(path.join(folder, `${name}.json`), `${text}\n`);
}
