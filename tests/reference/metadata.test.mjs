// What else comes out: the ICC profile when it is RGB and not sRGB, byte for byte, into every
// format; and nothing besides (no EXIF, no orientation that would turn a picture twice).
import assert from 'node:assert/strict';
import test from 'node:test';
import sharp from 'sharp';
import { sampleBytes } from '../images/make-samples.mjs';
import { makeJpeg } from '../images/jpeg-samples.mjs';
import { exifSegment, makeExif, makeP3Profile } from '../images/metadata.mjs';
import { native } from '../lib/engines.mjs';

const FORMATS = ['jpeg', 'png', 'webp'];
const WIDE = ['jpeg/icc-p3.jpg', 'jpeg/icc-p3-pieces.jpg', 'png/icc-p3.png', 'webp/icc-p3.webp'];
const PLAIN = [
  'jpeg/icc-srgb.jpg',
  'jpeg/gray-icc.jpg',
  'jpeg/cmyk-icc.jpg',
  'png/icc-srgb.png',
  'jpeg/orientation-6.jpg',
  'png/exif-6.png',
  'webp/exif-6.webp',
  'webp/exif-3-alpha.webp',
];

async function metadataOf(path, f) {
  const { status, bytes, message } = await native(await sampleBytes(path), `w=50&f=${f}`);
  assert.equal(status, 'OK', `${path} to ${f}: ${message}`);
  return sharp(bytes).metadata();
}

for (const path of WIDE) {
  test(`${path} keeps its profile`, async () => {
    for (const f of FORMATS) {
      const { icc } = await metadataOf(path, f);
      assert.ok(
        icc && makeP3Profile().equals(icc),
        `${f}: ${icc ? 'another profile' : 'no profile'}`,
      );
    }
  });
}

for (const path of PLAIN) {
  test(`${path} comes out without metadata`, async () => {
    for (const f of FORMATS) {
      const { icc, exif, xmp, orientation } = await metadataOf(path, f);
      assert.deepEqual({ icc, exif, xmp }, { icc: undefined, exif: undefined, xmp: undefined }, f);
      assert.ok(orientation === undefined || orientation === 1, `${f}: orientation ${orientation}`);
    }
  });
}

test('of several APP1 segments the first EXIF turns the picture; nothing of any comes out', async () => {
  const app1 = (text) => ({ marker: 0xe1, data: Buffer.from(text, 'latin1') });
  const xmp = app1('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>GPS 48.85</x:xmpmeta>');
  const exif = (orientation) =>
    exifSegment(Buffer.concat([makeExif(orientation), Buffer.from('GPS 48.85')]));
  for (const [segments, turned] of [
    [[xmp, exif(6), exif(1)], true],
    [[app1(''), app1('Exif\0\0'), app1('E'), exif(8), xmp], true], // none of the first three is one
    [[exif(1), exif(6)], false],
    ...[0, 9, 65535].map((orientation) => [[exif(orientation), xmp, exif(6)], false]),
  ]) {
    const { status, bytes } = await native(makeJpeg({ width: 90, height: 40, segments }), 'w=50');
    assert.equal(status, 'OK');
    const { width, height } = await sharp(bytes).metadata();
    assert.equal(width < height, turned, JSON.stringify(segments.map(({ data }) => data.length)));
    assert.ok(!/GPS|Exif|adobe/.test(bytes.toString('latin1')));
  }
});
