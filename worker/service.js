/**
 * Service: from what was asked to the answer: out of the cache, from somebody who
 * is making it already, made anew, or the original. Statuses of failures are
 * decided in policy.js; whoever throws from here is answered in handler.js.
 */
import { fitBudget, splitBudget } from './budget.js';
import { isFresh, rangeToForward, tagsToForward } from './conditional.js';
import { ThimbleError } from './error.js';
import { createFloodGate } from './flood.js';
import { imageType } from './magic.js';
import { bodyLength, getObject } from './origin/object.js';
import { cacheKey, entityTag, passedType, purgeKey, reasonToPass, verdict } from './policy.js';
import { Refusal } from './refusal.js';
import { notModified, passOn, respond } from './respond.js';
import { createSharing } from './sharing.js';
import { Tape } from './tape.js';

/** @typedef {import('./entity.js').Entity} Entity */
/** @typedef {import('./origin/object.js').OriginAnswer} OriginAnswer */
/** @typedef {import('./origin/object.js').Conditions} Conditions */
/** @typedef {import('./sharing.js').Result} Result */
/**
 * One request on its way.
 * @typedef {object} Visit
 * @property {Request} request
 * @property {import('./handler.js').Context} context
 * @property {import('./trace.js').Trace} trace
 * @property {import('./policy.js').Ask} ask
 */

/** How long a purge is remembered: as long as anything older may still be cached. */
const PURGE_CACHE_CONTROL = 'public, max-age=2592000';

/** @type {Record<string, string>} */
const MEDIA_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  json: 'application/json',
};

export class Service {
  #resizer;
  #origins;
  #cache;
  #policy;
  #sendSized;
  #outputBytesMax;
  #share;
  #admit;

  /** @param {import('./handler.js').Parts} parts */
  constructor({ resizer, origins, cache, policy, sendSized, outputBytesMax, now }) {
    this.#resizer = resizer;
    this.#origins = origins;
    this.#cache = cache;
    this.#policy = policy;
    this.#sendSized = sendSized;
    this.#outputBytesMax = outputBytesMax;
    this.#share = createSharing({ waitMs: policy.collapse_wait_ms });
    this.#admit = createFloodGate({ perMinute: policy.variants_per_minute, now });
  }

