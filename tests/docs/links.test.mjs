// links.test.mjs - every link of every page leads somewhere: files are there, headings too, and
// what a page calls a file of the repository or a make target exists.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const git = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const pages = execFileSync('git', git, { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((page) => existsSync(path.join(root, page)));
const read = (page) => readFileSync(path.join(root, page), 'utf8');
const targets = new Set(read('Makefile').match(/^[a-z][\w-]*(?=.*:.*##)/gm));

/** The anchors of a page, as they are made of its headings. */
function anchors(page) {
  const headings = read(page).match(/^#+ .*$/gm) ?? [];
  return headings.map((line) =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** What a page says outside of its blocks of code. */
function prose(page) {
  return read(page).replace(/^```[^]*?^```$/gm, '');
}

for (const page of pages) {
  test(`${page}: links lead somewhere`, () => {
    for (const [, target] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue; // the web is not tested: it changes without us
      const [file, anchor] = target.split('#');
      const where = file ? path.join(path.dirname(page), file) : page;
      assert.ok(existsSync(path.join(root, where)), target);
      if (anchor) assert.ok(anchors(where).includes(anchor), target);
    }
  });

  test(`${page}: files and make targets are there`, () => {
    for (const [, code] of prose(page).matchAll(/`([^`\n]+)`/g)) {
      const target = /^make ([a-z][\w-]*)/.exec(code)?.[1];
      if (target && !target.startsWith('test-')) assert.ok(targets.has(target), code);
      const file =
        /^(?:src|wasm|worker|demo|scripts|tests|docs)\/[\w./-]+\.(?:c|h|js|mjs|md|mk|txt|html)$/.exec(
          code,
        )?.[0];
      if (file && !/X|NNNN/.test(file)) assert.ok(existsSync(path.join(root, file)), code);
    }
  });
}
