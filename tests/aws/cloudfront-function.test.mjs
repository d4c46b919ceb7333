// The CloudFront Function against th_canon, on thousands of queries: in V8, and in njs, which knows
// as little of newer JavaScript as CloudFront does.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { cloudfrontFunction } from '../../scripts/lib/cloudfront-function.mjs';
import { createQueryReader, HOST_OPTIONS } from '../../worker/request/query.js';
import { canonicalQuery } from '../../worker/request/spelling.js';
import { signedText } from '../../worker/request/signature.js';
import { makeThimble, run } from '../lib/engines.mjs';

const BYTES_MAX = 10_240; // CloudFront's quota
const COUNT = 6000;

let source;
let thimble;
let readQuery;
let cases;
before(async () => {
  source = await cloudfrontFunction();
  thimble = await makeThimble();
  readQuery = createQueryReader(thimble.describe());
  cases = makeCases(COUNT, thimble.describe());
});

/** CloudFront's event for a query, and what the function made of it, as JSON. */
const HARNESS = `
function normalise(query, accept) {
  var headers = accept === null ? {} : { accept: { value: accept } };
  var request = { method: 'GET', uri: '/dev/a.png', querystring: {}, headers: headers, cookies: {} };
  request.rawQueryString = function () { return query; };
  var out = handler({ version: '1.0', context: { eventType: 'viewer-request' }, request: request });
  return typeof out.querystring === 'string'
    ? { query: out.querystring, accept: out.headers.accept.value }
    : null;
}
`;

function inV8(all) {
  const text = runInNewContext(
    `${source}${HARNESS}JSON.stringify(${JSON.stringify(all)}.map(([q, a]) => normalise(q, a)))`,
  );
  return JSON.parse(text);
}

/** What the core says: canonical text, null where it refuses. */
function canon(query, accept) {
  try {
    return thimble.canon(query, accept ?? '');
  } catch (error) {
    assert.equal(error.status, 'BAD_OPTION');
    return null;
  }
}

/** The text with f=auto decided. */
const decided = ({ query, accept }) =>
  query.replace(/(^|&)f=auto(?=&|$)/, `$1f=${accept === 'image/webp' ? 'webp' : 'safe'}`);

