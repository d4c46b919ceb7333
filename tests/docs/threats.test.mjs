// threats.test.mjs - docs/threats.md names tests that exist: every row of its tables at least one.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bombs } from '../bombs/files/index.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(path.join(root, 'docs/threats.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| (?!given \|)/.test(line))
  .map((line) => line.split(/(?<!\\) \| /));

/** Of `a/b`: *one*; *another*; `c/d`: *third* |. @returns {Array<{ file: string, title: string }>} */
function testsIn(cell) {
  let file;
  return cell.replace(/ \|$/, '').split(/; (?=[`*])/).map((piece) => {
    const [, name, title] = /^(?:`(\S+)`: )?\*(.+)\*$/.exec(piece) ?? assert.fail(piece);
    if (name) file = `tests/${name}${name.endsWith('.c') ? '' : '.test.mjs'}`;
    return { file, title };
  });
}

/** Whether a file has a test of that title. */
function hasTest(file, title) {
  if (file === 'tests/bombs/bombs.test.mjs') return bombs.some(({ name }) => name === title);
  const source = readFileSync(path.join(root, file), 'utf8');
  if (file.endsWith('.c')) {
    return source.includes(`static void ${title}(void) {`) && source.includes(`    ${title}();`);
  }
  const titles = [...source.matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1)[^\\])+)\1/g)];
  return titles.some(([, quote, written]) => {
    const text = written.replace(/\\(.)/g, '$1');
    return quote === '`' ? isFilledIn(text, title, source) : text === title;
  });
}

/** Whether a template may give the title: what is filled in stands in the file, too. */
function isFilledIn(template, title, source) {
  const fixed = template.split(/\$\{[^}]+\}/);
  const pattern = fixed.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+)');
  const [, ...filled] = new RegExp(`^${pattern}$`).exec(title) ?? [];
  return fixed.join('') !== '' && filled.length > 0 && filled.every((text) => source.includes(text));
}

test('every row names a test', () => {
  assert.ok(rows.length > 50, 'the tables are no longer found');
  for (const [given, answer, tests, ...more] of rows) {
    assert.ok(answer && tests && more.length === 0, `${given}: three columns`);
    assert.ok(testsIn(tests).every(({ file }) => file), given);
  }
});

test('every test that is named exists', () => {
  const named = rows.flatMap(([, , tests]) => testsIn(tests));
  const absent = named.filter(
    ({ file, title }) => !existsSync(path.join(root, file)) || !hasTest(file, title),
  );
  assert.deepEqual(absent, []);
});
