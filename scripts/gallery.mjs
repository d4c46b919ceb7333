// gallery.mjs - build/gallery/index.html: the samples through each fit, gravity, format and
// quality, by thimble and by sharp, with what differs between the two; and the same work by
// every contestant of the bench. Each with how far it is from the reference (tests/reference:
// whole images, doubles). To be looked at.
//
//     node scripts/gallery.mjs
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { contestants } from '../bench/contestants.mjs';
import { sampleBytes } from '../tests/images/make-samples.mjs';
import { makeThimble, root } from '../tests/lib/engines.mjs';
import { compare, decodeAny } from '../tests/lib/pixels.mjs';
import { optionsText, readSource, renderReference } from '../tests/reference/reference.mjs';
import { drawPage } from './lib/gallery-page.mjs';
import { similarity } from './lib/similarity.mjs';

sharp.concurrency(1);
const folder = path.join(root, 'build/gallery');
const EXAGGERATION = 8;

const each = (name, values, base) => values.map((value) => ({ ...base, [name]: value }));
const square = { w: 300, h: 300, bg: 'f0906a', f: 'png' };
const upright = { w: 220, h: 320, f: 'png' };
const wide = { w: 420, h: 180, f: 'png' };

/** What is shown beside sharp: samples, and the questions asked of each. */
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

/** What every contestant is asked: exact sizes, as in the bench. */
const CONTEST = [
  { sample: 'photo.jpg', question: { w: 320, h: 240, fit: 'fill', f: 'webp', q: 80 } },
  { sample: 'progressive.jpg', question: { w: 320, h: 240, fit: 'fill', f: 'jpeg', q: 80 } },
  { sample: 'thumbnail.png', question: { w: 240, h: 240, fit: 'fill', f: 'png', q: 80 } },
  { sample: 'alpha.png', question: { w: 240, h: 240, fit: 'fill', f: 'png', q: 80 } },
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

/** One question, answered by thimble and by sharp, and what differs. */
async function hangPair({ thimble, sample, question, name }) {
  const bytes = await sampleBytes(sample);
  const reference = renderReference(await readSource(bytes), question);
  const options = optionsText(question);
  const ours = await hang(`${name}-thimble.${question.f}`, {
    bytes: (await thimble.resize(bytes, options)).bytes,
    reference,
  });
  const theirs = await hang(`${name}-sharp.${question.f}`, {
    bytes: await bySharp(bytes, question),
    reference,
  });
  const file = `${name}-difference.png`;
  await writeDifference(file, ours.picture, theirs.picture);
  return {
    heading: sample,
    options,
    frames: [
      { title: 'thimble', under: theirs.file, ...ours },
      { title: 'sharp', ...theirs },
      { title: 'difference', file, text: `${EXAGGERATION} times as strong` },
    ],
  };
}

/** One question, answered by every contestant of the bench; under each, its errors. */
async function hangContest({ hands, sample, question, name }) {
  const bytes = await sampleBytes(sample);
  const reference = renderReference(await readSource(bytes), question);
  const job = { width: question.w, height: question.h, format: question.f, quality: question.q };
  const frames = [];
  for (const [who, { label, ask }] of Object.entries(hands)) {
    try {
      const answer = await hang(`${name}-${who}.${job.format}`, {
        bytes: await ask(new Uint8Array(bytes), job),
        reference,
      });
      const under = `${name}-${who}-error.png`;
      await writeDifference(under, answer.picture, reference);
      frames.push({ title: label, under, ...answer });
    } catch (error) {
      console.log(`thimble: ${label}: ${sample}: ${error.message}`);
    }
  }
  return { heading: sample, options: optionsText(question), frames };
}

/** Saves an answer and says how good it is. */
async function hang(file, { bytes, reference }) {
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

/** The contestants that can be started here; sharp's second setting is the same picture. */
async function startHands() {
  const hands = {};
  for (const [name, { start, label }] of Object.entries(contestants)) {
    if (name !== 'sharp-full') hands[name] = { label: label(), ask: await start() };
  }
  return hands;
}

await mkdir(folder, { recursive: true });
const thimble = await makeThimble();
const walls = [];
let number = 0;
const nextName = () => String(++number).padStart(2, '0');
const tell = ({ heading, options, frames }) =>
  console.log(`thimble: ${heading} ${options}: ${frames[0].text}`);

for (const { title, samples, questions } of WALLS) {
  const rows = [];
  for (const sample of samples) {
    for (const question of questions) {
      rows.push(await hangPair({ thimble, sample, question, name: nextName() }));
      tell(rows.at(-1));
    }
  }
  walls.push({ title, rows });
}

const hands = await startHands();
const contest = [];
for (const { sample, question } of CONTEST) {
  contest.push(await hangContest({ hands, sample, question, name: nextName() }));
  tell(contest.at(-1));
}
walls.push({
  title: 'The peers',
  about: `Everybody's picture of the same size at the same quality; press one to see its errors, ${EXAGGERATION} times as strong as they are.`,
  rows: contest,
});

await writeFile(path.join(folder, 'index.html'), drawPage(walls));
console.log('thimble: open build/gallery/index.html');
process.exit(); // wasm-vips keeps threads that would wait for ever
