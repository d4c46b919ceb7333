// However the input is cut, the answer is the same: the same bytes, or the same status and words.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { streamOf, wasm } from '../lib/engines.mjs';

const CASES = [
  ['w=50&h=40&f=webp', [1, 2, 7, 4096]],
  ['f=png&w=30', [7, 4096]],
];
/** A byte at a time is a promise at a time: longer files are cut less finely. */
const FINE_BYTES_MAX = 20000;

for (const { path, group } of samples) {
  if (group === 'big') continue;
  test(path, async () => {
    const bytes = await sampleBytes(path);
    for (const [query, sizes] of CASES) {
      const whole = await wasm(bytes, query);
      for (const size of sizes) {
        if (size < 7 && bytes.length > FINE_BYTES_MAX) continue;
        const cut = await wasm(streamOf(bytes, size), query);
        assert.equal(cut.status, whole.status, `${query}, chunks of ${size}: ${cut.message}`);
        assert.equal(cut.message, whole.message, `${query}, chunks of ${size}`);
        assert.ok(cut.bytes.equals(whole.bytes), `${query}, chunks of ${size}: other bytes`);
      }
    }
  });
}

test('a length told beforehand changes nothing, true or not', async () => {
  for (const path of ['jpeg/420.jpg', 'png/type6-8.png', 'webp/lossy.webp', 'webp/lossless.webp']) {
    const bytes = await sampleBytes(path);
    const whole = await wasm(bytes, 'w=60&f=png');
    assert.equal(whole.status, 'OK', whole.message);
    for (const length of [bytes.length, 1, bytes.length * 3]) {
      const told = await wasm(streamOf(bytes, 1000), 'w=60&f=png', { job: { length } });
      assert.equal(told.status, 'OK', `${path}, length ${length}: ${told.message}`);
      assert.ok(told.bytes.equals(whole.bytes), `${path}, length ${length}`);
    }
  }
});
