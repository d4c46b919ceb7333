/** Text: numbers as people read them. */

/** @param {number} bytes as files are counted: 1 kB is 1000 bytes */
export function fileSize(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${three(bytes / 1000)} kB`;
  return `${three(bytes / 1e6)} MB`;
}

/** @param {number} bytes as memory is counted: 1 MiB is 1048576 bytes */
export function memorySize(bytes) {
  return `${three(bytes / 1048576)} MiB`;
}

/** @param {number} ms */
export function duration(ms) {
  return ms < 1000 ? `${three(ms)} ms` : `${three(ms / 1000)} s`;
}

/** @param {number} width @param {number} height */
export function sides(width, height) {
  return `${width} × ${height}`;
}

/** @param {string} format as the module calls it */
export function formatName(format) {
  return format === 'webp' ? 'WebP' : format.toUpperCase();
}

/** Three digits that count. @param {number} value */
function three(value) {
  if (value >= 100) return String(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
}
