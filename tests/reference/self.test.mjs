// The reference must be right before it judges: its decoders against libjpeg and libpng (in
// sharp), its resampler against properties that any resampler has.
import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { decodeJpegPlanes } from './jpeg-planes.mjs';
import { decodePngPixels } from './png-pixels.mjs';
import { readSource, renderReference, solveGeometry } from './reference.mjs';
import { yccToRgb } from './source.mjs';

const inGroup = (group) => samples.filter((sample) => sample.group === group);

test('jpeg planes agree with libjpeg', async () => {
  for (const { path, ink, wide } of inGroup('jpeg')) {
    if (ink || wide) continue;
    const jpeg = decodeJpegPlanes(await sampleBytes(path));
    const { data, info } = await sharp(await sampleBytes(path))
      .raw()
      .toBuffer({ resolveWithObject: true });
    let worst = 0;
    for (let i = 0; i < jpeg.width * jpeg.height; i++) {
      const pixel = data.subarray(i * info.channels, i * info.channels + 3);
      const clipped =
        info.channels === 3 && (Math.min(...pixel) === 0 || Math.max(...pixel) === 255);
      if (clipped) continue;
      const [r, g, b] = pixel;
      const isLuma = info.channels === 3 && jpeg.adobe === undefined;
      const luma = isLuma ? 0.299 * r + 0.587 * g + 0.114 * b : r;
      worst = Math.max(worst, Math.abs(luma - jpeg.planes[0].data[i]));
    }
    assert.ok(worst < 2, `${path}: luma differs by ${worst}`);
  }
});

test('jpeg chroma agrees with libjpeg where it is not subsampled', async () => {
  const bytes = await sampleBytes('jpeg/444.jpg');
  const { planes } = decodeJpegPlanes(bytes);
  const rgb = await sharp(bytes).raw().toBuffer();
  let worst = 0;
  for (let i = 0; i < planes[0].data.length; i++) {
    yccToRgb(...planes.map((p) => p.data[i])).forEach((value, c) => {
      worst = Math.max(worst, Math.abs(value - rgb[i * 3 + c]));
    });
  }
  assert.ok(worst < 4, `differs by ${worst}`);
});

test('png pixels agree with libpng', async () => {
  for (const { path, wide } of inGroup('png')) {
    if (wide || path.includes('icc')) continue;
    const bytes = await sampleBytes(path);
    const png = decodePngPixels(bytes);
    const rgba = await sharp(bytes).toColourspace('srgb').ensureAlpha().raw().toBuffer();
    const worst = png.data.reduce((most, value, i) => Math.max(most, Math.abs(value - rgba[i])), 0);
    assert.ok(worst < 1, `${path}: differs by ${worst}`); // sharp cuts 16 bits, so nearly 1
  }
});

test("webp planes agree with libwebp's own RGB", async () => {
  const bytes = await sampleBytes('webp/lossy-even.webp');
  const picture = renderReference(await readSource(bytes), { f: 'png' });
  const rgb = await sharp(bytes).raw().toBuffer();
  let sum = 0;
  for (let i = 0; i < rgb.length; i++)
    sum += (picture.data[Math.floor(i / 3) * 4 + (i % 3)] - rgb[i]) ** 2;
  const psnr = 10 * Math.log10((255 * 255 * rgb.length) / sum);
  assert.ok(psnr > 38, `PSNR ${psnr}`); // chroma is interpolated by another kernel
});

const flat = (width, height, value) => ({
  width,
  height,
  space: 'gray',
  hasAlpha: false,
  orientation: 1,
  format: 'png',
  planes: [
    {
      width,
      height,
      startX: 0,
      startY: 0,
      stepX: 1,
      stepY: 1,
      data: new Float64Array(width * height).fill(value),
    },
  ],
});

test('flat stays flat, whatever the size', () => {
  for (const [w, h] of [
    [1, 1],
    [3, 7],
    [40, 40],
    [97, 5],
  ]) {
    for (const value of renderReference(flat(31, 17, 77), { w, h, fit: 'fill', up: 1 }).data.filter(
      (_, i) => i % 4 !== 3,
    )) {
      assert.ok(Math.abs(value - 77) < 1e-9);
    }
  }
});

test('a ramp stays a ramp away from the borders', () => {
  const source = flat(200, 8, 0);
  source.planes[0].data.forEach((_, i, data) => {
    data[i] = i % 200;
  });
  const { data } = renderReference(source, { w: 80, h: 8, fit: 'fill' });
  for (let x = 10; x < 70; x++)
    assert.ok(Math.abs(data[x * 4] - ((x + 0.5) * 2.5 - 0.5)) < 0.02, `at ${x}: ${data[x * 4]}`);
});

test('orientations turn a picture as sharp turns it', async () => {
  for (let orientation = 1; orientation <= 8; orientation++) {
    const path = `jpeg/orientation-${orientation}.jpg`;
    const picture = renderReference(await readSource(await sampleBytes(path)), { f: 'png' });
    const { data, info } = await sharp(await sampleBytes(path))
      .autoOrient()
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([picture.width, picture.height], [info.width, info.height]);
    let sum = 0;
    for (let i = 0; i < data.length; i++)
      sum += (picture.data[Math.floor(i / 3) * 4 + (i % 3)] - data[i]) ** 2;
    const psnr = 10 * Math.log10((255 * 255 * data.length) / sum);
    assert.ok(psnr > 35, `${path}: PSNR ${psnr}`);
  }
});

test('geometry of every fit', () => {
  const sizeOf = (options) => {
    const { width, height, canvasWidth, canvasHeight } = solveGeometry(400, 200, options);
    return [width, height, canvasWidth, canvasHeight];
  };
  assert.deepEqual(sizeOf({ w: 100, h: 100 }), [100, 100, 100, 100]);
  assert.deepEqual(sizeOf({ w: 100 }), [100, 50, 100, 50]);
  assert.deepEqual(sizeOf({ w: 100, h: 100, fit: 'inside' }), [100, 50, 100, 50]);
  assert.deepEqual(sizeOf({ w: 100, h: 100, fit: 'outside' }), [200, 100, 200, 100]);
  assert.deepEqual(sizeOf({ w: 100, h: 100, fit: 'contain' }), [100, 50, 100, 100]);
  assert.deepEqual(sizeOf({ w: 1000, h: 1000 }), [200, 200, 200, 200]);
  assert.deepEqual(sizeOf({ w: 1000, h: 1000, fit: 'contain' }), [400, 200, 1000, 1000]);
  assert.deepEqual(solveGeometry(400, 200, { w: 100, h: 100, g: 'e' }).window, {
    x: 200,
    y: 0,
    w: 200,
    h: 200,
  });
  assert.deepEqual(solveGeometry(400, 200, { w: 100, h: 100, g: '0.3x0.9' }).window, {
    x: 20,
    y: 0,
    w: 200,
    h: 200,
  });
});
