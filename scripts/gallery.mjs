// gallery.mjs - build/gallery/index.html: the samples through each fit, gravity, format and
// quality, by thimble and by sharp, with what differs between the two and how far each is
// from the reference (tests/reference: whole images, doubles). To be looked at.
//
//     node scripts/gallery.mjs
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { sampleBytes } from '../tests/images/make-samples.mjs';
import { makeThimble, root } from '../tests/lib/engines.mjs';
import { compare, decodeAny } from '../tests/lib/pixels.mjs';
import { optionsText, readSource, renderReference } from '../tests/reference/reference.mjs';
import { similarity } from './lib/similarity.mjs';

sharp.concurrency(1);
const folder = path.join(root, 'build/gallery');
const EXAGGERATION = 8;

const each = (name, values, base) => values.map((value) => ({ ...base, [name]: value }));
const square = { w: 300, h: 300, bg: 'f0906a', f: 'png' };
const upright = { w: 220, h: 320, f: 'png' };
const wide = { w: 420, h: 180, f: 'png' };

/** What is shown: a sample and the questions asked of it. */
const WALLS = [
  {
    title: 'Sources',
    samples: ['thumbnail.png', 'photo.jpg', 'progressive.jpg', 'photo.webp', 'alpha.png'],
    questions: [{ w: 320, f: 'png' }],
  },
  {
    title: 'Fit',
    samples: ['photo.webp'],
    questions: each('fit', ['cover', 'inside', 'contain', 'fill', 'outside', 'scale-down'], square),
  },
  {
    title: 'Gravity',
    samples: ['progressive.jpg'],
    questions: [...each('g', ['center', 'e'], upright), ...each('g', ['n', 'sw'], wide)],
  },
  {
    title: 'Format',
    samples: ['alpha.png'],
    questions: each('f', ['png', 'webp', 'jpeg'], { w: 320, bg: 'ffffff' }),
  },
  {
    title: 'Quality, JPEG',
    samples: ['progressive.jpg'],
    questions: each('q', [20, 50, 80, 95], { w: 480, f: 'jpeg' }),
  },
  {
    title: 'Quality, WebP',
    samples: ['progressive.jpg'],
    questions: each('q', [20, 50, 80, 95], { w: 480, f: 'webp' }),
  },
];

const COMPASS = { n: 'north', e: 'east', s: 'south', w: 'west', sw: 'southwest', ne: 'northeast' };

/** The same question, asked of sharp. */
function bySharp(bytes, { w, h, fit, g = 'center', f, q = 80, bg }) {
  const { r, g: green, b } = colour(bg ?? 'ffffff');
  const background = { r, g: green, b, alpha: 1 };
  const picture = sharp(bytes)
    .autoOrient()
    .resize(w, h, {
      fit: fit === 'scale-down' ? 'inside' : (fit ?? (w && h ? 'cover' : 'inside')),
      position: COMPASS[g] ?? 'centre',
      background,
      withoutEnlargement: true,
    });
  if (bg || f === 'jpeg') picture.flatten({ background });
  return picture.toFormat(f, f === 'png' ? {} : { quality: q }).toBuffer();
}

function colour(hex) {
  const [r, g, b] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return { r, g, b };
}

/** One question: both answers, what differs, how good each is. */
async function hang({ thimble, sample, question, name }) {
  const bytes = await sampleBytes(sample);
  const reference = renderReference(await readSource(bytes), question);
  const ours = await answer(`${name}-thimble.${question.f}`, {
    bytes: (await thimble.resize(bytes, optionsText(question))).bytes,
    reference,
  });
  const theirs = await answer(`${name}-sharp.${question.f}`, {
    bytes: await bySharp(bytes, question),
    reference,
  });
  const difference = `${name}-difference.png`;
  await writeDifference(difference, ours.picture, theirs.picture);
  return { sample, text: optionsText(question), ours, theirs, difference };
}

async function answer(file, { bytes, reference }) {
  await writeFile(path.join(folder, file), bytes);
  const picture = await decodeAny(Buffer.from(bytes));
  const same = picture.width === reference.width && picture.height === reference.height;
  const figures = same
    ? `${compare(picture, reference).psnr.toFixed(1)} dB, SSIM ${similarity(picture, reference).toFixed(4)}`
    : `another size: ${picture.width} × ${picture.height}`;
  return { file, picture, text: `${(bytes.length / 1000).toFixed(1)} kB, ${figures}` };
}

/** Grey where both agree; differences several times as strong as they are. */
async function writeDifference(file, a, b) {
  const { width, height } = a;
  const rgb = Buffer.alloc(width * height * 3, 128);
  if (a.width === b.width && a.height === b.height) {
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) {
        const value = 128 + EXAGGERATION * (a.data[i * 4 + c] - b.data[i * 4 + c]);
        rgb[i * 3 + c] = Math.min(255, Math.max(0, value));
      }
    }
  }
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path.join(folder, file));
}

const figure = (file, title, text) =>
  `<figure><img src="${file}" alt="${title}" loading="lazy"><figcaption><b>${title}</b> ${text}</figcaption></figure>`;

const row = ({ sample, text, ours, theirs, difference }) => `
<section><h3>${sample} <code>${text.replaceAll('&', '&amp;')}</code></h3><div class="row">
<div class="flip">${figure(ours.file, 'thimble', ours.text)}<img class="other" src="${theirs.file}" alt=""></div>
${figure(theirs.file, 'sharp', theirs.text)}
${figure(difference, 'difference', `${EXAGGERATION} times as strong`)}
</div></section>`;

const page = (walls) => `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>thimble: the gallery</title>
<style>
:root { color-scheme: light dark; --paper: light-dark(#faf7f2, #15171b); --ink: light-dark(#241f1a, #ece7df); --soft: light-dark(#665d53, #a9a196); --thread: light-dark(#b03e1d, #f0906a); }
body { margin: 2rem auto; width: min(100% - 2rem, 100rem); background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h2 { margin-top: 3rem; border-top: 2px dashed var(--soft); padding-top: 1.5rem; }
h3 { font-size: 1rem; font-weight: 500; } code { color: var(--thread); }
.row { display: grid; grid-template-columns: repeat(3, minmax(0, max-content)); gap: 1.2rem; align-items: start; }
figure { margin: 0; } img { display: block; max-width: 100%; background: repeating-conic-gradient(#8883 0 25%, #8881 0 50%) 0 0 / 16px 16px; }
figcaption { color: var(--soft); font-size: 0.85rem; } b { color: var(--ink); }
.flip { position: relative; cursor: pointer; } .other { position: absolute; inset: 0 auto auto 0; visibility: hidden; } .flip:active .other { visibility: visible; }
</style>
<h1>thimble, beside sharp</h1>
<p>Press a picture of thimble's to see sharp's in its place. PSNR and SSIM are against the whole image resized in doubles by Lanczos3, before encoding.</p>
${walls.map(({ title, rows }) => `<h2>${title}</h2>${rows.map(row).join('')}`).join('')}
</html>
`;

await mkdir(folder, { recursive: true });
const thimble = await makeThimble();
const walls = [];
let number = 0;
for (const { title, samples, questions } of WALLS) {
  const rows = [];
  for (const sample of samples) {
    for (const question of questions) {
      const name = String(++number).padStart(2, '0');
      rows.push(await hang({ thimble, sample, question, name }));
      console.log(`thimble: ${title}: ${sample} ${rows.at(-1).text}: ${rows.at(-1).ours.text}`);
    }
  }
  walls.push({ title, rows });
}
await writeFile(path.join(folder, 'index.html'), page(walls));
console.log('thimble: open build/gallery/index.html');
