/**
 * Sharing: requests in one isolate that want the same thing at the same time do
 * the work once. What is shared is finished bytes or a plain error, never
 * another request's stream, and nobody waits for ever: the request that does the
 * work may be cancelled with its client.
 */
import { Refusal } from '../answer/refusal.js';
import { ThimbleError } from '../resizer/error.js';

/**
 * @typedef {{ entity?: import('./entity.js').Entity, response?: Response }} Result one of the
 *   two; entities are shared
 */

/**
 * @param {{ waitMs: number }} options how long to wait for another request before doing the work
 *   oneself
 * @returns {(key: string, make: () => Promise<Result>) => Promise<{ result: Result, shared:
 *   boolean }>}
 */
export function createSharing({ waitMs }) {
  /**
   * @type {Map<string, Promise<(() => Result) | null>>} settle with what to do, or null: not to
   *   be shared
   */
  const running = new Map();

  return async function share(key, make) {
    const another = running.get(key);
    const outcome = another && (await within(another, waitMs));
    if (outcome) return { result: outcome(), shared: true };
    const own = make();
    const told = own.then(shareable, shareableError);
    running.set(key, told);
    told.finally(() => running.get(key) === told && running.delete(key));
    return { result: await own, shared: false };
  };
}

/** @param {Result} result */
function shareable(result) {
  return result.entity ? () => result : null;
}

/** @param {unknown} error an abort, for one, is nobody else's @returns {(() => never) | null} */
function shareableError(error) {
  if (!(error instanceof Refusal || error instanceof ThimbleError)) return null;
  return () => {
    throw error;
  };
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} waitMs
 * @returns {Promise<T | null>} null when it takes too long
 */
async function within(promise, waitMs) {
  /** @type {any} */
  let timer;
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(resolve, waitMs, null);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
