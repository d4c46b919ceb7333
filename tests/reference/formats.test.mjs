// Every format to every format. Lossy output is judged in two ways: as a picture, by how far
// it is below what sharp's encoder makes of the reference at the same quality; and for
// JPEG at quality 100 plane by plane, where a chroma sample half a pixel off shows.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { native } from '../lib/engines.mjs';
import { compare, decodeAny, encodeWithSharp, formatOf, psnrOfSamples } from '../lib/pixels.mjs';
import { decodeJpegPlanes } from './jpeg-planes.mjs';
import { optionsText, readSource, renderPlanes, renderReference } from './reference.mjs';
import { decodeWebpPlanes } from './source.mjs';

const SOURCES = [
  'jpeg/420.jpg',
  'jpeg/444.jpg',
  'jpeg/gray.jpg',
  'jpeg/encoder-420-progressive.jpg',
  'jpeg/orientation-6.jpg',
  'jpeg/ycck.jpg',
  'jpeg/rgb.jpg',
  'png/type2-8.png',
  'png/type6-8.png',
  'png/type0-16.png',
  'png/type3-8-trns.png',
  'webp/lossy.webp',
  'webp/lossy-alpha.webp',
  'webp/lossless.webp',
];
/** How much worse than sharp's encoder, decibels: other DCT rounding; for WebP another method too. */
const BELOW_CEILING = { jpeg: 0.5, webp: 1 };

for (const path of SOURCES) {
  for (const f of ['jpeg', 'webp']) {
    for (const q of [60, 80, 95]) {
      test(`${path} to ${f}, quality ${q}`, async () => {
        const bytes = await sampleBytes(path);
        const source = await readSource(bytes);
        const options = { w: Math.round(source.width / 1.7), f, q };
        const expected = renderReference(source, options);
        const { status, bytes: made, message } = await native(bytes, optionsText(options));
        assert.equal(status, 'OK', message);
        assert.equal(formatOf(made), f);
        const ours = compare(await decodeAny(made), expected).psnr;
        const theirs = compare(
          await decodeAny(await encodeWithSharp(expected, f, q)),
          expected,
        ).psnr;
        assert.ok(
          ours >= theirs - BELOW_CEILING[f],
          `PSNR ${ours.toFixed(2)}, sharp's encoder reaches ${theirs.toFixed(2)}`,
        );
      });
    }
  }
}

for (const path of SOURCES) {
  test(`${path} without f stays what it is`, async () => {
    const bytes = await sampleBytes(path);
    const { status, bytes: made } = await native(bytes, 'w=20');
    assert.equal(status, 'OK');
    assert.equal(formatOf(made), formatOf(bytes));
  });
}

const PLANAR = [
  'jpeg/444.jpg',
  'jpeg/422.jpg',
  'jpeg/440.jpg',
  'jpeg/420.jpg',
  'jpeg/411.jpg',
  'jpeg/gray.jpg',
  'webp/lossy.webp',
  ...[2, 3, 4, 5, 6, 7, 8].map((orientation) => `jpeg/orientation-${orientation}.jpg`),
  ...[2, 3, 5, 6, 8].map((orientation) => `jpeg/orientation-${orientation}-422.jpg`),
];
const CASES = [
  {},
  { w: 75 },
  { w: 80, h: 80 },
  { w: 61, h: 47, g: '0.1x0.9' },
  { w: 53, h: 38, fit: 'fill' },
];

for (const path of PLANAR) {
  test(`${path} to jpeg, plane by plane`, async () => {
    const bytes = await sampleBytes(path);
    const source = await readSource(bytes);
    for (const options of CASES) {
      const query = optionsText({ ...options, f: 'jpeg', q: 100 });
      const { status, bytes: made, message } = await native(bytes, query);
      assert.equal(status, 'OK', `${query}: ${message}`);
      const { planes } = decodeJpegPlanes(made);
      const expected = renderPlanes(source, options);
      assert.equal(
        planes.length,
        expected.length,
        `${query}: gray stays gray, colour stays colour`,
      );
      planes.forEach((p, i) => {
        assert.deepEqual(
          [p.width, p.height],
          [expected[i].width, expected[i].height],
          `${query}: size of plane ${i}`,
        );
        const psnr = psnrOfSamples(p.data, expected[i].data);
        assert.ok(psnr >= 47, `${query}: plane ${i} has PSNR ${psnr.toFixed(2)}`);
      });
    }
  });
}

test('jpeg to webp keeps chroma where it is', async () => {
  for (const path of ['jpeg/420.jpg', 'jpeg/orientation-3.jpg', 'jpeg/orientation-6-422.jpg']) {
    const bytes = await sampleBytes(path);
    const source = await readSource(bytes);
    for (const options of CASES) {
      const query = optionsText({ ...options, f: 'webp', q: 100 });
      const { status, bytes: made, message } = await native(bytes, query);
      assert.equal(status, 'OK', `${path} ${query}: ${message}`);
      const expected = renderPlanes(source, options);
      const planes = decodeWebpPlanes(made, expected[0].width, expected[0].height);
      planes.forEach((p, i) => {
        const psnr = psnrOfSamples(p.data, expected[i].data);
        assert.ok(psnr >= 41, `${path} ${query}: plane ${i} has PSNR ${psnr.toFixed(2)}`);
      });
    }
  }
});

// More than the output window (64 KiB) and more than a megapixel: writers that give their output
// while rows still come, and that a host empties in between.
for (const path of ['progressive.jpg', 'alpha.png', 'photo.webp']) {
  for (const f of ['jpeg', 'png', 'webp']) {
    test(`${path} to a large ${f}`, async () => {
      const bytes = await sampleBytes(path);
      const source = await readSource(bytes);
      const options = { w: 1300, up: 1, f, q: 90 };
      const expected = renderReference(source, options);
      const { status, bytes: made, message } = await native(bytes, optionsText(options));
      assert.equal(status, 'OK', message);
      assert.ok(made.length > 65536 && expected.width * expected.height > 1 << 20);
      const { psnr } = compare(await decodeAny(made), expected);
      assert.ok(psnr >= (f === 'png' ? 48 : 34), `PSNR ${psnr.toFixed(2)}`);
    });
  }
}
