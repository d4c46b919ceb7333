// png-samples.mjs - PNGs of every colour type, depth and filter, by our own writer.
import * as meta from './metadata.mjs';
import { encodePng, PNG_CHANNELS } from './png-writer.mjs';
import { makeDrawing, makeRandom, makeScene } from './scene.mjs';

const PNG_WIDTH = 97;
const PNG_HEIGHT = 71;

/** Samples of any colour type and depth from the scene. */
function pixelsOf(colourType, depth, width, height) {
  if (colourType === 3 || (colourType === 0 && depth < 4))
    return makeDrawing(width, height, 1 << depth);
  const scene = makeScene(width, height, { seed: 21, alpha: true });
  const random = makeRandom(22);
  const channels = PNG_CHANNELS[colourType];
  const samples = new Uint16Array(width * height * channels);
  const scale = (byte) =>
    depth === 16 ? byte * 257 - (byte > 0 ? random.below(200) : 0) : byte >> (8 - depth);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b, a] = scene.subarray(i * 4, i * 4 + 4);
    const gray = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
    const pixel = { 0: [gray], 2: [r, g, b], 4: [gray, a], 6: [r, g, b, a] }[colourType];
    for (let c = 0; c < channels; c++) samples[i * channels + c] = scale(pixel[c]);
  }
  return samples;
}

export function pngPalette(count) {
  const random = makeRandom(23);
  return Array.from({ length: count }, () => [
    random.below(256),
    random.below(256),
    random.below(256),
  ]);
}

export function makePng({
  colourType,
  depth,
  transparent = false,
  width = PNG_WIDTH,
  height = PNG_HEIGHT,
  ...rest
}) {
  const image = { width, height, colourType, depth, filter: 'cycle', ...rest };
  image.samples ??= pixelsOf(colourType, depth, width, height);
  if (colourType === 3) image.palette ??= pngPalette(1 << depth);
  if (transparent && colourType === 3)
    image.transparency = image.palette.map((_, i) => (i * 97 + 40) & 255);
  else if (transparent) {
    // The value of some pixel in the middle, and every pixel of a block set to it.
    const channels = PNG_CHANNELS[colourType];
    const at = (Math.floor(height / 2) * width + Math.floor(width / 2)) * channels;
    image.transparency = Array.from(image.samples.subarray(at, at + channels));
    for (let y = 10; y < 30; y++) {
      for (let x = 12; x < 40; x++) {
        image.transparency.forEach((value, c) => {
          image.samples[(y * width + x) * channels + c] = value;
        });
      }
    }
  }
  return encodePng(image);
}

function makeDither() {
  const random = makeRandom(24);
  const samples = Uint8Array.from({ length: PNG_WIDTH * PNG_HEIGHT }, () => random.below(2));
  return makePng({ colourType: 0, depth: 1, samples });
}

/** Colour type and depth: all there are. */
export const PNG_KINDS = [
  [0, 1],
  [0, 2],
  [0, 4],
  [0, 8],
  [0, 16],
  [2, 8],
  [2, 16],
  [3, 1],
  [3, 2],
  [3, 4],
  [3, 8],
  [4, 8],
  [4, 16],
  [6, 8],
  [6, 16],
];
export const pngSamples = [
  ...PNG_KINDS.flatMap(([colourType, depth]) => [
    { name: `type${colourType}-${depth}.png`, make: () => makePng({ colourType, depth }) },
    {
      name: `type${colourType}-${depth}-interlaced.png`,
      make: () => makePng({ colourType, depth, interlace: true }),
    },
  ]),
  ...[
    [0, 1],
    [0, 2],
    [0, 8],
    [0, 16],
    [2, 8],
    [2, 16],
    [3, 2],
    [3, 8],
  ].map(([colourType, depth]) => ({
    name: `type${colourType}-${depth}-trns.png`,
    make: () => makePng({ colourType, depth, transparent: true }),
  })),
  {
    name: 'type3-8-trns-interlaced.png',
    make: () => makePng({ colourType: 3, depth: 8, transparent: true, interlace: true }),
  },
  ...[0, 1, 2, 3, 4].map((filter) => ({
    name: `filter-${filter}.png`,
    make: () => makePng({ colourType: 2, depth: 8, filter }),
  })),
  { name: 'many-idat.png', make: () => makePng({ colourType: 6, depth: 8, idatBytes: 7 }) },
  // Black and white noise: the worst there is for rounding and clipping between two passes.
  { name: 'dither.png', harsh: true, make: makeDither },
  { name: 'stored.png', make: () => makePng({ colourType: 2, depth: 8, level: 0 }) },
  {
    name: 'icc-p3.png',
    wide: true,
    make: () => makePng({ colourType: 2, depth: 8, icc: meta.makeP3Profile() }),
  },
  {
    name: 'icc-srgb.png',
    make: () => makePng({ colourType: 2, depth: 8, icc: meta.makeSrgbProfile() }),
  },
  { name: 'exif-6.png', make: () => makePng({ colourType: 2, depth: 8, exif: meta.makeExif(6) }) },
];
