/**
 * Metrics: counters over the log records, as Prometheus reads them. For hosts
 * whose process lives on (Node, Deno, Bun); on Workers each isolate counts for itself.
 */

export class Metrics {
  /** @type {Map<string, number>} by series: name and labels */
  #counts = new Map();

  /** @param {Record<string, any>} record of the log */
  observe({ status, cache = 'none', failure, bytes = 0, work = 0, ms = 0 }) {
    this.#add(`thimble_requests_total{status="${status}",cache="${cache}"}`, 1);
    this.#add('thimble_response_bytes_total', bytes);
    this.#add('thimble_work_units_total', work);
    this.#add('thimble_request_milliseconds_total', ms);
    if (failure) this.#add(`thimble_failures_total{status="${failure}"}`, 1);
  }

  /** The text exposition format. */
  text() {
    const series = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    let name = '';
    let text = '';
    for (const [key, count] of series) {
      const own = key.replace(/\{.*/, '');
      if (own !== name) text += `# TYPE ${own} counter\n`;
      name = own;
      text += `${key} ${count}\n`;
    }
    return text;
  }

  /** @param {string} series @param {number} amount */
  #add(series, amount) {
    this.#counts.set(series, (this.#counts.get(series) ?? 0) + amount);
  }
}
