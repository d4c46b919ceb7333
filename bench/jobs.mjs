// jobs.mjs - what is measured: one input, one output, the same for every contestant.
//
// Equal work: exact width and height, Lanczos3, the same quality, 4:2:0 chroma for JPEG, libwebp's
// method 4 and PNG's usual effort, each contestant's default where it has no setting.

/** @typedef {{ name: string, input: string, format: "jpeg" | "png" | "webp", width: number, height: number, quality: number, quick?: boolean }} Job */

/** @type {Job[]} */
export const jobs = [
  {
    name: 'PNG 800x800 to 200x150 WebP',
    input: 'opaque.png',
    format: 'webp',
    width: 200,
    height: 150,
    quality: 90,
    quick: true,
  },
  {
    name: 'the same with alpha',
    input: 'alpha.png',
    format: 'webp',
    width: 200,
    height: 150,
    quality: 90,
    quick: true,
  },
  {
    name: '6 MP JPEG to 720 JPEG',
    input: '6mp.jpg',
    format: 'jpeg',
    width: 720,
    height: 588,
    quality: 80,
    quick: true,
  },
  {
    name: '12 MP JPEG to 800 WebP',
    input: '12mp.jpg',
    format: 'webp',
    width: 800,
    height: 600,
    quality: 80,
    quick: true,
  },
  {
    name: '24 MP JPEG to 400 JPEG',
    input: '24mp.jpg',
    format: 'jpeg',
    width: 400,
    height: 267,
    quality: 80,
    quick: true,
  },
  {
    name: '24 MP progressive to 800 WebP',
    input: '24mp-progressive.jpg',
    format: 'webp',
    width: 800,
    height: 533,
    quality: 80,
  },
  {
    name: '8 MP PNG to 1280 JPEG',
    input: '8mp.png',
    format: 'jpeg',
    width: 1280,
    height: 853,
    quality: 80,
    quick: true,
  },
  {
    name: '8 MP PNG to 1280 PNG',
    input: '8mp.png',
    format: 'png',
    width: 1280,
    height: 853,
    quality: 80,
  },
  {
    name: '8 MP WebP to 1280 WebP',
    input: '8mp.webp',
    format: 'webp',
    width: 1280,
    height: 853,
    quality: 80,
    quick: true,
  },
  {
    name: '100 MP JPEG to 800 WebP',
    input: '100mp.jpg',
    format: 'webp',
    width: 800,
    height: 560,
    quality: 80,
  },
];

/** Work that grows at one fixed reduction of 7.5: is the cost per megapixel flat? */
export const growth = [
  {
    name: '6 MP JPEG',
    input: '6mp.jpg',
    format: 'jpeg',
    width: 363,
    height: 297,
    quality: 80,
    megapixels: 6.06,
  },
  {
    name: '24 MP JPEG',
    input: '24mp.jpg',
    format: 'jpeg',
    width: 800,
    height: 533,
    quality: 80,
    megapixels: 24,
  },
  {
    name: '100 MP JPEG',
    input: '100mp.jpg',
    format: 'jpeg',
    width: 1600,
    height: 1120,
    quality: 80,
    megapixels: 100.8,
  },
];
