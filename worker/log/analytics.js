/** Longer ones make it drop the point. */
const INDEX_BYTES = 96;

/**
 * Analytics: log records as data points of Workers Analytics Engine. The order of
 * the fields is the schema there (docs/configuration.md): append only.
 * @param {{ writeDataPoint: (point: object) => void }} dataset
 * @param {Record<string, any>} record
 */
export function writeDataPoint(dataset, record) {
  const { route = '', cache = '', failure = '', in: from = '', out = '' } = record;
  const { status, ms = 0, bytes = 0, work = 0, peakMemory = 0 } = record;
  dataset.writeDataPoint({
    indexes: [route.slice(0, INDEX_BYTES)],
    blobs: [route, cache, failure, from, out],
    doubles: [status, ms, bytes, work, peakMemory],
  });
}
