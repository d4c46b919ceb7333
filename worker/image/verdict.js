/**
 * Verdicts: whether an image, its original or a status is the answer. Pure.
 */
import { ThimbleError } from '../resizer/error.js';

/** @typedef {import('../config/config.js').Route} Route */

/**
 * What to do about a job that failed: pass the original, or answer with the
 * status. Who asks what the image is (`f=json`) never gets the image. `lasting`: the same
 * request would fail again, so the outcome may be cached.
 * @param {unknown} error
 * @param {Pick<Route, 'on_error' | 'on_busy'>} route
 * @param {string} options canonical
 * @returns {{ pass: boolean, lasting: boolean, httpStatus: number, reason: string }}
 */
export function verdict(error, route, options) {
  if (!(error instanceof ThimbleError) || error.status === 'BAD_OPTION') throw error;
  const { status, httpStatus, message } = error;
  const choice = status === 'NO_MEMORY' ? route.on_busy : route.on_error;
  return {
    pass: !options.split('&').includes('f=json') && (status === 'UNSUPPORTED' || choice === 'pass'),
    lasting: !['NO_MEMORY', 'MISUSE', 'INTERNAL'].includes(status),
    httpStatus,
    reason: message,
  };
}

/**
 * Why the original is the better answer, or null: nothing about the image
 * changed and it did not get smaller.
 * @param {import('../resizer/resizer.js').Info} info
 * @param {{ outBytes: number, inBytes: number }} sizes
 */
export function reasonToPass(info, { outBytes, inBytes }) {
  const sameSize = info.inWidth === info.outWidth && info.inHeight === info.outHeight;
  if (!sameSize || info.inFormat !== info.outFormat || outBytes < inBytes) return null;
  return 'the original is not larger';
}