describe('CloudFront Function', () => {
  test('is small enough, and of the old language only', () => {
    assert.ok(Buffer.byteLength(source) < BYTES_MAX, `${Buffer.byteLength(source)} bytes`);
    assert.doesNotMatch(source, /\b(?:import|export|require|eval|let|const|class|async)\b\s*[\w{(]/);
  });

  test(`gives th_canon's text for ${COUNT} queries, and refuses the same`, () => {
    const results = inV8(cases);
    let refused = 0;
    cases.forEach(([query, accept], index) => {
      const expected = canon(query, accept);
      const made = results[index];
      const where = JSON.stringify([query, accept]);
      if (expected === null) refused++;
      if (expected === null || made === null) return assert.equal(made, expected, where);
      assert.equal(canon(made.query, made.accept), expected, `${where} became ${made.query}`);
      const own = readQuery(query).some(([name]) => HOST_OPTIONS.includes(name));
      if (!own) assert.equal(decided(made), expected, where);
    });
    assert.ok(refused > COUNT / 10 && refused < COUNT / 2, `${refused} refused`);
  });

  test("gives the query that the worker's redirects lead to", () => {
    const plain = (query) => new URLSearchParams(query).toString();
    inV8(cases).forEach((made, index) => {
      const [query] = cases[index];
      if (made === null || canon(query) === null) return;
      assert.equal(canonicalQuery(readQuery(query), thimble.canon), plain(made.query), query);
    });
  });

  test('is its own result, and two spellings are one', () => {
    const results = inV8(cases).filter((made) => made !== null);
    const again = inV8(results.map(({ query, accept }) => [query, accept]));
    assert.deepEqual(again, results);
    const [one, two, three] = inV8([
      ['w=200&h=150&f=webp&q=90', 'image/avif,image/webp'],
      ['h=150&w=200&q=90&f=webp', '*/*'],
      ['utm_source=a%20b&quality=90&fm=webp&height=150&width=200', null],
    ]);
    assert.deepEqual(one, { query: 'f=webp&h=150&q=90&w=200', accept: '*/*' });
    assert.deepEqual([two, three], [one, one]);
  });

  test('keeps what was signed, and presets, to the letter', () => {
    const queries = [
      'w=200&p=thumb&sig=abc&exp=99',
      'quality=80&preset=a%2Bb&f=jpg&dpr=2.50',
      'fit=cover&sig=x_y-z&w=3&h=4&g=0.5x0.5',
      'p=thumb&q=80&fit=inside',
    ];
    for (const [index, made] of inV8(queries.map((query) => [query, '*/*'])).entries()) {
      const before = readQuery(queries[index]);
      assert.equal(signedText('a.png', readQuery(made.query)), signedText('a.png', before));
    }
  });

  test('a preset may hold f=auto, so Accept is kept as one of two', () => {
    const [yes, no, without] = inV8([
      ['p=thumb', 'text/html,image/webp;q=0.9'],
      ['p=thumb', 'image/webp;q=0'],
      ['w=5', 'image/webp'],
    ]);
    assert.deepEqual([yes.accept, no.accept, without.accept], ['image/webp', '*/*', '*/*']);
  });

  test('njs makes the same of all of it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'thimble-njs-'));
    try {
      const file = path.join(folder, 'function.js');
      const call = `${JSON.stringify(cases)}.forEach(function (c) {
        print(JSON.stringify(normalise(c[0], c[1])));
      });`;
      await writeFile(file, source + HARNESS + call);
      const { code, stdout, stderr } = await run('njs', [file]);
      assert.equal(code, 0, stderr + stdout.toString().slice(0, 500));
      const results = stdout.toString().trim().split('\n').map((line) => JSON.parse(line));
      assert.deepEqual(results, inV8(cases));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/* ---- queries, by chance but always the same ---- */

function makeCases(count, table) {
  const random = randomFrom(20251125);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const words = table.flatMap(({ name, aliases }) => [name, ...aliases]);
  const accepts = [
    null,
    '',
    '*/*',
    'image/webp',
    'image/avif,image/webp,image/apng,*/*;q=0.8',
    'image/webp;q=0',
    'image/webp;q=0.000, image/*',
    'IMAGE/WebP ; Q=1.',
    'image/webp;q=1.001',
    'image/webp;level=1;q=0.5',
    'image/webp;note="a,b;q=0";q=0.3',
    'text/html;x="image/webp, \\"image/webp"',
    'image/webpx, ximage/webp',
    `${'a/b,'.repeat(600)}image/webp`,
  ];
  return Array.from({ length: count }, () => [
    Array.from({ length: Math.floor(random() * 6) }, () => {
      const roll = random();
      if (roll < 0.1) return pick(['', 'utm_source=x', '%', 'W=5', 'x', '__proto__=1', 'toString=1']);
      const name = pick(words);
      const key = roll < 0.2 ? escaped(name, random) : name;
      return `${key}=${valueFor(table, name, { random, pick })}`;
    }).join('&'),
    pick(accepts),
  ]);
}

function valueFor(table, name, { random, pick }) {
  const option = table.find((each) => each.name === name || each.aliases.includes(name));
  const wrong = ['', '-1', '1e2', '0x10', '01', ' 5', '+5', '%35', '%3', '%e4', '2.5', 'none', '1'];
  if (random() < 0.07) return pick(wrong);
  const number = (digits) => (random() * (option.max ?? 1)).toFixed(digits);
  switch (option.type) {
    case 'integer':
      return pick([number(0), String(option.min), String(option.max), option.default ?? '7']);
    case 'flag':
      return pick(['0', '1']);
    case 'number':
      return pick(['1', '1.0', '2.50', '4.000', '3.125', number(3), '4.001', '1.']);
    case 'word':
      return pick([...option.values, ...Object.keys(option.same ?? {})]);
    case 'point':
      return pick([
        ...option.values,
        '0.5x0.5',
        '0x1.0',
        '1.0000x0',
        '0.50x0',
        '0.0001x0.00010',
        '0.00010x0.9',
        '0x0.3',
        '0.25x1.0',
        '1x0.0100',
        '1.1x0',
        `${random().toFixed(4)}x${random().toFixed(2)}`,
      ]);
    case 'color':
      return pick(['fff', 'FFF', '2468ac', '2468acFF', '2468ac80', 'ff', 'ggg']);
    default:
      return pick(['thumb', 'a%20b', 'a+b', '%C3%A9', '99', 'abc_-']);
  }
}

/** One letter of it as %XX. */
function escaped(name, random) {
  const at = Math.floor(random() * name.length);
  return `${name.slice(0, at)}%${name.charCodeAt(at).toString(16)}${name.slice(at + 1)}`;
}

/** A small generator with a seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
