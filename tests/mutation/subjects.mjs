// subjects.mjs - the samples that are damaged: of every kind one in `make test`, and all that are
// images and not large in `make mutation`.
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';

const LARGE_BYTES = 60_000;

/** All that is made in no time, damaged and foreign files too. */
export const smallSamples = samples.filter(({ group }) => !['run', 'big'].includes(group));

export const SUBJECTS = [
  'jpeg/420.jpg',
  'jpeg/444.jpg',
  'jpeg/411.jpg',
  'jpeg/420-progressive.jpg',
  'jpeg/restart.jpg',
  'jpeg/restart-progressive.jpg',
  'jpeg/separate-scans.jpg',
  'jpeg/rgb.jpg',
  'jpeg/ycck-420.jpg',
  'jpeg/cmyk-progressive.jpg',
  'jpeg/gray.jpg',
  'jpeg/icc-p3-pieces.jpg',
  'jpeg/orientation-6-422.jpg',
  'png/type0-2-trns.png',
  'png/type2-8.png',
  'png/type3-4.png',
  'png/type3-8-trns.png',
  'png/type3-8-trns-interlaced.png',
  'png/type4-8-interlaced.png',
  'png/type6-8.png',
  'png/type6-16-interlaced.png',
  'png/many-idat.png',
  'png/icc-p3.png',
  'png/exif-6.png',
  'webp/lossy.webp',
  'webp/lossy-alpha.webp',
  'webp/lossless.webp',
  'webp/lossless-palette.webp',
  'webp/icc-p3.webp',
  'webp/exif-3-alpha.webp',
];

/** @returns {Promise<string[]>} */
export async function allSubjects() {
  const names = [];
  for (const { path: name, group } of samples) {
    const image = ['jpeg', 'png', 'webp'].includes(group);
    if (image && (await sampleBytes(name)).length <= LARGE_BYTES) names.push(name);
  }
  return names;
}
