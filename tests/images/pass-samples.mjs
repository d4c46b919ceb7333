// pass-samples.mjs - what thimble must name and refuse: animations, other formats, no images.
import sharp from 'sharp';
import { encodeApng } from './png-writer.mjs';
import { raw } from './raw.mjs';
import { makeScene } from './scene.mjs';

export function makePdf() {
  const text = 'BT /F1 24 Tf 72 720 Td (thimble passes documents through untouched) Tj ET';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const at = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  body += `xref\n0 6\n0000000000 65535 f \n${table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}

async function makeAnimatedWebp() {
  const size = 64;
  const frames = [51, 52, 53].map((seed) => makeScene(size, size, { seed }));
  const pixels = Buffer.concat(frames);
  const options = { raw: { width: size, height: size * 3, channels: 3, pageHeight: size } };
  return sharp(pixels, options)
    .webp({ quality: 70, loop: 0, delay: [100, 100, 100] })
    .toBuffer();
}

const HTML =
  '<!doctype html><html><head><title>not an image</title></head><body><p>404</p></body></html>\n';
const SVG =
  '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64" fill="teal"/></svg>\n';
export const passSamples = [
  { name: 'animated.webp', expect: 'UNSUPPORTED', make: makeAnimatedWebp },
  {
    name: 'animated.png',
    expect: 'UNSUPPORTED',
    make: () =>
      encodeApng(
        [61, 62].map((seed) => ({
          width: 64,
          height: 48,
          colourType: 2,
          depth: 8,
          samples: makeScene(64, 48, { seed }),
        })),
      ),
  },
  {
    name: 'image.gif',
    expect: 'UNSUPPORTED',
    make: () =>
      raw(makeScene(64, 48, { seed: 63 }), 64, 48)
        .gif()
        .toBuffer(),
  },
  { name: 'image.svg', expect: 'UNSUPPORTED', make: () => Buffer.from(SVG) },
  { name: 'page.html', expect: 'UNSUPPORTED', make: () => Buffer.from(HTML) },
  { name: 'page.jpg', expect: 'UNSUPPORTED', make: () => Buffer.from(HTML) },
  {
    name: 'text.txt',
    expect: 'UNSUPPORTED',
    make: () => Buffer.from('This is not an image but a line of text, long enough to sniff.\n'),
  },
  {
    name: 'image.tiff',
    expect: 'UNSUPPORTED',
    make: () => raw(makeScene(32, 24), 32, 24).tiff().toBuffer(),
  },
  {
    name: 'image.avif',
    expect: 'UNSUPPORTED',
    make: () =>
      raw(makeScene(64, 48, { seed: 64 }), 64, 48)
        .avif({ effort: 0 })
        .toBuffer(),
  },
];
