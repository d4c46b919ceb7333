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

/** Two pieces. */
function cutAt(bytes, at) {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(bytes.subarray(0, at)));
      controller.enqueue(new Uint8Array(bytes.subarray(at)));
      controller.close();
    },
  });
}

// The careful Huffman decoder used to stop up to eight bytes before the end, as it was cut.
for (const path of ['jpeg/rgb.jpg', 'jpeg/420.jpg', 'jpeg/cmyk-progressive.jpg']) {
  test(`${path}, without its end and with no code in its last bytes`, async () => {
    const bytes = await sampleBytes(path);
    const ones = Buffer.from([0xff, 0, 0xff, 0, 0xff, 0]);
    let noticed = 0;
    for (let at = bytes.length - 408; at < bytes.length - 400; at++) {
      const damaged = Buffer.concat([bytes.subarray(0, at), ones, bytes.subarray(at, at + at % 4)]);
      const whole = await wasm(damaged, 'w=20&f=png');
      noticed += whole.status === 'CORRUPT' ? 1 : 0;
      for (let back = 1; back < 16; back++) {
        const cut = await wasm(cutAt(damaged, damaged.length - back), 'w=20&f=png');
        assert.equal(cut.status, whole.status, `at ${at}, ${back} bytes later: ${cut.message}`);
        assert.equal(cut.message, whole.message);
      }
    }
    assert.ok(noticed > 4, `only ${noticed} of 8 bad codes were noticed`);
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
