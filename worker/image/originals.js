/**
 * Originals: objects as they are, because nothing else was asked for or nothing else can be had.
 */
import { passOn } from '../answer/respond.js';
import { bodyLength } from '../origin/object.js';
import { rangeToForward, tagsToForward } from '../request/conditional.js';
import { isNegative, negative } from './failure.js';
import { imageType, passedType } from './media-type.js';

/** @typedef {import('../service.js').Visit} Visit */
/** @typedef {import('../origin/object.js').OriginAnswer} OriginAnswer */
/** @typedef {import('../cache/sharing.js').Result} Result */

export class Originals {
  #reader;
  #sendSized;
  #keptBytesMax;

  /**
   * @param {import('../origin/reader.js').Reader} reader
   * @param {Pick<import('../handler.js').Parts, 'policy' | 'sendSized'>} parts
   */
  constructor(reader, { policy, sendSized }) {
    this.#reader = reader;
    this.#sendSized = sendSized;
    this.#keptBytesMax = policy.pass_cache_bytes;
  }

  /**
   * What was asked of it is passed to the origin.
   * @param {Visit} visit
   * @returns {Promise<Result>}
   */
  async fetch(visit) {
    const { headers } = visit.request;
    const conditions = { ifNoneMatch: tagsToForward(headers), range: rangeToForward(headers) };
    const answer = await this.#reader.get(visit, conditions);
    if (isNegative(answer)) return { entity: negative(visit, answer) };
    const type = answer.headers.get('Content-Type') ?? 'application/octet-stream';
    return this.#pass(visit, answer, { type });
  }

  /**
   * The original after all: from the tape where it can be rewound, else fetched again.
   * @param {Visit} visit
   * @param {OriginAnswer} source
   * @param {{ tape: import('./tape.js').Tape, reason: string, lasting: boolean }} decision
   * @returns {Promise<Result>}
   */
  async passInstead(visit, source, { tape, reason, lasting }) {
    visit.trace.note({ reason });
    const type = imageType(await tape.head()) ?? passedType(source.headers.get('Content-Type'));
    const body = tape.rewind();
    if (body) return this.#pass(visit, { ...source, body }, { type, reason, lasting });
    tape.close();
    const again = await this.#reader.getAgain(visit, source);
    return this.#pass(visit, again, { type, reason, lasting });
  }

  /**
   * Small originals are kept like anything made here, larger ones streamed.
   * @param {Visit} visit
   * @param {OriginAnswer} answer
   * @param {{ type: string, reason?: string, lasting?: boolean }} how
   * @returns {Promise<Result>}
   */
  async #pass({ request, ask, trace }, answer, { type, reason = '', lasting = true }) {
    const cacheControl = lasting ? ask.route.cache_control : 'no-store';
    const length = bodyLength(answer.headers);
    if (answer.status !== 200 || length === undefined || length > this.#keptBytesMax) {
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
}