  /** @param {Visit} visit @returns {Promise<Response>} */
  async serve(visit) {
    const { request, trace, ask } = visit;
    const key = cacheKey(ask, this.#policy.cache_version);
    const hit = await trace.time('cache', () => this.#lookUp(key, ask));
    if (hit) {
      trace.note({ cache: 'hit', bytes: hit.bytes.length, reason: hit.reason || undefined });
      const response = respond(request, hit);
      response.headers.set('Age', String(Math.floor(Math.max(0, trace.begun - hit.made) / 1000)));
      return response;
    }
    const { result, shared } = await this.#share(key, () =>
      ask.options === null ? this.#fetchOriginal(visit) : this.#makeImage(visit),
    );
    trace.note({ cache: shared ? 'shared' : 'miss' });
    if (!result.entity) return /** @type {Response} */ (result.response);
    trace.note({ bytes: result.entity.bytes.length, reason: result.entity.reason || undefined });
    if (!shared) this.#keep(key, result.entity, visit);
    return respond(request, result.entity);
  }

  /**
   * Makes every answer about an object stale, in this cache.
   * @param {import('./policy.js').Ask} ask
   * @param {number} made
   */
  async purge(ask, made) {
    const key = purgeKey(ask, this.#policy.cache_version);
    const mark = {
      status: 200,
      type: 'text/plain',
      bytes: new Uint8Array(0),
      etag: '',
      modified: '',
      reason: '',
      made,
    };
    await this.#cache?.put(key, { ...mark, cacheControl: PURGE_CACHE_CONTROL });
  }

  /**
   * @param {string} key
   * @param {import('./policy.js').Ask} ask
   * @returns {Promise<Entity | null>}
   */
  async #lookUp(key, ask) {
    if (!this.#cache) return null;
    // Only a service that can be purged pays for asking.
    const marked = this.#policy.purge_token !== '';
    const [hit, mark] = await Promise.all([
      this.#cache.get(key),
      marked ? this.#cache.get(purgeKey(ask, this.#policy.cache_version)) : null,
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

  /* ---- the original ---- */

  /**
   * The object as it is; what was asked of it is passed to the origin.
   * @param {Visit} visit
   * @returns {Promise<Result>}
   */
  async #fetchOriginal(visit) {
    const { headers } = visit.request;
    const conditions = { ifNoneMatch: tagsToForward(headers), range: rangeToForward(headers) };
    const answer = await this.#get(visit, conditions);
    if (isNegative(answer)) return { entity: this.#negative(visit, answer) };
    const type = answer.headers.get('Content-Type') ?? 'application/octet-stream';
    return this.#passOriginal(visit, answer, { type });
  }

  /**
   * Small originals are kept like anything made here, larger ones streamed.
   * @param {Visit} visit
   * @param {OriginAnswer} answer
   * @param {{ type: string, reason?: string, lasting?: boolean }} how
   * @returns {Promise<Result>}
   */
  async #passOriginal({ request, ask, trace }, answer, { type, reason = '', lasting = true }) {
    const cacheControl = lasting ? ask.route.cache_control : 'no-store';
    const length = bodyLength(answer.headers);
    if (answer.status !== 200 || length === undefined || length > this.#policy.pass_cache_bytes) {
      const body =
        answer.body && length !== undefined ? this.#sendSized(answer.body, length) : answer.body;
      return { response: passOn(request, { ...answer, body }, { type, cacheControl }) };
    }
    const bytes = new Uint8Array(await new Response(answer.body).arrayBuffer());
    const etag = answer.headers.get('ETag') ?? '';
    const modified = answer.headers.get('Last-Modified') ?? '';
    return {
      entity: { status: 200, type, bytes, etag, modified, cacheControl, reason, made: trace.begun },
    };
  }

  /**
   * The original after all: from the tape where it can be rewound, else fetched again.
   * @param {Visit} visit
   * @param {OriginAnswer} source
   * @param {{ tape: Tape, reason: string, lasting: boolean }} decision
   * @returns {Promise<Result>}
   */
  async #passInstead(visit, source, { tape, reason, lasting }) {
    visit.trace.note({ reason });
    const type = imageType(await tape.head()) ?? passedType(source.headers.get('Content-Type'));
    const body = tape.rewind();
    if (body) return this.#passOriginal(visit, { ...source, body }, { type, reason, lasting });
    tape.close();
    return this.#passOriginal(visit, await this.#getAgain(visit, source), {
      type,
      reason,
      lasting,
    });
  }

  /* ---- the image ---- */

  /** @param {Visit} visit @returns {Promise<Result>} */
  async #makeImage(visit) {
    const { request, ask } = visit;
    if (!this.#admit(ask.route.name + ask.key)) {
      throw new Refusal(429, 'too many different images of this object', {
        headers: { 'Retry-After': '60' },
      });
    }
    const source = await this.#get(visit);
    if (isNegative(source)) return { entity: this.#negative(visit, source) };
    if (source.status !== 200 || !source.body) {
      throw new Refusal(502, `origin: status ${source.status} to a plain request`);
    }
    const modified = source.headers.get('Last-Modified') ?? '';
    const version = source.headers.get('ETag') ?? modified;
    const etag = version && (await entityTag(version, /** @type {string} */ (ask.options)));
    const tape = new Tape(source.body);
    if (etag && isFresh(request.headers, { etag, modified })) {
      tape.close();
      return {
        response: notModified(
          new Headers({ ETag: etag, 'Cache-Control': ask.route.cache_control }),
        ),
      };
    }
    try {
      return await this.#resize(visit, source, { tape, etag, modified });
    } catch (error) {
      tape.close(error);
      throw error;
    }
  }

  /**
   * @param {Visit} visit
   * @param {OriginAnswer} source
   * @param {{ tape: Tape, etag: string, modified: string }} known
   * @returns {Promise<Result>}
   */
  async #resize(visit, source, { tape, etag, modified }) {
    const { ask, trace } = visit;
    try {
      const { info, bytes } = await trace.time('resize', () =>
        this.#runJobs(visit, source, { tape }),
      );
      noteImage(trace, info, { inBytes: tape.playedBytes });
      const inBytes = bodyLength(source.headers) ?? tape.playedBytes;
      const reason = reasonToPass(info, { outBytes: bytes.length, inBytes });
      if (reason) return await this.#passInstead(visit, source, { tape, reason, lasting: true });
      tape.close(); // what stands behind the image's end is nobody's
      const type = MEDIA_TYPES[info.outFormat];
      const cacheControl = ask.route.cache_control;
      return {
        entity: {
          status: 200,
          type,
          bytes,
          etag,
          modified,
          cacheControl,
          reason: '',
          made: trace.begun,
        },
      };
    } catch (error) {
      const { pass, lasting, httpStatus, reason } = verdict(error, ask.route);
      trace.note({ failure: /** @type {ThimbleError} */ (error).status });
      if (pass) return await this.#passInstead(visit, source, { tape, reason, lasting });
      if (!lasting) throw error;
      tape.close();
      return { entity: this.#oneLine(visit, { status: httpStatus, reason }) };
    }
  }

  /**
   * One job, or where the result is over its byte budget, several.
   * @param {Visit} visit
   * @param {OriginAnswer} source
   * @param {{ tape: Tape }} read
   */
  async #runJobs(visit, source, { tape }) {
    const { signal } = visit.request;
    const options = /** @type {string} */ (visit.ask.options);
    const length = bodyLength(source.headers);
    if (length !== undefined && length > this.#policy.input_bytes_max) {
      throw new ThimbleError('TOO_LARGE', `input: ${length} bytes`);
    }
    const result = await this.#resizer.resize(tape.stream, options, { length, signal });
    const wanted = splitBudget(options);
    const budget = wanted.maxBytes || visit.ask.route.max_bytes || Infinity;
    const maxBytes = Math.min(budget, this.#outputBytesMax);
    if (result.bytes.length <= maxBytes) return result;
    const readAgain = async () => {
      const { body } = await this.#getAgain(visit, source);
      return /** @type {ReadableStream<Uint8Array>} */ (body);
    };
    const tooLarge = { info: result.info, readAgain, signal };
    const fitted = await fitBudget(this.#resizer, { ...wanted, maxBytes }, tooLarge);
    if (!fitted) throw new ThimbleError('TOO_LARGE', `no quality fits ${maxBytes} bytes`);
    return fitted;
  }

  /* ---- the origin ---- */

  /** @param {Visit} visit @param {Conditions} [conditions] */
  #get({ request, trace, ask }, conditions = {}) {
    const { origin_timeout_ms: timeoutMs, origin_stall_ms: stallMs } = this.#policy;
    const options = { ...conditions, timeoutMs, stallMs, signal: request.signal };
    return trace.time('origin', () => getObject(this.#origins[ask.route.origin], ask.key, options));
  }

  /**
   * The same version of it once more, where its tag is strong enough to ask for.
   * @param {Visit} visit
   * @param {OriginAnswer} source
   */
  async #getAgain(visit, source) {
    const etag = source.headers.get('ETag') ?? '';
    const again = await this.#get(visit, { ifMatch: /^"/.test(etag) ? etag : undefined });
    if (again.status !== 200) throw new Refusal(502, 'origin: the object changed meanwhile');
    return again;
  }

  /** @param {Visit} visit @param {OriginAnswer} answer */
  #negative(visit, answer) {
    answer.body?.cancel().catch(() => {});
    const reason = answer.status === 404 ? 'not found' : 'the origin forbids it';
    return this.#oneLine(visit, { status: answer.status, reason });
  }

  /**
   * A failure that lasts, kept for a short while.
   * @param {Visit} visit
   * @param {{ status: number, reason: string }} what
   * @returns {Entity}
   */
  #oneLine({ ask, trace }, { status, reason }) {
    return {
      status,
      type: 'text/plain; charset=utf-8',
      bytes: new TextEncoder().encode(`${reason}\n`),
      etag: '',
      modified: '',
      cacheControl: ask.route.negative_cache_control,
      reason,
      made: trace.begun,
    };
  }
}

/** @param {{ status: number }} answer */
function isNegative({ status }) {
  return status === 404 || status === 403;
}

/**
 * @param {import('./trace.js').Trace} trace
 * @param {import('./resizer.js').Info} info
 * @param {{ inBytes: number }} sizes
 */
function noteImage(trace, info, { inBytes }) {
  trace.note({
    in: `${info.inFormat} ${info.inWidth}x${info.inHeight}`,
    out: `${info.outFormat} ${info.outWidth}x${info.outHeight}`,
    pixels: info.inWidth * info.inHeight,
    inBytes,
    peakMemory: info.peakMemory,
    work: info.work,
    cpuMs: info.cpuMs === undefined ? undefined : Number(info.cpuMs.toFixed(1)),
  });
}
