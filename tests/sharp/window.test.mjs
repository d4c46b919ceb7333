// WebP pictures larger than the window of the lossless decoder (patches/libwebp/0009): every
// pixel against sharp's own libwebp, with references from as far back as the format allows.
import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { makeScene } from '../images/scene.mjs';
import { native } from '../lib/engines.mjs';

sharp.concurrency(1);

/** A noisy scene that repeats itself after `period` rows, so that the encoder refers to it. */
function repeated({ width, height, period, alpha }) {
  const tile = makeScene(width, period, { seed: width, noise: 9, alpha });
  const channels = tile.length / (width * period);
  return sharp(Buffer.alloc(width * height * channels, tile), { raw: { width, height, channels } });
}

const pixelsOf = (bytes) => sharp(bytes).ensureAlpha().raw().toBuffer();

async function decodesLikeSharp(bytes) {
  const { status, bytes: made, message } = await native(bytes, 'f=png');
  assert.equal(status, 'OK', message);
  const [ours, theirs] = await Promise.all([made, bytes].map(pixelsOf));
  assert.ok(ours.equals(theirs), 'every pixel');
}

for (const shape of [
  { width: 1000, height: 2600, period: 1040, alpha: false }, // just within 2^20 pixels
  { width: 1020, height: 2600, period: 1020, alpha: true },
  { width: 200, height: 8192, period: 3000, alpha: false },
  { width: 8192, height: 260, period: 65, alpha: true },
]) {
  const { width, height, period, alpha } = shape;
  test(`lossless ${width}x${height}${alpha ? ' with alpha' : ''}, every ${period} rows the same`, async () => {
    const picture = repeated(shape);
    await decodesLikeSharp(
      await picture.webp({ lossless: true, quality: 100, effort: 1, exact: true }).toBuffer(),
    );
  });
}

test('lossy with packed alpha of 2.6 megapixels', async () => {
  const picture = repeated({ width: 1000, height: 2600, period: 1040, alpha: true });
  const bytes = await picture.webp({ quality: 50, alphaQuality: 100, effort: 2 }).toBuffer();
  const { status, bytes: made, message } = await native(bytes, 'f=png');
  assert.equal(status, 'OK', message);
  const alphaOf = (file) => sharp(file).extractChannel('alpha').raw().toBuffer();
  const [ours, theirs] = await Promise.all([made, bytes].map(alphaOf));
  assert.ok(ours.equals(theirs), 'alpha, every pixel');
});
