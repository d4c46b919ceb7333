/**
 * A cache of entities in the platform's Cache API. On Cloudflare that is one
 * cache per data centre; what is purged here is purged in this one only.
 */
import { fromResponse, toResponse } from './entity.js';

/** Keys are URLs there; this name resolves nowhere, and no request chooses it. */
const BASE = 'https://cache.thimble.invalid/';

/**
 * @typedef {object} EntityCache
 * @property {(key: string) => Promise<import('./entity.js').Entity | null>} get
 * @property {(key: string, entity: import('./entity.js').Entity, tag: string) => Promise<void>} put
 *   tag: of the object, for caches that can be purged by it
 * @property {(key: string) => Promise<boolean>} remove
 */

/**
 * @param {Cache} cache `caches.default`, or one opened by name
 * @returns {EntityCache}
 */
export function createWebCache(cache) {
  return {
    async get(key) {
      const response = await cache.match(BASE + key);
      return response ? await fromResponse(response) : null;
    },
    async put(key, entity, tag) {
      const response = toResponse(entity);
      // With it a purge of the zone by tag reaches every data centre.
      response.headers.set('Cache-Tag', tag);
      await cache.put(BASE + key, response);
    },
    remove: (key) => cache.delete(BASE + key),
  };
}
