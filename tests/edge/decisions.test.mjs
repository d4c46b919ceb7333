// The service in C decides as the worker does: the same requests through wasm/edge, natively under
// ASan and UBSan, and through worker/'s own functions.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { readAsk } from '../../worker/request/ask.js';
import {
  isFresh,
  rangeOf,
  rangeToForward,
  tagsToForward,
} from '../../worker/request/conditional.js';
import { entityTag } from '../../worker/cache/key.js';
import { readConfig } from '../../worker/config/config.js';
import { locate } from '../../worker/request/route.js';
import { createQueryReader } from '../../worker/request/query.js';
import { checkSignature, sign, signedText } from '../../worker/request/signature.js';
import { isInert } from '../../worker/image/media-type.js';
import { HOSTS, SPELLINGS } from '../worker/hosts.mjs';
import { INERT, PAGES } from '../worker/types.mjs';
import { makeThimble, requireBuilt, root, run } from '../lib/engines.mjs';

const program = path.join(root, 'build/asan/edge-decide');
const LENGTH = 1000;
const SECONDS = 1_700_000_000.5;
const KEYS = ['the-first-key-of-all', 'schlüssel-schlüssel'];
const PRESETS = {
  thumb: 'w=200&h=150&f=auto',
  'with "quotes" 한': 'w=9',
  none: 'utm=1',
  card: 'width=320&quality=70&dpr=1.5&max=9000',
};
const CONFIG = {
  signing_keys: ` ${KEYS.join(', ')}\n`,
  origins: { o: { kind: 'http', base: 'http://o.example' } },
  routes: [
    { path: '/dev/*', origin: 'o' },
    { path: '/img/*', origin: 'o', prefix: 'originals/' },
    { path: '/flat/*', origin: 'o', prefix: '' },
    { path: '/한국/*', origin: 'o', prefix: '한/' },
    { path: '/presets/*', origin: 'o', presets: PRESETS },
    { path: '/only/*', origin: 'o', presets: PRESETS, only_presets: true },
    { path: '/snap/*', origin: 'o', widths: [320, 100, 640], heights: ['50', 200], presets: PRESETS },
    { path: '/signed/*', origin: 'o', signed: true, presets: PRESETS },
    { path: '/refuse/*', origin: 'o', widths: [320, 100, 640], sizes: 'refuse' },
  ],
};

const METHODS = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'get'];
const PATHS = [
  '/dev/a.png', '/img/x/a.png', '/flat/a.png', '/%64ev/a.png', '/dev', '/devx/a', '/dev/', '/flat/', '/',
  '/x.png', '/dev/%ED%95%9C%EA%B5%AD.png', '/%ED%95%9C%EA%B5%AD/a', '/dev/a%20b+c.png', '/dev/per%2541cent',
  '/dev/a//b', '//dev/a', '/dev//', '/dev/..', '/dev/.', '/dev/...', '/dev/a%2Fb', '/dev/a%5Cb', '/dev/a%00',
  '/dev/%7f', '/dev/%', '/dev/%f', '/dev/%zz', '/dev/%ff', '/dev/%c0%af', '/dev/%ed%a0%80', '/dev/%f4%90%80%80',
  '/presets/a.png', '/only/a.png', '/snap/a.png', '/refuse/a.png',
  '/dev/%F0%9F%98%80', '/dev/%e2%82', '/dev/%40host:80', `/dev/${'x'.repeat(1020)}`, `/dev/${'x'.repeat(1021)}`,
  `/dev/${'%ED%95%9C'.repeat(339)}`, `/dev/${'%ED%95%9C'.repeat(341)}`, '/dev/%2e%2e/b', '/dev/%c2%a0', '/healthz/x',
]; // prettier-ignore
const QUERIES = [
  '', '&&', 'utm=1', 'w=200&h=150&f=webp&q=90', 'q=90&fm=webp&height=150&width=200&utm=x', 'w=1&w=2', 'w=1&width=1',
  'f=auto', 'w=9&f=auto', 'format=auto&w=9', 'f=jpg', 'f=exe', 'w=0', 'w=', 'w', 'w=+200', 'w=%20200', 'w=1e3',
  'w=%D9%A1', 'w=200%00', 'W=200', '%77=%320%30', 'w=%zz', 'w=%', 'q=80', 'up=0', 'g=0.50x0.3000&w=5&h=5',
  'dpr=1.5&w=5', 'dpr=1.0005', 'bg=f80&fit=contain&w=5&h=5', 'bg=', 'max=1000', 'lin=1', 'sig=abc', 'exp=1', 'sig=',
  'sig=abc&w=3', 'p=thumb', 'preset=thumb&w=1', 'p=thumb&f=png&quality=1', 'p=none', 'p=card', 'p=card&f=auto', 'p=',
  'p=thumb&p=thumb', 'p=Thumb', 'p=%74humb', 'p=with+%22quotes%22+%ED%95%9C', 'p=thumb&w=0', 'w=320&h=50', 'w=99&h=201&dpr=2.001',
  'h=50', 'p=toString', 'p=__proto__', 'p=thumb&sig=x&exp=5', 'dpr=1.5&w=5&h=9000', 'w=101&fit=inside&f=auto', `utm=${'x'.repeat(5000)}&w=44`, `w=1&a=${'x'.repeat(3000)}`,
  `w=${'1'.repeat(3000)}`, 'fit=cover&w=10', 'fit=x', 'f=json&f=json', 'w=8193', 'w=8192', 'a=b=c&w=7', 'w=7&&h=7&',
]; // prettier-ignore
const ACCEPTS = ['-', '*/*', 'image/webp', 'image/avif,image/webp;q=0.8,*/*;q=0.1', 'image/webp;q=0', 'IMAGE/WEBP', 'image/webp;q=x'];
const TAGS = ['-', '*', ' * ', '"a"', 'W/"a"', '"b", W/"a" , "c"', '"a', 'a', '', '"a,b"', '""', '"a" "b"', ',"a"', '"a",'];
const DATES = [
  '-', 'Tue, 24 Nov 2026 02:00:00 GMT', 'Tue, 24 Nov 2026 02:00:01 GMT', 'Mon, 23 Nov 2026 23:59:59 GMT', 'soon',
  'Fri, 01 Jan 2027 00:00:00 GMT', 'Thu, 01 Oct 2026 00:00:00 GMT',
]; // prettier-ignore
const RANGES = [
  '-', 'bytes=0-0', 'bytes=-10', 'bytes=-0', 'bytes=-5000', 'bytes=999-', 'bytes=1000-', 'bytes=5-4', 'bytes=-', 'bytes=1-2,4-5',
  'items=1-2', 'bytes=1e3-', ' bytes=1-2 ', 'bytes=0-99999999999999999999', 'bytes=00-07', 'bytes=', 'Bytes=0-1',
]; // prettier-ignore
const IF_RANGES = ['-', '"a"', '"b"', 'W/"a"'];
const ETAGS = ['-', '"a"', 'W/"a"', '"a,b"'];

