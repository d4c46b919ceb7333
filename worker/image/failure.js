/**
 * Failures that last, as entities: one line of text, kept for a short while.
 */

/** @typedef {import('../service.js').Visit} Visit */

/** @param {{ status: number }} answer of an origin */
export function isNegative({ status }) {
  return status === 404 || status === 403;
}

/**
 * What an origin does not give. Its own words are not passed on.
 * @param {Visit} visit
 * @param {import('../origin/object.js').OriginAnswer} answer with a status that is negative
 */
export function negative(visit, { status, body }) {
  body?.cancel().catch(() => {});
  const reason = status === 404 ? 'not found' : 'the origin forbids it';
  return failure(visit, { status, reason });
}

/**
 * @param {Visit} visit
 * @param {{ status: number, reason: string }} what
 * @returns {import('../cache/entity.js').Entity}
 */
export function failure({ ask, trace }, { status, reason }) {
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
