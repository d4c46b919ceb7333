/**
 * Flood gate: how many different images of one object may be made per minute.
 * Nobody needs a thousand sizes of a picture; who asks for them wants the work,
 * not the pictures. Counts per isolate, for a bounded number of objects.
 */

const WINDOW_MS = 60_000;
const OBJECTS_MAX = 1000;

/**
 * @param {{ perMinute: number, now: () => number }} options
 * @returns {(object: string) => boolean} whether one more image of it may be made
 */
export function createFloodGate({ perMinute, now }) {
  /** @type {Map<string, { since: number, count: number }>} oldest window first */
  const windows = new Map();

  return function admit(object) {
    const time = now();
    let window = windows.get(object);
    if (!window || time - window.since >= WINDOW_MS) {
      window = { since: time, count: 0 };
      windows.delete(object);
      windows.set(object, window);
      if (windows.size > OBJECTS_MAX)
        windows.delete(/** @type {string} */ (windows.keys().next().value));
    }
    window.count += 1;
    return window.count <= perMinute;
  };
}
