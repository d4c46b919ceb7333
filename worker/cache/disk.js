/**
 * A cache of entities in a folder, for Node, Deno and Bun: it outlives the process. Bounded in
 * bytes; what was not used for longest goes first (after a restart: what was written first).
 *
 * One file per entity, written aside and renamed into place, whole or not at all. Its first line
 * is a digest of all that follows, so a file that a crash or a bad disk tore is a miss, and goes.
 * The folder belongs to one process; files in it are its own to delete.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { keptSeconds } from './entity.js';

/** What an entry costs beside its bytes, roughly: its head, and the rest of a block. */
const ENTRY_BYTES = 4096;

/** Entities being written at one time; while it is that many, further ones are not kept. */
const WRITES_MAX = 64;

/** Files looked at together while the folder is read. */
const SCAN_AT_ONCE = 32;

const MAGIC = 'thimble-entity 1 ';
const FIRST_LINE_BYTES = MAGIC.length + 64 + 1;
const NAME = /^[0-9a-f]{64}$/;
const NEWLINE = 0x0a;

/** @typedef {import('./entity.js').Entity} Entity */

/**
 * @param {{ folder: string, bytesMax: number, now?: () => number }} options the folder is made
 * @returns {import('./web.js').EntityCache & { settled: () => Promise<unknown> }} settled: once
 *   what is being read and written is done
 */
export function createDiskCache({ folder, bytesMax, now = Date.now }) {
  /** Bytes by file name, least recently used first. @type {Map<string, number>} */
  const entries = new Map();
  /** @type {Set<Promise<void>>} */
  const writing = new Set();
  const ownPrefix = `.${process.pid}-${now()}-`;
  let bytes = 0;
  let serial = 0;
  const scanned = scan();
  scanned.catch(() => {}); // whoever puts hears of it

  /** @param {string} name */
  const fileOf = (name) => path.join(folder, name.slice(0, 2), name);

  /** Counts a file as the one used last. @param {string} name @param {number} size */
  function count(name, size) {
    uncount(name);
    entries.set(name, size);
    bytes += size;
  }

  /** @param {string} name */
  function uncount(name) {
    bytes -= entries.get(name) ?? 0;
    return entries.delete(name);
  }

  /** @param {string} name */
  async function drop(name) {
    const known = uncount(name);
    await rm(fileOf(name), { force: true });
    return known;
  }

  async function evict() {
    for (const oldest of entries.keys()) {
      if (bytes <= bytesMax) break;
      await drop(oldest);
    }
  }

  /** What earlier processes left: their entities, and what they were writing. */
  async function scan() {
    await mkdir(folder, { recursive: true });
    /** @type {Array<{ name: string, size: number, mtime: number }>} */
    const old = [];
    for (const shelf of await readdir(folder)) {
      if (!/^[0-9a-f]{2}$/.test(shelf)) continue;
      const names = await readdir(path.join(folder, shelf));
      while (names.length > 0) {
        const some = names.splice(0, SCAN_AT_ONCE);
        const looked = await Promise.all(some.map((name) => look(shelf, name)));
        for (const each of looked) if (each) old.push(each);
      }
    }
    for (const { name, size } of old.sort((a, b) => a.mtime - b.mtime)) count(name, size);
    await evict();
  }

  /** @param {string} shelf @param {string} name of a file on it */
  async function look(shelf, name) {
    const file = path.join(folder, shelf, name);
    if (NAME.test(name)) {
      const known = await stat(file).catch(() => null);
      return known && { name, size: known.size + ENTRY_BYTES, mtime: known.mtimeMs };
    }
    if (name.startsWith('.') && !name.startsWith(ownPrefix)) await rm(file, { force: true });
    return null;
  }

  /** @param {string} key @param {Entity} entity @param {number} expires */
  async function write(key, entity, expires) {
    const name = nameOf(key);
    const file = fileOf(name);
    const aside = path.join(path.dirname(file), `${ownPrefix}${(serial += 1)}`);
    await scanned;
    await mkdir(path.dirname(file), { recursive: true });
    try {
      const packed = pack(key, entity, expires);
      await writeFile(aside, packed);
      await rename(aside, file);
      count(name, packed.length + ENTRY_BYTES);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
    await evict();
  }

  return {
    async get(key) {
      const name = nameOf(key);
      const packed = await readFile(fileOf(name)).catch(() => null);
      if (!packed) return null;
      const found = unpack(packed, key);
      if (!found || found.expires <= now()) {
        await drop(name).catch(() => {}); // where it stays, it is a miss again
        return null;
      }
      if (entries.has(name)) count(name, packed.length + ENTRY_BYTES);
      return found.entity;
    },
    async put(key, entity) {
      const seconds = keptSeconds(entity.cacheControl);
      if (seconds === 0 || writing.size >= WRITES_MAX) return;
      if (entity.bytes.length + ENTRY_BYTES > bytesMax) return;
      const written = write(key, entity, now() + seconds * 1000);
      writing.add(written);
      await written.finally(() => writing.delete(written));
    },
    remove: (key) => drop(nameOf(key)),
    settled: () => Promise.allSettled([scanned, ...writing]),
  };
}

/** A name that any key has, and no file system stumbles over. @param {string} key */
function nameOf(key) {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * @param {string} key
 * @param {Entity} entity
 * @param {number} expires ms since 1970
 */
function pack(key, { bytes, ...told }, expires) {
  const head = Buffer.from(`${JSON.stringify({ key, expires, length: bytes.length, ...told })}\n`);
  return Buffer.concat([Buffer.from(firstLine(head, bytes)), head, bytes]);
}

/**
 * @param {Buffer} packed
 * @param {string} key
 * @returns {{ entity: Entity, expires: number } | null} null when it is not what was written
 */
function unpack(packed, key) {
  const rest = packed.subarray(FIRST_LINE_BYTES);
  if (packed.toString('latin1', 0, FIRST_LINE_BYTES) !== firstLine(rest)) return null;
  const end = rest.indexOf(NEWLINE);
  const { key: written, expires, length, ...told } = JSON.parse(rest.toString('utf8', 0, end));
  const bytes = new Uint8Array(rest.subarray(end + 1));
  if (written !== key || length !== bytes.length) return null;
  return { entity: { ...told, bytes }, expires };
}

/** @param {Uint8Array[]} rest all that follows it */
function firstLine(...rest) {
  const digest = createHash('sha256');
  for (const piece of rest) digest.update(piece);
  return `${MAGIC}${digest.digest('hex')}\n`;
}
