/**
 * Trace: what happened to one request, for the log line, Server-Timing and
 * X-Thimble. On some edges clocks stand still between I/O, so work units and
 * bytes stand beside the milliseconds.
 */

export class Trace {
  #now;
  /** @type {Array<[string, number]>} */
  #spans = [];
  /** What the log line is made of, in the order it was learnt. @type {Record<string, unknown>} */
  facts = {};
  /** @type {import('../config/config.js').Route | null} where the request led, once that is known */
  route = null;

  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.#now = now;
    /** When the request came, ms since 1970. */
    this.begun = now();
  }

  /** Adds facts. @param {Record<string, unknown>} facts */
  note(facts) {
    Object.assign(this.facts, facts);
  }

  /**
   * Times a piece of work under a name of Server-Timing.
   * @template T
   * @param {string} name
   * @param {() => Promise<T>} work
   */
  async time(name, work) {
    const begun = this.#now();
    try {
      return await work();
    } finally {
      this.#spans.push([name, this.#now() - begun]);
    }
  }

  /** Milliseconds of all spans of one name, undefined when there was none. @param {string} name */
  spent(name) {
    const own = this.#spans.filter(([span]) => span === name).map(([, duration]) => duration);
    return own.length > 0 ? own.reduce((sum, duration) => sum + duration, 0) : undefined;
  }

  /** Milliseconds since the request came. */
  get elapsed() {
    return this.#now() - this.begun;
  }

  get serverTiming() {
    const spans = [...this.#spans, ['total', this.elapsed]];
    return spans.map(([name, duration]) => `${name};dur=${duration}`).join(', ');
  }
}