/** Every value of a list with the first of all others, then some thousands drawn by chance. */
function requests() {
  const lists = [METHODS, PATHS, QUERIES, ACCEPTS, TAGS, DATES, RANGES, IF_RANGES, ETAGS, DATES];
  const all = lists.flatMap((list, at) =>
    list.map((value) => lists.map((other, index) => (index === at ? value : other[0]))),
  );
  for (const path of ['/presets/a.png', '/only/a.png', '/snap/a.png', '/refuse/a.png']) {
    for (const query of QUERIES) {
      all.push(['GET', path, query, 'image/webp', ...lists.slice(4).map(([first]) => first)]);
    }
  }
  let seed = 1;
  const draw = (list) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return list[(seed >>> 8) % list.length];
  };
  for (let count = 0; count < 4000; count += 1) all.push(lists.map(draw));
  return all;
}

const SIGNED_PATHS = ['/signed/a.png', "/signed/it's (one)%20%ED%95%9C+.png", `/signed/${'%ED%95%9C'.repeat(330)}`];
const SIGNED_QUERIES = [
  '', 'w=20&h=9', 'h=9&width=20&utm=x', 'exp=1700000001', 'exp=1700000000&w=5', 'exp=00170000000001&w=5', 'exp=001700000001',
  'w=5&exp=soon', 'exp=1e9', 'p=thumb&f=png', 'p=huge', 'w=0', 'w=1&w=2', 'q=%39%30', 'w=+5', 'w=%ED%95%9C', 'w=5&exp=1800000000&exp=1800000000',
]; // prettier-ignore

/** URLs that are signed: rightly, by a stranger, of another path, and with a damaged signature. */
async function signedRequests(readQuery, rest) {
  const all = [];
  for (const pathname of SIGNED_PATHS) {
    const decoded = decodeURIComponent(pathname.slice(1));
    for (const query of SIGNED_QUERIES) {
      const text = signedText(decoded, readQuery(query));
      const right = await Promise.all(KEYS.map((key) => sign(key, text)));
      const stranger = await sign('somebody-elses-key', text);
      const [first] = right;
      const elsewhere = await sign(KEYS[0], text.replace('signed', 'signed/x'));
      const damaged = [`${first}A`, first.slice(1), `${first.slice(0, 42)}=`, `B${first.slice(1)}`, ` ${first}`, ''];
      for (const sig of [...right, stranger, elsewhere, ...damaged, `${first}&sig=${first}`]) {
        for (const signed of [`${query}&sig=${sig}`, `sig=${sig}&w=7&${query}`]) {
          all.push(['GET', pathname, signed, '*/*', ...rest]);
        }
      }
      all.push(['GET', pathname, query, '*/*', ...rest]);
    }
  }
  return all;
}

/** Header values are trimmed by whoever receives them. */
const trimmed = ([method, pathname, query, ...headers]) => [
  method,
  pathname,
  query,
  ...headers.map((value) => value.trim()),
];

