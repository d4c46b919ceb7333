// The command's contract, the same for the native tool and dist/thimble-cli.wasm under
// wasmtime, wazero and Node: image in, image out, errors in words on stderr, exit code = minus the status.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { commandFile, native, run } from '../lib/engines.mjs';
import { decodeAny, formatOf } from '../lib/pixels.mjs';
import { runners } from './runners.mjs';

test(
  'wasmtime run dist/thimble-cli.wasm, as the README says',
  { skip: runners.find(({ name }) => name === 'wasmtime')?.skip },
  async () => {
    const input = await sampleBytes('thumbnail.png');
    const { code, stdout, stderr } = await run(
      'wasmtime',
      ['run', commandFile, 'w=200&h=150&f=webp&q=90'],
      input,
    );
    assert.equal(code, 0, stderr);
    assert.equal(formatOf(stdout), 'webp');
  },
);

const FAILURES = [
  ['png/type2-8.png', 'w=0', 1, /\bw\b/],
  ['png/type2-8.png', 'w=10&q=101', 1, /\bq\b/],
  ['png/type2-8.png', 'w=10&w=20', 1, /\bw\b/],
  ['pass/image.gif', 'w=10', 2, /gif/i],
  ['pass/page.jpg', 'w=10', 2, /.+/],
  ['bad/bad-idat.png', 'w=10', 3, /png/],
  ['bad/half.jpg', 'w=10', 4, /jpeg/],
  ['bad/half.webp', 'w=10', 4, /webp/],
];

for (const runner of runners) {
  const { name, skip } = runner;
  const thimble = (args, input) => runner.thimble(args, { input });

  test(`${name}: the example of the README`, { skip }, async () => {
    const { code, stdout, stderr } = await thimble(
      ['w=200&h=150&f=webp&q=90'],
      await sampleBytes('thumbnail.png'),
    );
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.equal(formatOf(stdout), 'webp');
    const { width, height } = await decodeAny(stdout);
    assert.deepEqual([width, height], [200, 150]);
  });

  test(`${name}: an empty options text re-encodes`, { skip }, async () => {
    const { code, stdout } = await thimble([''], await sampleBytes('jpeg/420.jpg'));
    assert.equal(code, 0);
    assert.equal(formatOf(stdout), 'jpeg');
  });

  test(`${name}: f=json answers what the header says`, { skip }, async () => {
    const bytes = await sampleBytes('jpeg/orientation-6.jpg');
    const { code, stdout } = await thimble(['f=json'], bytes);
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(stdout.toString()), {
      width: 157,
      height: 211,
      format: 'jpeg',
      orientation: 6,
      hasAlpha: false,
      bytes: bytes.length,
    });
  });

  for (const [sample, query, expected, words] of FAILURES) {
    test(`${name}: ${sample} with ${query} exits ${expected}`, { skip }, async () => {
      const { code, stdout, stderr } = await thimble([query], await sampleBytes(sample));
      assert.equal(code, expected, stderr);
      assert.equal(stdout.length, 0, 'nothing half-written');
      assert.match(stderr, words);
      assert.equal(stderr.trim().split('\n').length, 1, `one line: ${stderr}`);
    });
  }

  test(`${name}: --describe and --canon`, { skip }, async () => {
    const described = JSON.parse((await thimble(['--describe'])).stdout.toString());
    assert.ok(JSON.stringify(described).includes('"dpr"'));
    const one = await thimble(['--canon', 'h=150&width=200&utm=x&quality=90&fm=webp']);
    const other = await thimble(['--canon', 'w=200&h=150&f=webp&q=90']);
    assert.equal(one.code, 0, one.stderr);
    assert.equal(one.stdout.toString(), other.stdout.toString());
    const wrong = await thimble(['--canon', 'w=abc']);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /\bw\b/);
  });

  test(`${name}: wrong usage says how`, { skip }, async () => {
    const { code, stderr } = await thimble([]);
    assert.equal(code, 1);
    assert.match(stderr, /usage/);
  });
}

for (const runner of runners.slice(1)) {
  test(`${runner.name} gives the native tool's bytes`, { skip: runner.skip }, async () => {
    for (const sample of ['thumbnail.png', 'jpeg/420.jpg', 'webp/lossy.webp', 'alpha.png']) {
      const input = await sampleBytes(sample);
      for (const query of ['w=120&f=webp', 'w=77&h=50&f=jpeg', 'w=64&f=png']) {
        const { stdout } = await runner.thimble([query], { input });
        const expected = await native(input, query);
        assert.ok(stdout.length > 0 && stdout.equals(expected.bytes), `${sample} ${query}`);
      }
    }
  });
}
