// options.test.mjs - docs/options.md says what the code does: its table is the table of
// options (thimble --describe), its examples come out as written.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);
const thimble = new URL('build/native/thimble', root).pathname;
const page = readFileSync(new URL('docs/options.md', root), 'utf8');
const described = JSON.parse(execFileSync(thimble, ['--describe'], { encoding: 'utf8' }));

/** The rows of the table whose first heading cells are these; each row an array of cells. */
function rowsOf(...headings) {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${headings.join(' | ')} |`));
  assert.notEqual(start, -1, `no table headed ${headings.join(', ')}`);
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start + 2, start + length).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

/** What stands in backticks. */
const code = (cell) => [...cell.matchAll(/`([^`]*)`/g)].map((match) => match[1]);

/** How the page puts an option's values. */
function valuesText(option) {
  if (option.values) return option.values.map((value) => `\`${value}\``).join(' ') + (option.type === 'point' ? ', or a point' : '');
  if (option.min !== undefined) return `${option.min}..${option.max}`;
  return `a ${option.type}`;
}

test('docs/options.md lists the options of the code, in the same order', () => {
  const names = rowsOf('option', 'also').map(([name]) => code(name)[0]);
  assert.deepEqual(names, described.map((option) => option.name));
});

for (const [name, also, values, standard, help] of rowsOf('option', 'also')) {
  test(`docs/options.md: ${name}`, () => {
    const option = described.find((each) => each.name === code(name)[0]);
    assert.deepEqual(code(also), option.aliases);
    assert.equal(values, valuesText(option));
    assert.equal(standard, option.default === null ? 'none' : `\`${option.default}\``);
    assert.ok(help.length > 0);
    for (const [other, same] of Object.entries(option.same ?? {})) {
      assert.ok(help.includes(`\`${other}\` is the same as \`${same}\``));
    }
  });
}

test('docs/options.md explains each fit', () => {
  const fits = rowsOf('`fit`', 'result').map(([fit]) => code(fit)[0]);
  assert.deepEqual(fits, described.find((option) => option.name === 'fit').values);
});

test('docs/options.md: canonical forms are as written', () => {
  for (const [query, canonical] of rowsOf('query', 'canonical form')) {
    const text = execFileSync(thimble, ['--canon', code(query)[0]], { encoding: 'utf8' });
    assert.equal(text.trim(), code(canonical)[0] ?? '', query);
  }
});

test('docs/options.md: refusals are as written', () => {
  for (const [query, answer] of rowsOf('query', 'answer')) {
    const { status, stderr } = spawnSync(thimble, ['--canon', code(query)[0]], { encoding: 'utf8' });
    assert.equal(status, 1, query);
    assert.equal(stderr.trim(), `thimble: ${code(answer)[0]}`);
  }
});

test('the description is complete enough for a form', () => {
  const types = new Set(['integer', 'number', 'flag', 'word', 'color', 'point', 'text']);
  const names = described.flatMap((option) => [option.name, ...option.aliases]);
  assert.equal(new Set(names).size, names.length, 'a name is used twice');
  for (const option of described) {
    assert.ok(types.has(option.type), option.name);
    assert.ok(option.help.endsWith('.'), option.name);
    assert.equal(typeof option.default === 'string' || option.default === null, true);
    if (['integer', 'number', 'flag'].includes(option.type)) assert.ok(option.min < option.max);
    if (['word', 'point'].includes(option.type)) assert.ok(option.values.length > 1);
    if (option.default === null) continue;
    // A default is a value, and the canonical form of defaults alone is q=80.
    const text = execFileSync(thimble, ['--canon', `${option.name}=${option.default}`], { encoding: 'utf8' });
    assert.equal(text.trim(), 'q=80', option.name);
  }
});
