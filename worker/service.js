/**
 * Service: from what was asked to the answer: out of the cache, from somebody who
 * is making it already, made anew, or the original. Whoever throws from here is
 * answered in handler.js.
 */
import { respond } from './answer/respond.js';
import { cacheKey, purgeKey } from './cache/key.js';
import { createSharing } from './cache/sharing.js';
import { Images } from './image/images.js';
import { Originals } from './image/originals.js';
import { Reader } from './origin/reader.js';

/** @typedef {import('./cache/entity.js').Entity} Entity */
/** @typedef {import('./request/ask.js').Ask} Ask */
/**
 * One request on its way.
 * @typedef {object} Visit
 * @property {Request} request
 * @property {import('./handler.js').Context} context
 * @property {import('./log/trace.js').Trace} trace
 * @property {Ask} ask
 */

/** How long a purge is remembered: as long as anything older may still be cached. */
const PURGE_CACHE_CONTROL = 'public, max-age=2592000';

export class Service {
  #cache;
  #version;
  #marked;
  #share;
  #originals;
  #images;

  /** @param {import('./handler.js').Parts} parts */
  constructor(parts) {
    const { cache, policy } = parts;
    this.#cache = cache;
    this.#version = policy.cache_version;
    // Only a service that can be purged pays for asking.
    this.#marked = policy.purge_token !== '';
    this.#share = createSharing({ waitMs: policy.collapse_wait_ms });
    const reader = new Reader(parts);
    this.#originals = new Originals(reader, parts);
    this.#images = new Images(reader, this.#originals, parts);
  }

  /** @param {Visit} visit @returns {Promise<Response>} */
  async serve(visit) {
    const { request, trace, ask } = visit;
    const key = cacheKey(ask, this.#version);
    const hit = await trace.time('cache', () => this.#lookUp(key, ask));
    if (hit) {
      trace.note({ cache: 'hit', bytes: hit.bytes.length, reason: hit.reason || undefined });
      const response = respond(request, hit);
      response.headers.set('Age', String(Math.floor(Math.max(0, trace.begun - hit.made) / 1000)));
      return response;
    }
    const { result, shared } = await this.#share(key, () =>
      ask.options === null ? this.#originals.fetch(visit) : this.#images.make(visit),
    );
    trace.note({ cache: shared ? 'shared' : 'miss' });
    if (!result.entity) return /** @type {Response} */ (result.response);
    trace.note({ bytes: result.entity.bytes.length, reason: result.entity.reason || undefined });
    if (!shared) this.#keep(key, result.entity, visit);
    return respond(request, result.entity);
  }

  /**
   * Makes every answer about an object stale, in this cache.
   * @param {Ask} ask
   * @param {number} made
   */
  async purge(ask, made) {
    const mark = { status: 200, type: 'text/plain', bytes: new Uint8Array(0), reason: '', made };
    const how = { etag: '', modified: '', cacheControl: PURGE_CACHE_CONTROL };
    await this.#cache?.put(purgeKey(ask, this.#version), { ...mark, ...how });
  }

  /**
   * @param {string} key
   * @param {Ask} ask
   * @returns {Promise<Entity | null>}
   */
  async #lookUp(key, ask) {
    if (!this.#cache) return null;
    const [hit, mark] = await Promise.all([
      this.#cache.get(key),
      this.#marked ? this.#cache.get(purgeKey(ask, this.#version)) : null,
    ]);
    return hit && mark && hit.made <= mark.made ? null : hit;
  }

  /** @param {string} key @param {Entity} entity @param {Visit} visit */
  #keep(key, entity, { context, trace }) {
    if (!this.#cache || /no-store/.test(entity.cacheControl)) return;
    const kept = this.#cache.put(key, entity).catch((/** @type {unknown} */ error) => {
      trace.note({ cacheError: String(error) });
    });
    context.waitUntil?.(kept);
  }
}
