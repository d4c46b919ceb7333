/**
 * Metrics: counters and histograms over the log records, as Prometheus reads them. For hosts
 * whose process lives on (Node, Deno, Bun); on Workers each isolate counts for itself.
 */

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BYTES = [1, 2, 4, 8, 16, 32, 64].map((mebibytes) => mebibytes << 20);

/**
 * What is counted. A sample is read from a log record; undefined: there is none in it.
 * @typedef {object} Family
 * @property {string} name
 * @property {string} help
 * @property {number[]} [buckets] upper bounds; without, it is a counter
 * @property {(record: Record<string, any>) => Record<string, string | number>} [labels]
 * @property {(record: Record<string, any>) => number | undefined} sample
 */

/** @type {Family[]} */
const FAMILIES = [
  {
    name: 'thimble_requests_total',
    help: 'Requests answered, by status and by what the cache did.',
    labels: ({ status, cache = 'none' }) => ({ status, cache }),
    sample: ({ event }) => (event ? undefined : 1),
  },
  {
    name: 'thimble_request_duration_seconds',
    help: 'Time until the head of the answer, by what the cache did.',
    buckets: SECONDS,
    labels: ({ cache = 'none' }) => ({ cache }),
    sample: ({ event, ms }) => (event ? undefined : ms / 1000),
  },
  {
    name: 'thimble_revalidations_total',
    help: 'Stale answers made anew behind a request, by status; 304: they were right.',
    labels: ({ status }) => ({ status }),
    sample: ({ event }) => (event === 'revalidation' ? 1 : undefined),
  },
  {
    name: 'thimble_origin_duration_seconds',
    help: 'Time until an origin began to answer.',
    buckets: SECONDS,
    sample: ({ originMs }) => (originMs === undefined ? undefined : originMs / 1000),
  },
  {
    name: 'thimble_resize_duration_seconds',
    help: 'Time from the first byte of a source to the last one of its image, waiting included.',
    buckets: SECONDS,
    sample: ({ resizeMs }) => (resizeMs === undefined ? undefined : resizeMs / 1000),
  },
  {
    name: 'thimble_resize_cpu_seconds_total',
    help: 'CPU time of resizing, where the platform tells.',
    sample: ({ cpuMs }) => (cpuMs === undefined ? undefined : cpuMs / 1000),
  },
  {
    name: 'thimble_resize_memory_bytes',
    help: 'Memory a job had allocated at one time, at most.',
    buckets: BYTES,
    sample: ({ peakMemory }) => peakMemory,
  },
  {
    name: 'thimble_work_units_total',
    help: 'Work units done (docs/abi.md).',
    sample: ({ work }) => work,
  },
  {
    name: 'thimble_source_bytes_total',
    help: 'Bytes read by the resizer.',
    sample: ({ inBytes }) => inBytes,
  },
  {
    name: 'thimble_response_bytes_total',
    help: 'Bytes of the images and small originals answered with.',
    sample: ({ bytes }) => bytes,
  },
  {
    name: 'thimble_failures_total',
    help: 'Jobs that failed, by status (docs/abi.md).',
    labels: ({ failure }) => ({ status: failure }),
    sample: ({ failure }) => (failure ? 1 : undefined),
  },
  {
    name: 'thimble_passed_total',
    help: 'Originals sent instead of an image.',
    sample: ({ status, reason }) => (status < 400 && reason ? 1 : undefined),
  },
];

export class Metrics {
  /** Samples by series: a name and its labels. @type {Map<string, number>[]} as FAMILIES */
  #series = FAMILIES.map(() => new Map());

  /** @param {Record<string, any>} record of the log */
  observe(record) {
    for (const [index, { name, buckets, labels, sample }] of FAMILIES.entries()) {
      const value = sample(record);
      if (value === undefined) continue;
      const own = labels?.(record) ?? {};
      const series = this.#series[index];
      if (!buckets) add(series, label(name, own), value);
      else addToHistogram(series, { name, buckets, labels: own }, value);
    }
  }

  /** The text exposition format, version 0.0.4. */
  text() {
    return FAMILIES.map(({ name, help, buckets }, index) => {
      const type = buckets ? 'histogram' : 'counter';
      const lines = Array.from(this.#series[index], ([series, value]) => `${series} ${value}\n`);
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    }).join('');
  }
}

/**
 * @param {Map<string, number>} series
 * @param {{ name: string, buckets: number[], labels: Record<string, string | number> }} histogram
 * @param {number} value
 */
function addToHistogram(series, { name, buckets, labels }, value) {
  for (const le of buckets) {
    add(series, label(`${name}_bucket`, { ...labels, le }), value <= le ? 1 : 0);
  }
  add(series, label(`${name}_bucket`, { ...labels, le: '+Inf' }), 1);
  add(series, label(`${name}_sum`, labels), value);
  add(series, label(`${name}_count`, labels), 1);
}

/** @param {Map<string, number>} series @param {string} key @param {number} amount */
function add(series, key, amount) {
  series.set(key, (series.get(key) ?? 0) + amount);
}

/** Values are words and numbers of ours: nothing in them needs escaping. */
function label(/** @type {string} */ name, /** @type {Record<string, string | number>} */ labels) {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name;
}
