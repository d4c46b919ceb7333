// The command with files and folders, in every engine: names, what is never overwritten, what a
// failure leaves behind, and what is said about it.
import assert from 'node:assert/strict';
import { access, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { native } from '../lib/engines.mjs';
import { runners } from './runners.mjs';

/** What CLI_FATAL_MAX is: failures inside libjpeg that one run survives in WebAssembly. */
const FATAL_MAX = 100;

const made = await mkdtemp(path.join(os.tmpdir(), 'thimble-cli-'));
after(() => rm(made, { recursive: true }));

/** A JPEG whose failure is found inside libjpeg, by its Huffman decoder. */
async function damagedJpeg() {
  const bytes = Buffer.from(await sampleBytes('jpeg/420.jpg'));
  for (const at of [1, 2, 3]) bytes[600 + ((at * 47_514) % (bytes.length - 700))] ^= 0x60;
  const { status, message } = await native(bytes, 'w=50');
  assert.equal(status, 'CORRUPT');
  assert.match(message, /Corrupt JPEG data/);
  return bytes;
}

const IMAGES = {
  'a.jpg': await sampleBytes('jpeg/420.jpg'),
  'b.PNG': await sampleBytes('alpha.png'),
  'sub/c.webp': await sampleBytes('webp/lossy.webp'),
};
const BROKEN = {
  'half.jpg': await sampleBytes('bad/half.jpg'),
  'damaged.jpg': await damagedJpeg(),
  'sub/damaged.jpg': await damagedJpeg(),
  'sub/not.png': await sampleBytes('pass/image.gif'),
};

/** A folder to work in, with these files below `in`. */
async function workshop(files) {
  const folder = await mkdtemp(path.join(made, 'run-'));
  await mkdir(path.join(folder, 'in'));
  for (const [name, bytes] of Object.entries(files)) {
    const file = path.join(folder, 'in', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  return folder;
}

/** Names of all files below, sorted. */
async function filesBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

const linesOf = (text) => text.toString().trim().split('\n');
const exists = (file) => access(file).then(
  () => true,
  () => false,
);

for (const { name, skip, thimble } of runners) {
  describe(name, { skip }, () => {
    test('one file into another, and never over what is there', async () => {
      const folder = await workshop(IMAGES);
      const args = ['w=50&f=png', 'in/a.jpg', '-o', 'a.png'];
      const first = await thimble(args, { folder });
      assert.equal(first.code, 0, first.stderr);
      assert.equal(first.stdout.length + first.stderr.length, 0);
      const expected = (await native(IMAGES['a.jpg'], 'w=50&f=png')).bytes;
      assert.ok(expected.equals(await readFile(path.join(folder, 'a.png'))));

      const again = await thimble(['w=60', 'in/a.jpg', '-o', 'a.png'], { folder });
      assert.equal(again.code, 9);
      assert.match(again.stderr, /^thimble: in\/a\.jpg \(w=60\): output: exists already/);
      assert.ok(expected.equals(await readFile(path.join(folder, 'a.png'))));
      const itself = await thimble(['w=60', 'in/a.jpg', '-o', 'in/a.jpg'], { folder });
      assert.equal(itself.code, 9);
      assert.ok(IMAGES['a.jpg'].equals(await readFile(path.join(folder, 'in/a.jpg'))));

      const forced = await thimble(['w=60', 'in/a.jpg', '--output=in/a.jpg', '-f'], { folder });
      assert.equal(forced.code, 0, forced.stderr);
      const smaller = (await native(IMAGES['a.jpg'], 'w=60')).bytes;
      assert.ok(smaller.equals(await readFile(path.join(folder, 'in/a.jpg'))));
      assert.deepEqual(await filesBelow(folder), ['a.png', 'in/a.jpg', 'in/b.PNG', 'in/sub/c.webp']);
    });

    test('a folder by several options: the bytes of separate runs, and failures by name', async () => {
      const folder = await workshop({ ...IMAGES, ...BROKEN, 'notes.txt': 'x', '.hidden.png': 'x' });
      const args = ['-r', 'w=50&f=webp', '-r', 'w=100', 'in', '-o', 'out/deep', '--progress'];
      const { code, stderr } = await thimble(args, { folder });
      assert.equal(code, 3, 'that of the first failure');
      const lines = linesOf(stderr);
      assert.deepEqual(
        lines.filter((line) => line.startsWith('thimble: ')).map((line) => line.replace(/\): .*/, ')')),
        [
          'thimble: in/damaged.jpg (w=50&f=webp)',
          'thimble: in/damaged.jpg (w=100)',
          'thimble: in/half.jpg (w=50&f=webp)',
          'thimble: in/half.jpg (w=100)',
          'thimble: in/sub/damaged.jpg (w=50&f=webp)',
          'thimble: in/sub/damaged.jpg (w=100)',
          'thimble: in/sub/not.png (w=50&f=webp)',
          'thimble: in/sub/not.png (w=100)',
          'thimble: 8 of 14 failed',
        ],
      );
      assert.ok(lines.includes('14 of 14: in/sub/not.png'), stderr);
      const results = {
        'a-50x37.webp': ['a.jpg', 'w=50&f=webp'],
        'a-100x74.jpg': ['a.jpg', 'w=100'],
        'b-50x38.webp': ['b.PNG', 'w=50&f=webp'],
        'b-100x75.png': ['b.PNG', 'w=100'],
        'sub/c-50x37.webp': ['sub/c.webp', 'w=50&f=webp'],
        'sub/c-100x74.webp': ['sub/c.webp', 'w=100'],
      };
      const out = path.join(folder, 'out/deep');
      assert.deepEqual(await filesBelow(out), Object.keys(results).sort());
      for (const [result, [image, options]] of Object.entries(results)) {
        const { bytes } = await native(IMAGES[image], options);
        assert.ok(bytes.equals(await readFile(path.join(out, result))), result);
      }
    });

    test('--json: a line for each result, metadata without files', async () => {
      const folder = await workshop({ ...IMAGES, 'half.jpg': BROKEN['half.jpg'] });
      const args = ['w=50', 'in/a.jpg', 'in/half.jpg', 'in/none.jpg', '-o', 'out', '--json'];
      const made = await thimble(args, { folder });
      assert.equal(made.code, 4);
      const [good, half, none] = linesOf(made.stdout).map((line) => JSON.parse(line));
      const bytes = (await readFile(path.join(folder, 'out/a.jpg'))).length;
      assert.deepEqual(
        { ...good, memory: 0, work: 0 },
        {
          input: 'in/a.jpg',
          options: 'w=50',
          status: 'OK',
          output: 'out/a.jpg',
          format: 'jpeg',
          width: 50,
          height: 37,
          bytes,
          from: { format: 'jpeg', width: 211, height: 157, bytes: IMAGES['a.jpg'].length },
          memory: 0,
          work: 0,
        },
      );
      assert.deepEqual([half.status, half.message], ['TRUNCATED', 'jpeg: no end of image']);
      assert.equal(none.status, 'FILE');
      assert.match(none.message, /^cannot be read: /);

      const known = await thimble(['f=json', 'in/a.jpg', 'in/b.PNG', '--json'], { folder });
      assert.equal(known.code, 0, known.stderr);
      const lines = linesOf(known.stdout).map((line) => JSON.parse(line));
      assert.deepEqual(
        lines.map(({ input, metadata }) => [input, metadata.format, metadata.width]),
        [
          ['in/a.jpg', 'jpeg', 211],
          ['in/b.PNG', 'png', 640],
        ],
      );
    });

    test('names: a pattern, and two results never share one', async () => {
      const folder = await workshop(IMAGES);
      const args = ['-r', 'w=50', '-r', 'w=51', 'in/a.jpg', '-o', 'out/'];
      const named = await thimble([...args, '-n', '{n}_{name}@{w}.{ext}'], { folder });
      assert.equal(named.code, 0, named.stderr);
      assert.deepEqual(await filesBelow(path.join(folder, 'out')), ['1_a@50.jpg', '2_a@51.jpg']);
      const shared = await thimble([...args, '-f', '--name', '{name}.{ext}'], { folder });
      assert.equal(shared.code, 9);
      assert.match(shared.stderr, /two results have that name/);
    });

    test('folders within one another: to a depth, and the rest is a failure', async () => {
      const deep = (folders) => `${'f/'.repeat(folders)}a.jpg`;
      const folder = await workshop({ [deep(32)]: IMAGES['a.jpg'] });
      const fine = await thimble(['w=9', 'in', '-o', 'out'], { folder });
      assert.equal(fine.code, 0, fine.stderr);
      assert.deepEqual(await filesBelow(path.join(folder, 'out')), [deep(32)]);
      const deeper = await workshop({ [deep(33)]: IMAGES['a.jpg'] });
      const { code, stderr } = await thimble(['w=9', 'in', '-o', 'out'], { folder: deeper });
      assert.equal(code, 9);
      assert.match(stderr, /^thimble: in: more than 32 folders deep/);
    });

    test('what is wrong is said before any image is touched', async () => {
      const folder = await workshop(IMAGES);
      const wrong = [
        [['w=0', 'in', '-o', 'out'], /^thimble: w: a whole number/],
        [['-r', 'w=1', '-r', 'q=101', 'in', '-o', 'out'], /^thimble: q: /],
        [['in/a.jpg', '-o', 'out'], /^thimble: options: NAME=VALUE/],
        [['w=1', 'in'], /^thimble: several results need --output FOLDER/],
        [['w=1', '-n', '{x}', '-o', 'out', 'in'], /^thimble: --name: only \{name\}/],
        [['w=1', '-n', '../{name}', '-o', 'out', 'in'], /^thimble: --name: a file's name/],
        [['w=1', 'in/a.jpg', '-n', '{name}'], /^thimble: --name: needs --output/],
        [['w=1', '--limits', 'pixels=x', 'in', '-o', 'out'], /^thimble: --limits: /],
        [['w=1', '--json', 'in/a.jpg'], /^thimble: --json: needs --output/],
        [['w=1', '--no-such', 'in'], /^thimble: --no-such: no such flag/],
        [['w=1', 'in', '-o'], /^thimble: -o: needs a value/],
        [['w=1', 'in', '-o', 'a', '-o', 'b'], /given more than once/],
        [['-r', 'w=1', '-r', 'w=2', '-', '-o', 'out'], /^thimble: stdin can be read only once/],
        [[...Array(33).fill(['-r', 'w=1']).flat(), 'in'], /^thimble: -r: at most 32 times/],
      ];
      for (const [args, words] of wrong) {
        const { code, stdout, stderr } = await thimble(args, { folder });
        assert.equal(code, 1, `${args}: ${stderr}`);
        assert.match(stderr, words);
        assert.equal(stdout.length, 0);
      }
      assert.equal(await exists(path.join(folder, 'out')), false);
    });

    test('limits are lowered', async () => {
      const folder = await workshop(IMAGES);
      const args = ['w=50', 'in/a.jpg', '--limits', 'pixels=1000'];
      const { code, stdout, stderr } = await thimble(args, { folder });
      assert.equal(code, 5, stderr);
      assert.equal(stdout.length, 0);
      assert.match(stderr, /pixels/);
    });

    test('a file that cannot be written leaves nothing behind', async () => {
      const folder = await workshop(IMAGES);
      const { code, stderr } = await thimble(['w=50', 'in/a.jpg', '-o', 'none/a.jpg'], { folder });
      assert.equal(code, 9);
      assert.match(stderr, /output: /);
      const under = await thimble(['w=50', 'in', '-o', 'in/a.jpg/'], { folder });
      assert.equal(under.code, 9);
      assert.deepEqual(await filesBelow(folder), ['in/a.jpg', 'in/b.PNG', 'in/sub/c.webp']);
    });

    test('many damaged JPEGs do not end the run', async () => {
      const folder = await workshop({ '000.jpg': BROKEN['damaged.jpg'], ...IMAGES });
      const count = FATAL_MAX - 1;
      for (let i = 1; i < count; i++) {
        const to = path.join(folder, `in/${String(i).padStart(3, '0')}.jpg`);
        await cp(path.join(folder, 'in/000.jpg'), to);
      }
      const before = await thimble(['w=50', 'in', '-o', 'out'], { folder });
      assert.equal(before.code, 3);
      assert.equal(linesOf(before.stderr).length, count + 1, 'one each and the sum');
      assert.deepEqual(await filesBelow(path.join(folder, 'out')), ['a.jpg', 'b.png', 'sub/c.webp']);

      await cp(path.join(folder, 'in/000.jpg'), path.join(folder, 'in/099.jpg'));
      const after = await thimble(['w=50', 'in', '-o', 'more'], { folder });
      assert.equal(after.code, 3);
      if (name === 'native') {
        assert.equal((await filesBelow(path.join(folder, 'more'))).length, 3);
      } else {
        assert.match(after.stderr, /thimble: in\/a\.jpg: not tried, nor what follows/);
        assert.equal(await exists(path.join(folder, 'more')), false);
      }
    });
  });
}
