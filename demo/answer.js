/**
 * Answer: what the service would say to the same request, by the service's own
 * policy. A broken image is a status here, as on the /dev/ route.
 */
import { reasonToPass, verdict } from '../worker/image/verdict.js';
import { ThimbleError } from '../worker/resizer/error.js';

/** @typedef {import('../worker/resizer/resizer.js').Info} Info */
/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} phrase
 * @property {[string, string][]} headers
 * @property {string} body one line of text; '' where the body is an image
 * @property {string} note what a visitor of this page should know besides
 */

/** @type {Record<number, string>} */
const PHRASES = {
  200: 'OK',
  400: 'Bad Request',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const ROUTE = /** @type {import('../worker/config/config.js').Route} */ ({
  on_error: 'status',
  on_busy: 'status',
});

/**
 * @param {Info} info
 * @param {{ outBytes: number, inBytes: number }} sizes
 * @returns {Answer}
 */
export function answerImage(info, sizes) {
  const reason = reasonToPass(info, sizes);
  if (reason)
    return answerOriginal(reason, { type: `image/${info.inFormat}`, bytes: sizes.inBytes });
  const type = info.outFormat === 'json' ? 'application/json' : `image/${info.outFormat}`;
  return answer(200, { type, bytes: sizes.outBytes, outcome: 'miss' });
}

/**
 * @param {string} reason
 * @param {{ type: string, bytes: number, note?: string }} original
 * @returns {Answer}
 */
export function answerOriginal(
  reason,
  { type, bytes, note = 'The service sends the original, untouched.' },
) {
  return answer(200, { type, bytes, outcome: `pass; reason="${reason}"`, note });
}

/**
 * @param {{ status: string, message: string }} failure of the module
 * @param {{ type: string, bytes: number }} original
 * @param {string} options what was asked
 * @returns {Answer}
 */
export function answerFailure({ status, message }, original, options) {
  const error = new ThimbleError(/** @type {any} */ (status), message);
  if (status === 'BAD_OPTION') return answerLine(error.httpStatus, message);
  const { pass, httpStatus, reason } = verdict(error, ROUTE, options);
  const note = `The library says ${status} (${httpStatus}); the service passes such files on, untouched.`;
  if (pass) return answerOriginal(reason, { ...original, note });
  if (httpStatus === 503) return answerLine(503, 'busy, try again');
  return answerLine(httpStatus, httpStatus < 500 ? reason : 'internal error');
}

/** @param {number} status @param {string} line @returns {Answer} */
function answerLine(status, line) {
  const bytes = new TextEncoder().encode(line).length + 1;
  return answer(status, {
    type: 'text/plain; charset=utf-8',
    bytes,
    outcome: `error; reason="${line}"`,
    body: line,
  });
}

/**
 * @param {number} status
 * @param {{ type: string, bytes: number, outcome: string, body?: string, note?: string }} what
 * @returns {Answer}
 */
function answer(status, { type, bytes, outcome, body = '', note = '' }) {
  return {
    status,
    phrase: PHRASES[status] ?? '',
    headers: [
      ['Content-Type', type],
      ['Content-Length', String(bytes)],
      ['X-Thimble', outcome],
    ],
    body,
    note,
  };
}
