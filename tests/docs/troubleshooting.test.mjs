// troubleshooting.test.mjs - docs/troubleshooting.md explains every message the sources can
// print, and none that they cannot.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = (...patterns) =>
  execFileSync('git', ['ls-files', ...patterns], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
const sources = (...patterns) =>
  files(...patterns)
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');
const c = sources('src/*.c', 'wasm/*.c'); // git's * crosses folders
const js = sources('worker/*.js');

/** First cells of the tables: messages in backticks, with … for whatever is in that place. */
const page = readFileSync(path.join(root, 'docs/troubleshooting.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));
const explained = rows.flatMap((row) =>
  [...row.split(' | ')[0].matchAll(/`([^`]+)`/g)].map(([, text]) => text),
);
const patterns = explained.map(
  (text) =>
    new RegExp(
      `^${text
        .split('…')
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('.*')}$`,
    ),
);

/** Messages in the image's own terms, as the core has them. */
const inC = [...c.matchAll(/"((?:jpeg|png|webp|image|input|output|job|resample|origin|path|purge): [^"\\]*)"/g)].map(
  ([, text]) => text,
);
/** What refuses a request, with … for what is filled in. */
const inJs = [
  ...js.matchAll(/new (?:Refusal\(\s*\d+|ThimbleError\(\s*'\w+'),\s*(['`])(.*?)\1/g),
].map(([, , text]) => text.replace(/\$\{[^}]*\}+/g, '…'));

test('every message is explained', () => {
  assert.ok(inC.length > 60 && inJs.length > 20, 'the messages are no longer found');
  const isExplained = (text) =>
    text.endsWith(' ') // the beginning of one put together
      ? explained.some((whole) => whole.startsWith(`${text}…`))
      : patterns.some((pattern) => pattern.test(text));
  const missing = [...inC, ...inJs].filter((text) => !isExplained(text));
  assert.deepEqual(missing, []);
});

test('nothing is explained that cannot happen', () => {
  const all = `${c}\n${js}`;
  const unknown = explained.filter((text) => {
    const pieces = text
      .split('…')
      .map((piece) =>
        piece.replace(/^(\w+)?: (?=at most|a whole|given|one|no|only)|[()]$/g, '').trim(),
      );
    return !pieces.every((piece) => all.includes(piece.replace(/ from 1 to$/, '')));
  });
  assert.deepEqual(unknown, []);
});
