// Any number of bytes FF may stand where one does (T.81 B.1.1.2, and libjpeg inside a scan too). Those
// that wait for more input are joined: however many there are and however they are cut, the picture
// is the one without them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { makeThimble, streamOf } from '../lib/engines.mjs';

const QUERY = 'w=40&f=png';
const FILLS = [1, 2, 6, 7, 8, 9, 15, 16, 17, 40];
const CHUNKS = [1, 7, 4096];

/** With `count` more FFs before each stuffed FF and each marker of the scans. */
function filled(bytes, count) {
  const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
  const pieces = [bytes.subarray(0, scan + 2)];
  let from = scan + 2;
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, from)) {
    pieces.push(bytes.subarray(from, at + 1), Buffer.alloc(count, 0xff));
    from = at + 1;
  }
  return { file: Buffer.concat([...pieces, bytes.subarray(from)]), places: (pieces.length - 1) / 2 };
}

for (const name of ['jpeg/420.jpg', 'jpeg/restart.jpg']) {
  test(`${name} with fill bytes`, async () => {
    const thimble = await makeThimble();
    const bytes = await sampleBytes(name);
    const { bytes: expected } = await thimble.resize(bytes, QUERY);
    for (const count of FILLS) {
      const { file, places } = filled(bytes, count);
      assert.ok(places > 5, `${places} places put nothing to the test`);
      for (const chunk of CHUNKS) {
        const found = await thimble.resize(streamOf(file, chunk), QUERY);
        assert.deepEqual(found.bytes, expected, `${count} in chunks of ${chunk}`);
      }
    }
  });
}
