/**
 * A cache of entities in the memory of one process, for hosts without a Cache
 * API. Bounded in bytes; what was not used for longest goes first.
 */
import { keptSeconds } from './entity.js';

/** What an entry costs beside its bytes, roughly. */
const ENTRY_BYTES = 1024;

/**
 * @param {{ bytesMax: number, now?: () => number }} options
 * @returns {import('./web.js').EntityCache}
 */
export function createMemoryCache({ bytesMax, now = Date.now }) {
  /**
   * @type {Map<string, { entity: import('./entity.js').Entity, expires: number }>} least
   *   recently used first
   */
  const entries = new Map();
  let bytes = 0;

  /** @param {string} key */
  function drop(key) {
    const entry = entries.get(key);
    if (!entry) return false;
    bytes -= entry.entity.bytes.length + ENTRY_BYTES;
    return entries.delete(key);
  }

  return {
    async get(key) {
      const entry = entries.get(key);
      if (!entry) return null;
      if (entry.expires <= now()) {
        drop(key);
        return null;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.entity;
    },
    async put(key, entity) {
      drop(key);
      const seconds = keptSeconds(entity.cacheControl);
      if (seconds === 0) return;
      entries.set(key, { entity, expires: now() + seconds * 1000 });
      bytes += entity.bytes.length + ENTRY_BYTES;
      for (const oldest of entries.keys()) {
        if (bytes <= bytesMax) break;
        drop(oldest);
      }
    },
    remove: async (key) => drop(key),
  };
}
