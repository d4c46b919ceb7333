// samples.mjs - the list of test and sample images: name, what it is, how it is made.
//
// Groups: run (what `make run` serves), jpeg, png, webp (what thimble must take), pass (what it
// must name and refuse), bad (what it must survive), big (for the figures, made on demand).
// `expect` is the status a job must end with; without it, the job must succeed.
import { badSamples } from './bad-samples.mjs';
import { jpegPhoto, jpegSamples } from './jpeg-samples.mjs';
import { makePdf, passSamples } from './pass-samples.mjs';
import { pngSamples } from './png-samples.mjs';
import { raw } from './raw.mjs';
import { makeScene } from './scene.mjs';
import { webp, webpSamples } from './webp-samples.mjs';

const runSamples = [
  {
    name: 'thumbnail.png',
    make: () =>
      raw(makeScene(800, 800, { seed: 1, noise: 3 }), 800, 800)
        .png()
        .toBuffer(),
  },
  { name: 'photo.jpg', make: () => jpegPhoto(2725, 2225, {}, 2) },
  { name: 'progressive.jpg', make: () => jpegPhoto(1600, 1200, { progressive: true }, 3) },
  {
    name: 'photo.webp',
    make: () => webp({ quality: 85, effort: 2 }, { width: 1600, height: 1067, seed: 4 }),
  },
  {
    name: 'alpha.png',
    make: () =>
      raw(makeScene(640, 480, { seed: 5, alpha: true }), 640, 480)
        .png()
        .toBuffer(),
  },
  { name: 'document.pdf', make: makePdf, expect: 'UNSUPPORTED' },
];

const bigSamples = [
  { name: '24mp.jpg', make: () => jpegPhoto(6000, 4000, {}, 71) },
  { name: '24mp-progressive.jpg', make: () => jpegPhoto(6000, 4000, { progressive: true }, 71) },
  {
    name: '24mp.webp',
    make: () => webp({ quality: 85, effort: 0 }, { width: 6000, height: 4000, seed: 72 }),
  },
  { name: '100mp.jpg', make: () => jpegPhoto(12000, 8400, {}, 73) },
  { name: '12mp.jpg', make: () => jpegPhoto(4000, 3000, {}, 75) },
  {
    name: '8mp.png',
    make: () =>
      raw(makeScene(3456, 2304, { seed: 74, noise: 3 }), 3456, 2304)
        .png({ compressionLevel: 3 })
        .toBuffer(),
  },
  {
    name: '8mp.webp',
    make: () => webp({ quality: 85, effort: 1 }, { width: 3456, height: 2304, seed: 76 }),
  },
  { name: '6mp.jpg', make: () => jpegPhoto(2725, 2225, {}, 2) },
];

const inGroup = (group, list) =>
  list.map((sample) => ({
    ...sample,
    group,
    path: group === 'run' ? sample.name : `${group}/${sample.name}`,
  }));

/** @type {{name: string, group: string, path: string, make: () => Buffer | Promise<Buffer>, expect?: string, ink?: boolean, wide?: boolean, harsh?: boolean}[]} */
export const samples = [
  ...inGroup('run', runSamples),
  ...inGroup('jpeg', jpegSamples),
  ...inGroup('png', pngSamples),
  ...inGroup('webp', webpSamples),
  ...inGroup('pass', passSamples),
  ...inGroup('bad', badSamples),
  ...inGroup('big', bigSamples),
];
