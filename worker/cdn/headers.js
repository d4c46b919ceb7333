/**
 * Headers for a CDN in front: the tag by which it forgets an object, and how long it may keep an
 * answer where that is not what browsers are told. Each CDN reads its own and takes them out.
 */

import { objectTag } from '../cache/key.js';

/** @typedef {import('../config/schema.js').Route} Route */

/** @type {Record<Route['cdn'], { tag?: string, lifetime?: string }>} */
const CDNS = {
  none: {},
  cloudflare: { tag: 'Cache-Tag', lifetime: 'Cloudflare-CDN-Cache-Control' },
  fastly: { tag: 'Surrogate-Key', lifetime: 'Surrogate-Control' },
  standard: { lifetime: 'CDN-Cache-Control' },
};

/**
 * @param {Headers} headers of an answer about an object
 * @param {{ route: Route, key: string, secondsLeft: number }} what key: of the object; secondsLeft:
 *   until the URL is no longer good, Infinity where it always is
 */
export async function tellCdn(headers, { route, key, secondsLeft }) {
  const cacheControl = headers.get('Cache-Control') ?? '';
  if (cacheControl === 'no-store') return;
  const cdn = CDNS[route.cdn];
  const age = Number(headers.get('Age') ?? 0);
  if (cdn.tag) headers.set(cdn.tag, await objectTag(key));
  // What lasts only a short while, lasts only a short while there.
  if (cdn.lifetime && route.cdn_cache_control && cacheControl === route.cache_control) {
    headers.set(cdn.lifetime, endBy(route.cdn_cache_control, secondsLeft + age));
  }
  headers.set('Cache-Control', endBy(cacheControl, secondsLeft + age));
}

/**
 * A lifetime that ends in so many seconds at most, staleness included.
 * @param {string} cacheControl
 * @param {number} seconds
 */
function endBy(cacheControl, seconds) {
  if (seconds === Infinity) return cacheControl;
  const left = Math.max(0, Math.floor(seconds));
  return cacheControl
    .replace(/,?\s*\bstale-[a-z-]+=\d+/gi, '')
    .replace(/\b(s-maxage|max-age)=(\d+)/gi, (_, name, age) => `${name}=${Math.min(age, left)}`);
}
