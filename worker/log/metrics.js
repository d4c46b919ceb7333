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

/**
 * What was counted under the same labels.
 * @typedef {object} Series
 * @property {string} labels as they are written: `status="200",cache="hit"`
 * @property {number} sum of the samples
 * @property {number[]} counts of samples, by the bucket that each falls in; the last one is of
 *   those above all
 */

export class Metrics {
  /** By the labels' values. @type {Map<string, Series>[]} as FAMILIES */
  #families = FAMILIES.map(() => new Map());

  /** @param {Record<string, any>} record of the log */
  observe(record) {
    for (const [index, { buckets = [], labels, sample }] of FAMILIES.entries()) {
      const value = sample(record);
      if (value === undefined) continue;
      const series = findSeries(this.#families[index], labels?.(record), buckets.length + 1);
      const bucket = buckets.findIndex((bound) => value <= bound);
      series.counts[bucket < 0 ? buckets.length : bucket] += 1;
      series.sum += value;
    }
  }

  /** The text exposition format, version 0.0.4. */
  text() {
    return FAMILIES.map(({ name, help, buckets }, index) => {
      const all = Array.from(this.#families[index].values());
      const lines = all.flatMap((series) =>
        buckets ? histogramLines(name, buckets, series) : [line(name, series.labels, series.sum)],
      );
      const type = buckets ? 'histogram' : 'counter';
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    }).join('');
  }
}

/**
 * @param {Map<string, Series>} family
 * @param {Record<string, string | number>} [labels]
 * @param {number} [bucketCount]
 */
function findSeries(family, labels = {}, bucketCount = 1) {
  const key = Object.values(labels).join();
  let series = family.get(key);
  if (!series) {
    // Values are words and numbers of ours: nothing in them needs escaping.
    const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
    series = { labels: pairs.join(), sum: 0, counts: new Array(bucketCount).fill(0) };
    family.set(key, series);
  }
  return series;
}

/** @param {string} name @param {number[]} buckets @param {Series} series */
function histogramLines(name, buckets, { labels, sum, counts }) {
  let below = 0;
  const lines = [...buckets, '+Inf'].map((bound, bucket) => {
    below += counts[bucket];
    return line(`${name}_bucket`, [labels, `le="${bound}"`].filter(Boolean).join(), below);
  });
  return [...lines, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, below)];
}

/** @param {string} name @param {string} labels @param {number} value */
function line(name, labels, value) {
  return `${labels ? `${name}{${labels}}` : name} ${value}\n`;
}
