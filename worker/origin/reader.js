/**
 * Reader: gets objects from the origin of a route, with the patience that is configured.
 */
import { Refusal } from '../answer/refusal.js';
import { getObject } from './object.js';

/** @typedef {import('../service.js').Visit} Visit */
/** @typedef {import('./object.js').OriginAnswer} OriginAnswer */

export class Reader {
  #origins;
  #timeoutMs;
  #stallMs;

  /** @param {Pick<import('../handler.js').Parts, 'origins' | 'policy'>} parts */
  constructor({ origins, policy }) {
    this.#origins = origins;
    this.#timeoutMs = policy.origin_timeout_ms;
    this.#stallMs = policy.origin_stall_ms;
  }

  /**
   * @param {Visit} visit
   * @param {import('./object.js').Conditions} [conditions]
   */
  get({ request, trace, ask }, conditions = {}) {
    const patience = { timeoutMs: this.#timeoutMs, stallMs: this.#stallMs };
    const options = { ...conditions, ...patience, signal: request.signal };
    return trace.time('origin', () => getObject(this.#origins[ask.route.origin], ask.key, options));
  }

  /**
   * The same version of it once more, where its tag is strong enough to ask for.
   * @param {Visit} visit
   * @param {OriginAnswer} source
   */
  async getAgain(visit, source) {
    const etag = source.headers.get('ETag') ?? '';
    const again = await this.get(visit, { ifMatch: /^"/.test(etag) ? etag : undefined });
    if (again.status !== 200) throw new Refusal(502, 'origin: the object changed meanwhile');
    return again;
  }
}
