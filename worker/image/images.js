/**
 * Images: made from an object by the resizer, within the budgets; or what there is instead.
 */
import { Refusal } from '../answer/refusal.js';
import { notModified } from '../answer/respond.js';
import { entityTag } from '../cache/key.js';
import { bodyLength } from '../origin/object.js';
import { isFresh } from '../request/conditional.js';
import { ThimbleError } from '../resizer/error.js';
import { fitBudget, splitBudget } from './budget.js';
import { failure, isNegative, negative } from './failure.js';
import { counting } from './expense.js';
import { createFloodGate } from './flood.js';
import { MEDIA_TYPES } from './media-type.js';
import { Tape } from './tape.js';
import { reasonToPass, verdict } from './verdict.js';

/** @typedef {import('../service.js').Visit} Visit */
/** @typedef {import('../origin/object.js').OriginAnswer} OriginAnswer */
/** @typedef {import('../cache/sharing.js').Result} Result */
/**
 * What is known of a source before it is read.
 * @typedef {object} Source
 * @property {OriginAnswer} answer its body is the tape's
 * @property {Tape} tape
 * @property {string} etag of the image that it makes, '' where the source has no version
 * @property {string} modified Last-Modified, '' when not known
 */

export class Images {
  #reader;
  #originals;
  #resizer;
  #inputBytesMax;
  #outputBytesMax;
  #admit;

  /**
   * @param {import('../origin/reader.js').Reader} reader
   * @param {import('./originals.js').Originals} originals
   * @param {Pick<import('../handler.js').Parts, 'resizer' | 'policy' | 'outputBytesMax' | 'now'>} parts
   */
  constructor(reader, originals, { resizer, policy, outputBytesMax, now }) {
    this.#reader = reader;
    this.#originals = originals;
    this.#resizer = resizer;
    this.#inputBytesMax = policy.input_bytes_max;
    this.#outputBytesMax = outputBytesMax;
    this.#admit = createFloodGate({ perMinute: policy.variants_per_minute, now });
  }

  /** @param {Visit} visit @returns {Promise<Result>} */
  async make(visit) {
    const { request, ask } = visit;
    if (!this.#admit(ask.route.name + ask.key)) {
      throw new Refusal(429, 'too many different images of this object', {
        headers: { 'Retry-After': '60' },
      });
    }
    const answer = await this.#reader.get(visit);
    if (isNegative(answer)) return { entity: negative(visit, answer) };
    if (answer.status !== 200 || !answer.body) {
      throw new Refusal(502, `origin: status ${answer.status} to a plain request`);
    }
    const modified = answer.headers.get('Last-Modified') ?? '';
    const version = answer.headers.get('ETag') ?? modified;
    const etag = version && (await entityTag(version, /** @type {string} */ (ask.options)));
    const tape = new Tape(answer.body);
    if (etag && isFresh(request.headers, { etag, modified })) {
      tape.close();
      const headers = new Headers({ ETag: etag, 'Cache-Control': ask.route.cache_control });
      return { response: notModified(headers) };
    }
    try {
      return await this.#resize(visit, { answer, tape, etag, modified });
    } catch (error) {
      tape.close(error);
      throw error;
    }
  }

  /** @param {Visit} visit @param {Source} source @returns {Promise<Result>} */
  async #resize(visit, source) {
    const { ask, trace } = visit;
    const { answer, tape, etag, modified } = source;
    const options = /** @type {string} */ (ask.options);
    const resizer = counting(this.#resizer);
    try {
      const { info, bytes } = await trace
        .time('resize', () => this.#runJobs(resizer, visit, source))
        .finally(() => noteSpent(trace, resizer.spent));
      noteImage(trace, info, { inBytes: tape.playedBytes });
      const inBytes = bodyLength(answer.headers) ?? tape.playedBytes;
      const reason = reasonToPass(info, { outBytes: bytes.length, inBytes });
      if (reason) {
        return await this.#originals.passInstead(visit, answer, { tape, reason, lasting: true });
      }
      tape.close(); // what stands behind the image's end is nobody's
      const type = MEDIA_TYPES[info.outFormat];
      const how = { cacheControl: ask.route.cache_control, reason: '', made: trace.begun };
      return { entity: { status: 200, type, bytes, etag, modified, ...how } };
    } catch (error) {
      const { pass, lasting, httpStatus, reason } = verdict(error, ask.route, options);
      trace.note({ failure: /** @type {ThimbleError} */ (error).status });
      if (pass) return await this.#originals.passInstead(visit, answer, { tape, reason, lasting });
      if (!lasting) throw error;
      tape.close();
      return { entity: failure(visit, { status: httpStatus, reason }) };
    }
  }

  /**
   * One job, or where the result is over its byte budget, several.
   * @param {import('./expense.js').Resizer} resizer
   * @param {Visit} visit
   * @param {Source} source
   */
  async #runJobs(resizer, visit, { answer, tape }) {
    const { signal } = visit.request;
    const options = /** @type {string} */ (visit.ask.options);
    const length = bodyLength(answer.headers);
    if (length !== undefined && length > this.#inputBytesMax) {
      throw new ThimbleError('TOO_LARGE', `input: ${length} bytes`);
    }
    const result = await resizer.resize(tape.stream, options, { length, signal });
    const wanted = splitBudget(options);
    const budget = wanted.maxBytes || visit.ask.route.max_bytes || Infinity;
    const maxBytes = Math.min(budget, this.#outputBytesMax);
    if (result.bytes.length <= maxBytes) return result;
    const readAgain = async () => {
      const { body } = await this.#reader.getAgain(visit, answer);
      return /** @type {ReadableStream<Uint8Array>} */ (body);
    };
    const tooLarge = { info: result.info, readAgain, signal };
    const fitted = await fitBudget(resizer, { ...wanted, maxBytes }, tooLarge);
    if (!fitted) throw new ThimbleError('TOO_LARGE', `no quality fits ${maxBytes} bytes`);
    return fitted;
  }
}

/**
 * @param {import('../log/trace.js').Trace} trace
 * @param {import('../resizer/resizer.js').Info} info
 * @param {{ inBytes: number }} sizes
 */
function noteImage(trace, info, { inBytes }) {
  trace.note({
    in: `${info.inFormat} ${info.inWidth}x${info.inHeight}`,
    out: `${info.outFormat} ${info.outWidth}x${info.outHeight}`,
    pixels: info.inWidth * info.inHeight,
    inBytes,
  });
}

/** @param {import('../log/trace.js').Trace} trace @param {import('./expense.js').Spent | null} spent */
function noteSpent(trace, spent) {
  if (!spent) return;
  const cpuMs = spent.cpuMs === undefined ? undefined : Number(spent.cpuMs.toFixed(1));
  trace.note({ peakMemory: spent.peakMemory, work: spent.work, cpuMs });
}
