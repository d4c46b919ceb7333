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
