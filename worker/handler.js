/**
 * The service: a request in, a response out, on whatever platform. What is
 * allowed is decided in policy.js, pixels are made by the resizer, bytes come
 * from an origin; here they are brought together, and every failure becomes an answer.
 */
import { cacheKey, entityTag, locate, passedType, reasonToPass, verdict } from './policy.js';
import { ThimbleError } from './error.js';
import { isFresh } from './conditional.js';
import { imageType } from './magic.js';
import { bodyLength, getObject } from './origin/object.js';
import { createQueryReader } from './query.js';
import { Refusal } from './refusal.js';
import { notModified, passOn, refuse, respond } from './respond.js';
import { createSharing } from './sharing.js';
import { Tape } from './tape.js';
import { Trace } from './trace.js';

/** @typedef {import('./entity.js').Entity} Entity */
/** @typedef {import('./policy.js').Ask} Ask */
/** @typedef {import('./sharing.js').Result} Result */
/** @typedef {{ waitUntil?: (promise: Promise<unknown>) => void }} Context */
/** @typedef {(body: ReadableStream<Uint8Array>, length: number) => ReadableStream<Uint8Array>} SendSized */
/** @typedef {{ request: Request, context: Context, trace: Trace, ask: Ask }} Visit one request on its way */

const METHODS = ['GET', 'HEAD'];

/**
 * @param {object} parts
 * @param {import('./resizer.js').Thimble} parts.resizer
 * @param {Record<string, import('./origin/object.js').Origin>} parts.origins by the names the routes use
 * @param {import('./cache/web.js').EntityCache | null} [parts.cache]
 * @param {import('./config.js').Config} parts.policy what readConfig gave
 * @param {SendSized} [parts.sendSized] for platforms that send Content-Length only with a stream of their own kind
 * @param {(line: object) => void} [parts.log] gets one record per request
 * @param {() => number} [parts.now] milliseconds since 1970
 * @returns {(request: Request, context?: Context) => Promise<Response>} never rejects
 */
export function createHandler({ cache = null, sendSized = (body) => body, log = () => {}, now = Date.now, ...parts }) {
  const service = new Service({ ...parts, cache, sendSized, now });

  return async function handle(request, context = {}) {
    const trace = new Trace(now);
    let response;
    try {
      response = await service.answer(request, { context, trace });
    } catch (error) {
      response = answerError(request, { error, trace });
    }
    seal(response, trace);
    log({ status: response.status, ...trace.facts, ms: trace.elapsed });
    return response;
  };
}

class Service {
  #resizer;
  #origins;
  #cache;
  #policy;
  #sendSized;
  #now;
  #readQuery;
  #share;

  /** @param {any} parts those of createHandler */
  constructor({ resizer, origins, cache, policy, sendSized, now }) {
    this.#resizer = resizer;
    this.#origins = origins;
    this.#cache = cache;
    this.#policy = policy;
    this.#sendSized = sendSized;
    this.#now = now;
    this.#readQuery = createQueryReader(resizer.describe());
    this.#share = createSharing({ waitMs: policy.collapse_wait_ms });
  }

  /** @param {Request} request @param {{ context: Context, trace: Trace }} scope */
  async answer(request, { context, trace }) {
    if (!METHODS.includes(request.method)) {
      throw new Refusal(405, 'method not allowed', { headers: { Allow: METHODS.join(', ') } });
    }
    const { ask, varies } = this.#understand(request);
    trace.note({ route: ask.route.name, key: ask.key, options: ask.options });
    const visit = { request, context, trace, ask };
    const response = await this.#serve(visit);
    if (varies) response.headers.append('Vary', 'Accept');
    return response;
  }

  /** @param {Request} request @returns {{ ask: Ask, varies: boolean }} varies: the Accept header chose the format */
  #understand(request) {
    const url = new URL(request.url);
    const { route, key } = locate(this.#policy.routes, url.pathname);
    const query = url.search.slice(1);
    const pairs = this.#readQuery(query);
    if (pairs.length === 0) return { ask: { route, key, options: null }, varies: false };
    const options = this.#resizer.canon(query, request.headers.get('Accept') ?? '');
    const varies = pairs.some(([name, value]) => name === 'f' && value === 'auto');
    return { ask: { route, key, options }, varies };
  }

