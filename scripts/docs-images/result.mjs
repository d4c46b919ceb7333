// result.mjs - docs/result.svg: the README's request and what becomes of the picture, drawn as
// large as both are to each other; sizes, bytes and memory as measured on the sample image.
import { sampleBytes } from '../../tests/images/make-samples.mjs';
import { SCENE, defineScene } from './scene.mjs';
import { drawSheet, write } from './svg.mjs';

const SAMPLE = 'thumbnail.png';
const QUERY = 'w=200&h=150&f=webp&q=90';
const [WIDTH, HEIGHT] = [900, 300];
/** Pixels of the sheet for one of the source. */
const SCALE = 0.29;

/** The scene, cropped about its middle to `width` x `height`. */
function picture({ left, top, width, height, id }) {
  const scale = Math.max(width / SCENE.width, height / SCENE.height);
  const [dx, dy] = [(width - SCENE.width * scale) / 2, (height - SCENE.height * scale) / 2];
  return `<clipPath id="${id}"><rect width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="3"/></clipPath>
<g transform="translate(${left} ${top})" clip-path="url(#${id})"><use href="#scene" transform="translate(${dx} ${dy}) scale(${scale})"/></g>`;
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;

/** @param {import('../../worker/resizer/resizer.js').Thimble} thimble @returns {Promise<string>} SVG */
export async function drawResult(thimble) {
  const source = await sampleBytes(SAMPLE);
  const { info, bytes } = await thimble.resize(source, QUERY);
  const before = { width: info.inWidth * SCALE, height: info.inHeight * SCALE };
  const after = { width: info.outWidth * SCALE, height: info.outHeight * SCALE };
  const right = 710;
  const middle = 40 + before.height / 2;
  return drawSheet(
    {
      width: WIDTH,
      height: HEIGHT,
      title: `${SAMPLE} of ${kilobytes(source.length)} becomes a WebP of ${kilobytes(bytes.length)}`,
      style: '.arrow{fill:none;stroke:#b03e1d;stroke-width:2}',
    },
    [
      defineScene(),
      picture({ left: 30, top: 32, ...before, id: 'before' }),
      write('ink', [30, 32 + before.height + 22], `${info.inWidth}x${info.inHeight} PNG, ${kilobytes(source.length)}, in a bucket`),
      write('ink code', [300, middle - 14], `GET /dev/${SAMPLE}?${QUERY}`),
      `<path class="arrow" d="M300 ${middle}H${right - 30}m-9-6l9 6l-9 6"/>`,
      write('soft', [300, middle + 22], `at the edge, once, in ${(info.linearMemory / (1 << 20)).toFixed(1)} MiB of memory`),
      picture({ left: right, top: middle - after.height / 2, ...after, id: 'after' }),
      write('own', [right, middle + after.height / 2 + 22], `${info.outWidth}x${info.outHeight} WebP, ${kilobytes(bytes.length)}`),
      write('soft', [right, middle + after.height / 2 + 42], 'cached for everybody after'),
    ],
  );
}
