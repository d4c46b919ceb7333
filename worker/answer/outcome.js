/**
 * Outcomes: what became of a request, told in the headers that every answer has.
 */

/**
 * @param {Response} response
 * @param {{ trace: import('../log/trace.js').Trace, detail: boolean }} how
 */
export function tellOutcome({ headers, status }, { trace, detail }) {
  const { cache, reason } = trace.facts;
  const word = cache === 'hit' || cache === 'stale' ? 'Hit' : status >= 400 && !cache ? 'Error' : 'Miss';
  const outcome = status >= 400 ? 'error' : reason ? 'pass' : cache;
  headers.set('X-Cache', `${word} from thimble`);
  headers.set('Server-Timing', trace.serverTiming);
  if (outcome) headers.set('X-Thimble', thimbleHeader(String(outcome), { trace, detail }));
}

/** @param {string} outcome @param {{ trace: import('../log/trace.js').Trace, detail: boolean }} how */
function thimbleHeader(outcome, { trace, detail }) {
  const { reason, in: from, out, peakMemory, work } = trace.facts;
  const told = detail ? { reason, in: from, out, memory: peakMemory, work } : { reason };
  const fields = Object.entries(told).filter(([, value]) => value !== undefined);
  return [outcome, ...fields.map(([name, value]) => `${name}=${quoted(value)}`)].join('; ');
}

/** A header's quoted string. @param {unknown} value */
function quoted(value) {
  return `"${String(value).replace(/[^\x20-\x7e]|["\\]/g, '?')}"`;
}