describe('the same decisions', () => {
  let all;
  let decisions;
  let thimble;
  let grammar;
  const { routes } = readConfig(CONFIG);
  before(async () => {
    requireBuilt(program);
    thimble = await makeThimble();
    const readQuery = createQueryReader(thimble.describe());
    const plain = requests();
    const rest = plain[0].slice(4);
    all = [...plain, ...(await signedRequests(readQuery, rest))].map(trimmed);
    grammar = { canon: thimble.canon, readQuery };
    const lines = [JSON.stringify(CONFIG), ...all.map((columns) => columns.join('\t'))];
    const { code, stdout, stderr } = await run(program, [], Buffer.from(`${lines.join('\n')}\n`));
    assert.equal(code, 0, stderr);
    decisions = stdout.toString().trimEnd().split('\n').map((line) => line.split('\t'));
    assert.equal(decisions.length, all.length);
  });

  /** What the worker makes of it, as worker/handler.js asks. */
  async function decide([method, pathname, query, accept]) {
    try {
      const { route, key, path: decoded } = locate(routes, pathname);
      const found = [route.name, key];
      if (method === 'OPTIONS') return ['preflight', '0', '', ...found, '', '0'];
      if (!['GET', 'HEAD'].includes(method)) {
        return ['refuse', '405', 'method not allowed', ...found, '', '0'];
      }
      try {
        const pairs = grammar.readQuery(query);
        if (route.signed) await checkSignature(KEYS, decoded, { pairs, seconds: SECONDS });
        const asked = { pairs, accept: accept === '-' ? '' : accept };
        const { options, varies } = readAsk(route, asked, grammar);
        const action = options === null ? 'original' : 'image';
        return [action, '0', '', ...found, options ?? '', varies ? '1' : '0'];
      } catch (error) {
        return ['refuse', String(error.httpStatus), error.message, ...found, '', '0'];
      }
    } catch (error) {
      return ['refuse', String(error.httpStatus), error.message, '', '', '', '0'];
    }
  }

  test('routes, keys, options, signatures, refusals and their words', async () => {
    for (const [index, request] of all.entries()) {
      assert.deepEqual(decisions[index].slice(0, 7), await decide(request), request.join('\n'));
    }
  });

  test('conditions and ranges', () => {
    for (const [index, [, , , , tags, since, range, ifRange, etag, modified]] of all.entries()) {
      const headers = new Headers();
      const set = (name, value) => value !== '-' && headers.set(name, value);
      set('If-None-Match', tags);
      set('If-Modified-Since', since);
      set('Range', range);
      set('If-Range', ifRange);
      const known = { etag: etag === '-' ? '' : etag, modified: modified === '-' ? '' : modified };
      const part = rangeOf(headers, { etag: known.etag, length: LENGTH });
      assert.deepEqual(
        decisions[index].slice(7, 11),
        [
          isFresh(headers, known) ? '1' : '0',
          tagsToForward(headers) === undefined ? '0' : '1',
          rangeToForward(headers) === undefined ? '0' : '1',
          part ? `${part.start}-${part.end}` : '',
        ],
        all[index].join('\n'),
      );
    }
  });

  test('validators', async () => {
    for (const [index, request] of all.entries()) {
      const etag = request[8] === '-' ? '' : request[8];
      assert.equal(decisions[index][11], await entityTag(etag, decisions[index][5]));
    }
  });
});

test('in which originals scripts could run', async () => {
  const types = [...INERT, ...PAGES];
  const expected = types.map((_, i) => (i < INERT.length ? 'inert' : 'page'));
  const { stdout } = await run(program, ['types'], Buffer.from(`${types.join('\n')}\n`));
  assert.deepEqual(stdout.toString().trim().split('\n'), expected);
  for (const [i, type] of types.entries()) assert.equal(isInert(type), expected[i] === 'inert', type);
  assert.equal(isInert(null), false);
});

describe('addresses of origins', () => {
  /** What is wrong with a base, in words; '' when nothing is. */
  async function faultOf(base, more = {}) {
    const config = { origins: { o: { base, ...more } }, routes: [{ path: '/*', origin: 'o' }] };
    const { stdout } = await run(program, [], Buffer.from(`${JSON.stringify(config)}\n`));
    return stdout.toString().trim().replace('configuration: origins.o.', '');
  }
  const FAULTS = {
    public: /^$/,
    private: /^base: a private address: allow_private = true, if that is meant$/,
    never: /^base: a link-local, multicast or reserved address$/,
    wrong: /^base: a URL such as/,
  };

  for (const [kind, hosts] of Object.entries(HOSTS)) {
    test(`${kind} ones are what they are to the worker`, async () => {
      for (const host of hosts) {
        assert.match(await faultOf(`http://${host}/folder`), FAULTS[kind], host);
        assert.match(await faultOf(`https://${host}:8443`), FAULTS[kind], host);
        const opted = kind === 'private' ? FAULTS.public : FAULTS[kind];
        assert.match(await faultOf(`http://${host}`, { allow_private: true }), opted, host);
      }
    });
  }

  test('IPv4 is a.b.c.d in decimal, else refused, also where it is allowed', async () => {
    for (const host of SPELLINGS) {
      const fault = await faultOf(`http://${host}`, { allow_private: true });
      assert.match(fault, FAULTS.wrong, host);
    }
  });
});
