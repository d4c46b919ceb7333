/**
 * Service: from what was asked to the answer: out of the cache, from somebody who
 * is making it already, made anew, or the original. Whoever throws from here is
 * answered in handler.js.
 */
import { asRefusal } from './answer/refusal.js';
import { respond } from './answer/respond.js';
import { freshSeconds, keptSeconds } from './cache/entity.js';
import { cacheKey, objectTag, purgeKey } from './cache/key.js';
import { createSharing } from './cache/sharing.js';
import { Images } from './image/images.js';
import { Originals } from './image/originals.js';
import { Trace } from './log/trace.js';
import { Reader } from './origin/reader.js';

/** @typedef {import('./cache/entity.js').Entity} Entity */
/** @typedef {import('./request/ask.js').Ask} Ask */
/**
 * One request on its way.
 * @typedef {object} Visit
 * @property {Request} request
 * @property {import('./handler.js').Context} context
 * @property {Trace} trace
 * @property {Ask} ask
 */

/** How long a purge is remembered at least; longer where answers are kept for longer. */
const PURGE_SECONDS_MIN = 30 * 24 * 3600;

/**
 * A stale answer that is not made anew by then never will be: platforms end what goes on behind an
 * answer without a word (Cloudflare after 30 s). The next request tries again.
 */
const REVALIDATION_MS_MAX = 60_000;

export class Service {
  #cache;
  #version;
  #marked;
  #share;
  #report;
  #now;
  #originals;
  #images;
  /** What is being made anew meanwhile, and since when. @type {Map<string, number>} */
  #revalidating = new Map();

  /** @param {Omit<import('./handler.js').Parts, 'log' | 'purgeCdn'>} parts */
  constructor(parts) {
    const { cache, policy, report, now } = parts;
    this.#cache = cache;
    this.#version = policy.cache_version;
    // Only a service that can be purged pays for asking.
    this.#marked = policy.purge_token !== '';
    this.#share = createSharing({ waitMs: policy.collapse_wait_ms });
    this.#report = report;
    this.#now = now;
    const reader = new Reader(parts);
    this.#originals = new Originals(reader, parts);
    this.#images = new Images(reader, this.#originals, parts);
  }

  /** @param {Visit} visit @returns {Promise<Response>} */
  async serve(visit) {
    const { request, context, trace, ask } = visit;
    const key = cacheKey(ask, this.#version);
    const hit = await trace.time('cache', () => this.#lookUp(key, ask));
    if (hit) {
      const age = Math.floor(Math.max(0, trace.begun - hit.made) / 1000);
      const stale = age >= freshSeconds(hit.cacheControl);
      if (stale) later(context, this.#revalidate(key, hit, visit));
      trace.note({ cache: stale ? 'stale' : 'hit', bytes: hit.bytes.length });
      trace.note({ reason: hit.reason || undefined });
      const response = respond(request, hit);
      response.headers.set('Age', String(age));
      return response;
    }
    const { result, shared } = await this.#share(key, () => this.#make(visit));
    trace.note({ cache: shared ? 'shared' : 'miss' });
    if (!result.entity) return /** @type {Response} */ (result.response);
    trace.note({ bytes: result.entity.bytes.length, reason: result.entity.reason || undefined });
    if (!shared) later(context, this.#keep(key, result.entity, visit));
    return respond(request, result.entity);
  }

  /** @param {Visit} visit */
  #make(visit) {
    return visit.ask.options === null ? this.#originals.fetch(visit) : this.#images.make(visit);
  }

  /**
   * Makes every answer about an object stale, in this cache.
   * @param {Ask} ask
   * @param {number} made
   */
  async purge(ask, made) {
    const seconds = Math.max(PURGE_SECONDS_MIN, keptSeconds(ask.route.cache_control));
    const mark = { status: 200, type: 'text/plain', bytes: new Uint8Array(0), reason: '', made };
    const how = { etag: '', modified: '', cacheControl: `public, max-age=${seconds}` };
    const tag = `purged/${await objectTag(ask.key)}`; // what purges the object leaves its mark
    await this.#cache?.put(purgeKey(ask, this.#version), { ...mark, ...how }, tag);
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

  /**
   * Makes a stale answer anew, or finds that it is still right: where the source has a version, no
   * image is decoded for that. Nobody waits for it, and a failure leaves things as they were.
   * @param {string} key
   * @param {Entity} stale
   * @param {Visit} visit which was sent it
   */
  async #revalidate(key, stale, { request, context, ask }) {
    const begun = this.#now();
    if (begun - (this.#revalidating.get(key) ?? -Infinity) < REVALIDATION_MS_MAX) return;
    this.#revalidating.set(key, begun);
    const trace = new Trace(this.#now);
    trace.note({ event: 'revalidation', route: ask.route.name, key: ask.key, options: ask.options });
    try {
      const headers = { ...(stale.etag && { 'If-None-Match': stale.etag }) };
      const visit = { request: new Request(request.url, { headers }), context, trace, ask };
      const { result } = await this.#share(key, () => this.#make(visit));
      const { entity, response } = result;
      response?.body?.cancel().catch(() => {});
      const status = entity?.status ?? /** @type {Response} */ (response).status;
      const fresh = status === 304 ? { ...stale, made: trace.begun } : entity;
      if (fresh) await this.#keep(key, fresh, visit);
      this.#report(trace, { status });
    } catch (error) {
      trace.note({ error: String(error) });
      this.#report(trace, { status: asRefusal(error).httpStatus });
    } finally {
      if (this.#revalidating.get(key) === begun) this.#revalidating.delete(key);
    }
  }

  /** Never rejects. @param {string} key @param {Entity} entity @param {Visit} visit */
  async #keep(key, entity, { ask, trace }) {
    if (keptSeconds(entity.cacheControl) === 0) return;
    try {
      await this.#cache?.put(key, entity, await objectTag(ask.key));
    } catch (error) {
      trace.note({ cacheError: String(error) });
    }
  }
}

/**
 * What goes on after the answer, also where the platform need not be told.
 * @param {import('./handler.js').Context} context
 * @param {Promise<void>} work never rejects
 */
function later(context, work) {
  context.waitUntil?.(work);
}
