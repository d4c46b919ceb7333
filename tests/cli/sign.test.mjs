// `thimble sign` against the service's own signatures: one check of the service, and the helper in
// JavaScript, have to agree with it.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { makeThimble, root, run } from '../lib/engines.mjs';
import { objectKey } from '../../worker/request/path.js';
import { createQueryReader } from '../../worker/request/query.js';
import { checkSignature, sign, signedText } from '../../worker/request/signature.js';
import { runners } from './runners.mjs';

const KEY = 'a key has no space in it'.replaceAll(' ', '_');
const folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-sign-'));
after(() => rm(folder, { recursive: true }));
const readQuery = createQueryReader((await makeThimble()).describe());

const TARGETS = [
  '/dev/thumbnail.png?w=200&h=150&f=webp&q=90',
  '/dev/thumbnail.png',
  '/dev/thumbnail.png?',
  '/a/b//c.jpg?quality=9%30&width=200&utm=x&&fm=webp',
  "/it's (one) of*them!.png?w=1",
  '/%EC%82%AC%EC%A7%84/%2B+%25.jpg?p=large&%77=12',
  `/${'long/'.repeat(200)}x.jpg?g=0.5x0.25&fit=cover&w=100&h=100&bg=f80&dpr=1.5&up=1`,
];
const KEYS = [KEY, 'k'.repeat(64), `long-${'k'.repeat(200)}`, 'schlüssel-schlüssel'];

for (const { name, skip, thimble } of runners) {
  describe(name, { skip }, () => {
    test('the signatures of worker/request/signature.js', async () => {
      for (const [index, target] of TARGETS.entries()) {
        const key = KEYS[index % KEYS.length];
        const [pathname, query = ''] = target.split('?');
        const expected = await sign(key, signedText(objectKey(pathname), readQuery(query)));
        const env = { SIGNING_KEYS: ` ${key}, another-key-of-enough-length` };
        const { code, stdout, stderr } = await thimble(['sign', target], { env });
        assert.equal(code, 0, `${target}: ${stderr}`);
        assert.equal(`${stdout}`, `${pathname}?${query}${query && '&'}sig=${expected}\n`);
      }
    });

    test('--expires and --keys: the service accepts it, for a while', async () => {
      await writeFile(path.join(folder, 'keys'), `${KEY}\nanother-key-of-enough-length\n`);
      const args = ['sign', '/a.png?w=9', '--expires', '60', '--keys', 'keys'];
      const { code, stdout, stderr } = await thimble(args, { folder, env: { SIGNING_KEYS: '' } });
      assert.equal(code, 0, stderr);
      const pairs = readQuery(`${stdout}`.trim().split('?')[1]);
      const now = Math.floor(Date.now() / 1000);
      await checkSignature([KEY], 'a.png', { pairs, seconds: now });
      const late = checkSignature([KEY], 'a.png', { pairs, seconds: now + 120 });
      await assert.rejects(late, /expired/);
    });

    test('what is wrong', async () => {
      await writeFile(path.join(folder, 'long'), 'k'.repeat(4097));
      const wrong = [
        [['/a.png?w=0'], KEY, 1, /^thimble: w: /],
        [['/a.png?w=1&width=1'], KEY, 1, /given more than once/],
        [['/a.png?sig=x'], KEY, 1, /^thimble: sig: is there already/],
        [['/a.png?exp=5', '--expires', '9'], KEY, 1, /^thimble: exp: given more than once/],
        [['/a.png', '--expires', 'soon'], KEY, 1, /^thimble: --expires: /],
        [['/../a.png'], KEY, 1, /^thimble: path: dot segment/],
        [['a.png'], KEY, 1, /^thimble: path: begins with a slash/],
        [['/a.png'], 'short', 1, /^thimble: SIGNING_KEYS: a key of at least 16/],
        [['/a.png', '--keys', 'none'], KEY, 9, /^thimble: none: /],
        [['/a.png', '--keys', 'long'], KEY, 9, /^thimble: long: more than 4096 bytes of keys/],
        [['/a.png'], 'k'.repeat(4097), 9, /^thimble: SIGNING_KEYS: more than 4096 bytes/],
        [['/a.png', '--expires', '3155760001'], KEY, 1, /^thimble: --expires: /],
      ];
      for (const [args, key, expected, words] of wrong) {
        const env = { SIGNING_KEYS: key };
        const { code, stdout, stderr } = await thimble(['sign', ...args], { folder, env });
        assert.equal(code, expected, `${args}: ${stderr}`);
        assert.match(stderr, words);
        assert.equal(stdout.length, 0);
      }
    });
  });
}

test('scripts/sign.mjs says the same', async () => {
  for (const target of TARGETS.filter((target) => !target.endsWith('?'))) {
    const env = { ...process.env, SIGNING_KEYS: KEY };
    const helper = await run(process.execPath, ['scripts/sign.mjs', target], undefined, {
      cwd: root,
      env,
    });
    const { stdout } = await runners[0].thimble(['sign', target], { env });
    assert.equal(`${stdout}`, `${helper.stdout}`, helper.stderr);
  }
});
