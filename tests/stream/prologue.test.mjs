// A progressive JPEG's first bytes are kept until it is known which decoder reads it; with more than
// TH_JPEG_PROLOGUE_KEPT_BYTES_MAX in front of the first scan it is libjpeg, which holds coefficients.
// The picture is the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { wasm } from '../lib/engines.mjs';

const COMMENT_BYTES = 65535;
const QUERY = 'w=90&f=png';

/** @param {number} comments segments of 64 KiB behind SOI */
async function commented(comments) {
  const bytes = await sampleBytes('jpeg/420-progressive.jpg');
  const comment = Buffer.alloc(COMMENT_BYTES + 2, 'x');
  comment.writeUInt16BE(0xfffe, 0);
  comment.writeUInt16BE(COMMENT_BYTES, 2);
  return Buffer.concat([bytes.subarray(0, 2), ...Array(comments).fill(comment), bytes.subarray(2)]);
}

test('the same picture by either decoder', async () => {
  const plain = await wasm(await commented(0), QUERY);
  const kept = await wasm(await commented(15), QUERY);
  const dropped = await wasm(await commented(17), QUERY);
  for (const result of [plain, kept, dropped]) {
    assert.equal(result.status, 'OK', result.message);
    assert.ok(result.bytes.equals(plain.bytes));
  }
  // Only libjpeg pays for the transform by scans.
  assert.equal(kept.info.work, plain.info.work);
  assert.notEqual(dropped.info.work, plain.info.work);
});
