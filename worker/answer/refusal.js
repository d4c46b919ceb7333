import { ThimbleError } from '../resizer/error.js';

/**
 * Refusal: a request that is answered with a status and one line of text instead
 * of an image. Thrown wherever that is found out, answered in one place.
 */
export class Refusal extends Error {
  /**
   * @param {number} httpStatus
   * @param {string} message one line, shown to the client
   * @param {{ headers?: Record<string, string>, cause?: unknown }} [options]
   */
  constructor(httpStatus, message, { headers = {}, cause } = {}) {
    super(message, { cause });
    this.name = 'Refusal';
    this.httpStatus = httpStatus;
    this.headers = headers;
  }
}

/**
 * Whatever was thrown, as a refusal. What is nobody's business outside does not show in it.
 * @param {unknown} error
 * @returns {Refusal}
 */
export function asRefusal(error) {
  if (error instanceof Refusal) return error;
  const { httpStatus, message } =
    error instanceof ThimbleError ? error : { httpStatus: 500, message: '' };
  if (httpStatus < 500) return new Refusal(httpStatus, message);
  if (httpStatus === 503)
    return new Refusal(503, 'busy, try again', { headers: { 'Retry-After': '1' } });
  return new Refusal(500, 'internal error');
}
