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
const explainedIn = (text) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((row) => [...row.split(' | ')[0].matchAll(/`([^`]+)`/g)].map(([, message]) => message));
const [before, start, behind] = page.split(/\n## (?=At the start|The command)/);
const ofConfiguration = explainedIn(start);
const explained = [...explainedIn(before), ...explainedIn(behind)];

const patternOf = (text) =>
  new RegExp(
    `^${text
      .split('…')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
const patterns = [...explained, ...ofConfiguration].map(patternOf);

/** Messages in the image's own terms, as the core has them. */
const inC = [...c.matchAll(/"((?:jpeg|png|webp|image|input|output|job|resample|origin|path|purge): [^"\\]*)"/g)].map(
  ([, text]) => text,
);
/** What refuses a request, with … for what is filled in. */
const inJs = [
  ...js.matchAll(/new (?:Refusal\(\s*\d+|ThimbleError\(\s*'\w+'),\s*(['`])(.*?)\1/g),
].map(([, , text]) => text.replace(/\$\{[^}]*\}+/g, '…'));

/** What stands behind the name that a fault of a configuration begins with. */
const behindName = (text) => text.replace(/^[\w.…[\]]*: /, '');
const inConfiguration = sources('worker/config/*.js', 'worker/origin/*.js', 'worker/cdn/*.js', 'worker/server/*.js');
const faults = [
  ...inConfiguration.matchAll(
    /(?:new TypeError|faults\.push|refuse)\((?:[\w.[\]]+, |'[\w.]+', )?(['`])(.*?)\1[),]/g,
  ),
]
  .map(([, , text]) => text.replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '…').replace(/^configuration: /, ''))
  .concat(
    [
      ...c.matchAll(/edge_reading_fault\(\s*r,[^";,]*(?:"[\w ]+")?,\s*(?:[^;",]*\?\s*)?"([^"]+)"/g),
    ].map(([, text]) => text),
  )
  .map(behindName)
  .filter((text) => text !== '…'); // what others say

test('every fault of a configuration is explained', () => {
  assert.ok(faults.length > 50, `${faults.length}: the faults are no longer found`);
  const known = ofConfiguration.map(behindName).map(patternOf);
  const missing = faults.filter((text) => !known.some((pattern) => pattern.source !== '^.*$' && pattern.test(text)));
  assert.deepEqual(missing, []);
});

test('no fault of a configuration is explained that cannot happen', () => {
  const all = `${c}\n${js}`;
  const unknown = ofConfiguration.filter((text) => {
    const pieces = behindName(text).split('…');
    return !pieces.every((piece) => all.includes(piece.trim()));
  });
  assert.deepEqual(unknown, []);
});

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