  /** @param {Visit} visit */
  async #serve(visit) {
    const { request, trace, ask } = visit;
    const key = cacheKey(ask);
    const hit = await trace.time('cache', async () => this.#cache?.get(key));
    if (hit) {
      trace.note({ cache: 'hit', bytes: hit.bytes.length, reason: hit.reason || undefined });
      return respond(request, hit);
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

  /** @param {string} key @param {Entity} entity @param {Visit} visit */
  #keep(key, entity, { context, trace }) {
    if (!this.#cache || /no-store/.test(entity.cacheControl)) return;
    const kept = this.#cache.put(key, entity).catch((/** @type {unknown} */ error) => {
      trace.note({ cacheError: String(error) });
    });
    context.waitUntil?.(kept);
  }

  /** The object as it is, with what was asked of it passed to the origin. @param {Visit} visit @returns {Promise<Result>} */
  async #fetchOriginal(visit) {
    const { headers } = visit.request;
    const answer = await this.#get(visit, {
      ifNoneMatch: headers.get('If-None-Match') ?? undefined,
      range: headers.has('If-Range') ? undefined : (headers.get('Range') ?? undefined),
    });
    if (isNegative(answer)) return { entity: this.#negative(visit, answer) };
    const type = answer.headers.get('Content-Type') ?? 'application/octet-stream';
    return this.#passOriginal(visit, answer, { type });
  }

  /** @param {Visit} visit @returns {Promise<Result>} */
  async #makeImage(visit) {
    const source = await this.#get(visit);
    if (isNegative(source)) return { entity: this.#negative(visit, source) };
    const { request, ask } = visit;
    const modified = source.headers.get('Last-Modified') ?? '';
    const version = source.headers.get('ETag') ?? modified;
    const etag = version && (await entityTag(version, /** @type {string} */ (ask.options)));
    const tape = new Tape(/** @type {ReadableStream<Uint8Array>} */ (source.body));
    if (etag && isFresh(request.headers, { etag, modified })) {
      tape.close();
      const headers = new Headers({ ETag: etag, 'Cache-Control': ask.route.cache_control });
      return { response: notModified(headers) };
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
   * @param {import('./origin/object.js').OriginAnswer} source
   * @param {{ tape: Tape, etag: string, modified: string }} known
   * @returns {Promise<Result>}
   */
  async #resize(visit, source, { tape, etag, modified }) {
    const { ask, trace, request } = visit;
    const length = bodyLength(source.headers);
    try {
      if (length !== undefined && length > this.#policy.input_bytes_max) {
        throw new ThimbleError('TOO_LARGE', `input: ${length} bytes`);
      }
      const { info, bytes } = await trace.time('resize', () =>
        this.#resizer.resize(tape.stream, /** @type {string} */ (ask.options), { length, signal: request.signal }),
      );
      noteImage(trace, info, { inBytes: tape.playedBytes });
      const reason = reasonToPass(info, { outBytes: bytes.length, inBytes: length ?? tape.playedBytes });
      if (reason) return await this.#passInstead(visit, source, { tape, reason, lasting: true });
      const type = MEDIA_TYPES[info.outFormat];
      const cacheControl = ask.route.cache_control;
      return { entity: { status: 200, type, bytes, etag, modified, cacheControl, reason: '', made: this.#now() } };
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
   * The original after all: from the tape where it can be rewound, else fetched again.
   * @param {Visit} visit
   * @param {import('./origin/object.js').OriginAnswer} source
   * @param {{ tape: Tape, reason: string, lasting: boolean }} decision
   * @returns {Promise<Result>}
   */
  async #passInstead(visit, source, { tape, reason, lasting }) {
    const type = imageType(await tape.head()) ?? passedType(source.headers.get('Content-Type'));
    const body = tape.rewind();
    visit.trace.note({ reason });
    if (body) return this.#passOriginal(visit, { ...source, body }, { type, reason, lasting });
    tape.close();
    const again = await this.#get(visit, { ifMatch: source.headers.get('ETag') ?? undefined });
    if (again.status !== 200) throw new Refusal(502, 'origin: the object changed meanwhile');
    return this.#passOriginal(visit, again, { type, reason, lasting });
  }

  /**
   * Small originals are kept like anything made here, larger ones streamed.
   * @param {Visit} visit
   * @param {import('./origin/object.js').OriginAnswer} answer
   * @param {{ type: string, reason?: string, lasting?: boolean }} how
   * @returns {Promise<Result>}
   */
  async #passOriginal({ request, ask }, answer, { type, reason = '', lasting = true }) {
    const cacheControl = lasting ? ask.route.cache_control : 'no-store';
    const length = bodyLength(answer.headers);
    if (answer.status !== 200 || length === undefined || length > this.#policy.pass_cache_bytes) {
      const body = answer.body && length !== undefined ? this.#sendSized(answer.body, length) : answer.body;
      return { response: passOn(request, { ...answer, body }, { type, cacheControl }) };
    }
    const bytes = new Uint8Array(await new Response(answer.body).arrayBuffer());
    const etag = answer.headers.get('ETag') ?? '';
    const modified = answer.headers.get('Last-Modified') ?? '';
    return { entity: { status: 200, type, bytes, etag, modified, cacheControl, reason, made: this.#now() } };
  }

  /**
   * @param {Visit} visit
   * @param {import('./origin/object.js').Conditions} [conditions]
   */
  #get({ request, trace, ask }, conditions = {}) {
    const { origin_timeout_ms: timeoutMs, origin_stall_ms: stallMs } = this.#policy;
    const options = { ...conditions, timeoutMs, stallMs, signal: request.signal };
    return trace.time('origin', () => getObject(this.#origins[ask.route.origin], ask.key, options));
  }

  /** @param {Visit} visit @param {import('./origin/object.js').OriginAnswer} answer */
  #negative(visit, answer) {
    answer.body?.cancel().catch(() => {});
    return this.#oneLine(visit, {
      status: answer.status,
      reason: answer.status === 404 ? 'not found' : 'the origin forbids it',
    });
  }

  /** A failure that lasts, kept for a short while. @param {Visit} visit @param {{ status: number, reason: string }} what @returns {Entity} */
  #oneLine({ ask }, { status, reason }) {
    return {
      status,
      type: 'text/plain; charset=utf-8',
      bytes: new TextEncoder().encode(`${reason}\n`),
      etag: '',
      modified: '',
      cacheControl: ask.route.negative_cache_control,
      reason,
      made: this.#now(),
    };
  }
}

/** @type {Record<string, string>} */
const MEDIA_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  json: 'application/json',
};

