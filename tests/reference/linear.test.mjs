// Linear light (lin=1): every kind of source against the reference, which computes in doubles; and
// what it is for: fine detail keeps its brightness.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { encodePng } from '../images/png-writer.mjs';
import { assertLikeReference } from '../lib/against-reference.mjs';
import { native } from '../lib/engines.mjs';
import { decodePng } from '../lib/pixels.mjs';

// The samples as in against-reference.mjs; the PSNR is bound by bytes, chroma's on the way to RGB
// among them. Where the core pre-shrinks by a box, PSNR alone.
const RGB = { worst: 2, psnr: 55 };
const YCC = { worst: 5, psnr: 52 };
const BOX = { worst: 255, psnr: 44 };

for (const [path, options, bounds] of [
  ['thumbnail.png', { w: 300 }, RGB],
  ['thumbnail.png', { w: 70 }, BOX],
  ['alpha.png', { w: 150, h: 150 }, RGB],
  ['alpha.png', { w: 150, bg: '102030' }, RGB],
  ['alpha.png', { w: 150, bg: '20304080' }, RGB],
  ['alpha.png', { w: 200, h: 100, fit: 'contain', bg: 'f80' }, RGB],
  ['photo.jpg', { w: 300 }, YCC],
  ['photo.webp', { w: 300 }, YCC],
])
  test(`${path} ${JSON.stringify(options)}`, async (t) => {
    const bytes = await sampleBytes(path);
    const found = await assertLikeReference(bytes, { ...options, lin: 1 }, bounds);
    t.diagnostic(JSON.stringify(found));
  });

const gray = (width, height, sample) =>
  encodePng({
    width,
    height,
    colourType: 0,
    depth: 8,
    samples: Array.from({ length: width * height }, (_, i) => sample(i % width, (i / width) | 0)),
  });
const pixelsOf = async (bytes, query) => {
  const result = await native(bytes, query);
  assert.equal(result.status, 'OK', result.message);
  return decodePng(result.bytes);
};

test('dark noise beside white keeps to the reference', async () => {
  const noisy = (x, y) => ((x * 7 + y * 13) % 31 === 0 ? 255 : (x * y + 3 * x) % 13);
  await assertLikeReference(gray(240, 240, noisy), { w: 97, lin: 1 }, RGB);
});

test('a chessboard becomes the gray of half its light', async () => {
  const board = gray(64, 64, (x, y) => ((x ^ y) & 1) * 255);
  for (const [query, middle] of [
    ['w=16&f=png', 128],
    ['w=16&f=png&lin=1', 188],
  ]) {
    const { data } = await pixelsOf(board, query);
    const at = (8 * 16 + 8) * 4;
    assert.ok(Math.abs(data[at] - middle) <= 2, `${query}: ${data[at]}, expected ${middle}`);
  }
});

test('flat areas of every gray stay what they are', async () => {
  const bars = gray(256 * 32, 40, (x) => x >> 5);
  const { data } = await pixelsOf(bars, 'w=2048&h=10&fit=fill&f=png&lin=1');
  for (let v = 0; v < 256; v++) assert.equal(data[(5 * 2048 + v * 8 + 4) * 4], v);
});

test('a picture that is not resized is not touched', async () => {
  const bytes = await sampleBytes('photo.jpg');
  const [plain, linear] = await Promise.all([native(bytes, 'f=jpeg'), native(bytes, 'f=jpeg&lin=1')]);
  assert.ok(plain.bytes.equals(linear.bytes));
});
