// The pixels of thimble against sharp's, before encoding: sharp decodes everything
// (fastShrinkOnLoad: false) and resizes by its Lanczos3. Two programs that agree on what a
// picture is are within 38 dB; a wrong phase, colour or window is far below.
//
// Not here: CMYK and wide-gamut profiles, which sharp converts by ICC (tests/reference has
// them); nor pure noise, where libvips' clipping between its two passes shows.
import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { native } from '../lib/engines.mjs';
import { compare, decodePng, toPicture } from '../lib/pixels.mjs';

sharp.concurrency(1);
const PSNR_MIN = 38;

async function resizeBySharp(bytes, width, height) {
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .toColourspace('srgb')
    .resize(width, height, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return toPicture(data, info.width, info.height, info.channels);
}

for (const { path, group, ink, wide, harsh, expect } of samples) {
  if (!['run', 'jpeg', 'png', 'webp'].includes(group) || ink || wide || harsh || expect) continue;
  test(path, async () => {
    const bytes = await sampleBytes(path);
    const { autoOrient } = await sharp(bytes).metadata();
    for (const reduction of [1.4, 2, 3.3]) {
      const w = Math.round(autoOrient.width / reduction);
      const h = Math.round(autoOrient.height / reduction);
      const { status, bytes: made, message } = await native(bytes, `w=${w}&h=${h}&fit=fill&f=png`);
      assert.equal(status, 'OK', message);
      const { psnr } = compare(decodePng(made), await resizeBySharp(bytes, w, h));
      assert.ok(psnr >= PSNR_MIN, `${w}x${h}: PSNR ${psnr.toFixed(2)}`);
    }
  });
}