/** @param {{ status: number }} answer */
function isNegative({ status }) {
  return status === 404 || status === 403;
}

/** @param {Trace} trace @param {import('./resizer.js').Info} info @param {{ inBytes: number }} sizes */
function noteImage(trace, info, { inBytes }) {
  trace.note({
    in: `${info.inFormat} ${info.inWidth}x${info.inHeight}`,
    out: `${info.outFormat} ${info.outWidth}x${info.outHeight}`,
    inBytes,
    peakMemory: info.peakMemory,
    work: info.work,
  });
}

/**
 * What went wrong, in one line. What is nobody's business outside is logged, not shown.
 * @param {Request} request
 * @param {{ error: unknown, trace: Trace }} what
 */
function answerError(request, { error, trace }) {
  const refusal = asRefusal(error);
  trace.note({ reason: refusal.message });
  if (refusal !== error) trace.note({ error: String(error) });
  if (refusal.cause) trace.note({ cause: String(refusal.cause) });
  return refuse(request, refusal);
}

/** @param {unknown} error @returns {Refusal} */
function asRefusal(error) {
  if (error instanceof Refusal) return error;
  const { httpStatus, message } = error instanceof ThimbleError ? error : { httpStatus: 500, message: '' };
  if (httpStatus < 500) return new Refusal(httpStatus, message);
  if (httpStatus === 503) return new Refusal(503, 'busy, try again', { headers: { 'Retry-After': '1' } });
  return new Refusal(500, 'internal error');
}

/** The headers every answer has. @param {Response} response @param {Trace} trace */
function seal({ headers, status }, trace) {
  const { cache, reason } = trace.facts;
  const word = status >= 400 && !cache ? 'Error' : cache === 'hit' ? 'Hit' : 'Miss';
  headers.set('X-Cache', `${word} from thimble`);
  headers.set('Server-Timing', trace.serverTiming);
  headers.set('X-Thimble', thimbleHeader({ status, cache, reason }));
}

/** @param {{ status: number, cache: unknown, reason: unknown }} facts */
function thimbleHeader({ status, cache, reason }) {
  const outcome = status >= 400 ? 'error' : reason ? 'pass' : cache;
  if (!reason) return String(outcome);
  return `${outcome}; reason="${String(reason).replace(/[^\x20-\x7e]|["\\]/g, '?')}"`;
}
