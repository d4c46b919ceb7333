// At an eighth only DC coefficients are wanted of most components, and the codes of the others are
// skipped by a table of their own. Where luma is stored at half the size of chroma it still wants
// its AC coefficients there, by the Huffman table that chroma's are skipped by.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeJpeg } from '../images/jpeg-samples.mjs';
import { native, wasm } from '../lib/engines.mjs';
import { compare, decodePng } from '../lib/pixels.mjs';

const QUERY = 'w=12&f=png';
/** Luma of half the size, over a reduction of 17: the same picture but for rounding. */
const PSNR_MIN = 45;

test('luma smaller than chroma, at an eighth: the picture of 4:4:4', async () => {
  const finer = [
    [1, 1],
    [2, 2],
    [2, 2],
  ];
  const expected = await native(makeJpeg({ sampling: 444 }), QUERY);
  for (const engine of [native, wasm]) {
    const found = await engine(makeJpeg({ sampling: finer }), QUERY);
    assert.equal(found.status, 'OK', found.message);
    const { psnr } = compare(decodePng(found.bytes), decodePng(expected.bytes));
    assert.ok(psnr > PSNR_MIN, `PSNR ${psnr.toFixed(1)}`);
  }
});
