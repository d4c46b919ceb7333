// mixture.mjs - mixed requests as they meet a service: good images and broken ones, wrong options,
// from a bucket and over HTTP, slow and dying origins; and what each must be answered with.
import { createThimble } from '../../worker/resizer/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { thimbleModule } from '../lib/engines.mjs';

export const GOOD = [
  'alpha.png',
  'jpeg/420.jpg',
  'jpeg/420-progressive.jpg',
  'png/type3-8-trns.png',
  'webp/lossy.webp',
  'webp/lossless-alpha.webp',
];
export const BAD = [
  'bad/half.jpg',
  'bad/bad-idat.png',
  'bad/half.webp',
  'bad/twelve-bit.jpg',
  'pass/image.gif',
  'document.pdf',
];
const FORMATS = ['jpeg', 'png', 'webp'];
/** Half of the requests are for images that are not kept: each is a job, and the cache is small. */
const ROUTES = ['r2', 'fresh', 'fresh', 'slow', 'dying'];

/** The configuration these requests are for. @param {string} originUrl of runtimes/origin.mjs */
export function mixtureVars(originUrl) {
  return {
    ORIGINS: {
      images: { kind: 'r2', binding: 'IMAGES' },
      far: { kind: 'http', base: originUrl, allow_private: true },
    },
    ROUTES: [
      { path: '/r2/*', origin: 'images', prefix: '', on_error: 'status' },
      {
        path: '/fresh/*',
        origin: 'images',
        prefix: '',
        on_error: 'status',
        cache_control: 'no-store',
      },
      { path: '/slow/*', origin: 'far', prefix: 'far/slow/', on_error: 'pass' },
      { path: '/dying/*', origin: 'far', prefix: 'far/truncated/', on_error: 'pass' },
    ],
    VARIANTS_PER_MINUTE: 1_000_000,
  };
}

/**
 * @typedef {object} Mixed
 * @property {string} target path and query
 * @property {string} name of the sample
 * @property {string} options the query
 * @property {string} route
 * @property {boolean} leaves whether the client goes away before the answer
 */

/** The same sequence each time. @param {number} seed @returns {() => Mixed} */
export function createMixture(seed) {
  let state = seed;
  function random(below) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  }
  return function next() {
    const route = ROUTES[random(ROUTES.length)];
    const names = random(5) === 0 && route !== 'dying' ? BAD : GOOD;
    const name = names[random(names.length)];
    const size = random(3) === 0 ? `h=${1 + random(24)}` : `w=${1 + random(48)}`;
    const options = random(20) === 0 ? 'w=0' : `${size}&f=${FORMATS[random(FORMATS.length)]}`;
    const leaves = random(25) === 0;
    return { target: `/${route}/${name}?${options}`, name, options, route, leaves };
  };
}

/**
 * What a request must be answered with, made by a fresh instance.
 * @param {Mixed} request
 * @returns {Promise<{ status: number, bytes?: Buffer }>}
 */
export async function expectedAnswer({ name, options, route }) {
  const input = await sampleBytes(name);
  if (route === 'dying' && options !== 'w=0') return { status: 502 };
  try {
    const { info, bytes } = await createThimble(await thimbleModule()).resize(input, options);
    const same =
      info.inWidth === info.outWidth &&
      info.inHeight === info.outHeight &&
      info.inFormat === info.outFormat;
    return {
      status: 200,
      bytes: same && bytes.length >= input.length ? input : Buffer.from(bytes),
    };
  } catch (error) {
    if (error.status === 'BAD_OPTION') return { status: 400 };
    const pass = error.status === 'UNSUPPORTED' || route === 'slow';
    return pass ? { status: 200, bytes: input } : { status: error.httpStatus };
  }
}
