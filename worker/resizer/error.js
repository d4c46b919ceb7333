/**
 * What can go wrong with a job, by name. The numbers are those of docs/abi.md;
 * the HTTP statuses are what a service answers when it does not pass the original.
 */

/**
 * @typedef {'BAD_OPTION' | 'UNSUPPORTED' | 'CORRUPT' | 'TRUNCATED' | 'TOO_LARGE' | 'NO_MEMORY' |
 *   'MISUSE' | 'INTERNAL'} StatusName
 */

/** @type {Array<{ name: StatusName, httpStatus: number }>} status -1 is the first row */
const FAILURES = [
  { name: 'BAD_OPTION', httpStatus: 400 },
  { name: 'UNSUPPORTED', httpStatus: 415 },
  { name: 'CORRUPT', httpStatus: 422 },
  { name: 'TRUNCATED', httpStatus: 422 },
  { name: 'TOO_LARGE', httpStatus: 413 },
  { name: 'NO_MEMORY', httpStatus: 503 },
  { name: 'MISUSE', httpStatus: 500 },
  { name: 'INTERNAL', httpStatus: 500 },
];
const INTERNAL = FAILURES[FAILURES.length - 1];

/** The one error of this library. `message` is for people, `status` for programs. */
export class ThimbleError extends Error {
  /**
   * @param {StatusName} status
   * @param {string} message in the image's own terms: "jpeg: no end of image"
   * @param {{ cause?: unknown }} [options]
   */
  constructor(status, message, options) {
    super(message, options);
    this.name = 'ThimbleError';
    this.status = status;
    this.httpStatus = (FAILURES.find((failure) => failure.name === status) ?? INTERNAL).httpStatus;
  }
}

/**
 * The name of a negative status; INTERNAL for a number that is not one.
 * @param {number} code
 * @returns {StatusName}
 */
export function failureName(code) {
  return (FAILURES[-code - 1] ?? INTERNAL).name;
}

/**
 * A non-negative status as a word, for logs.
 * @param {number} code
 */
export function statusName(code) {
  return ['OK', 'DONE', 'MORE_INPUT', 'MORE_OUTPUT'][code] ?? failureName(code);
}
