// table.mjs - the results of the suite and the table of docs/hosts/README.md made from them: a row
// for each check, a column for each host.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from '../lib/engines.mjs';

const page = path.join(root, 'docs/hosts/README.md');
const folder = path.join(root, 'build/runtimes');
const BEGIN = '<!-- made by make hosts-table -->\n';
const END = '\n<!-- end of what is made -->';

/** What a run found out. @typedef {{ title: string, results: Record<string, string> }} Column */

/** @param {string} name of a host @param {Column} column */
export async function saveResults(name, column) {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(column, null, 2)}\n`);
}

/** What the last runs found out, of whichever hosts ran. @returns {Promise<Column[]>} */
export async function savedResults() {
  const files = await readdir(folder);
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(path.join(folder, file)))));
}

/** The columns of the page's table. @returns {Promise<Column[]>} */
export async function readTable() {
  const { table } = await splitPage();
  const [titles = [], , ...rows] = table
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  return titles.slice(1).map((title, index) => ({
    title,
    results: Object.fromEntries(rows.map(([check, ...cells]) => [check, cells[index]])),
  }));
}

/** @param {Column[]} columns @param {string[]} checks in the order of their rows */
export async function writeTable(columns, checks) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const lines = [
    line(['', ...columns.map(({ title }) => title)]),
    line(['---', ...columns.map(() => '---')]),
    ...checks.map((check) => line([check, ...columns.map(({ results }) => results[check] ?? '')])),
  ];
  const { before, after } = await splitPage();
  await writeFile(page, before + lines.join('\n') + after);
}

async function splitPage() {
  const text = await readFile(page, 'utf8');
  const begin = text.indexOf(BEGIN) + BEGIN.length;
  const end = text.indexOf(END, begin - 1);
  if (begin < BEGIN.length || end < 0) throw new Error(`${page} has no place for the table`);
  return { before: text.slice(0, begin), table: text.slice(begin, end), after: text.slice(end) };
}
