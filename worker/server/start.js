/**
 * A server: the handler with the origins, caches and threads of a process that lives on, behind
 * whatever listens to HTTP in this runtime. node.js, deno.js and bun.js bring that.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { createDiskCache } from '../cache/disk.js';
import { createMemoryCache } from '../cache/memory.js';
import { createCdnPurge } from '../cdn/purge.js';
import { limitsOf } from '../config/config.js';
import { createHandler } from '../handler.js';
import { createFileOrigin } from '../origin/file.js';
import { createOrigins } from '../origin/origins.js';
import { readSettings } from './settings.js';
import { Threads } from './threads.js';

const MODULE = new URL('../../dist/thimble.wasm', import.meta.url);

/** Kinds of origins that need a file system. */
const KINDS = {
  file: {
    needs: ['root'],
    /** @param {any} options */
    create: (options) => createFileOrigin(options),
  },
};

/**
 * What listens to HTTP.
 * @typedef {object} Listener
 * @property {number} port
 * @property {() => Promise<unknown>} stop takes no further requests; settles once all that run
 *   are answered
 * @property {() => unknown} kill breaks off those that run
 */
/**
 * @typedef {(handle: (request: Request) => Promise<Response>, at: { host: string, port: number })
 *   => Promise<Listener>} Listen
 */
/**
 * @typedef {object} Server
 * @property {string} url
 * @property {number} threads
 * @property {() => Promise<void>} close stops: running requests get `shutdown_ms` to end, what is
 *   being written to the cache too
 */

/**
 * @param {Listen} listen
 * @param {Record<string, any>} source configuration, secrets: an environment, or names and values
 * @param {{ log?: (record: Record<string, any>) => void }} [options] log: gets a record per
 *   request; a line of JSON on stdout when not said
 * @returns {Promise<Server>} once it answers
 */
export async function startServer(listen, source, { log = printLine } = {}) {
  const settings = readSettings(source);
  const threads = new Threads(await WebAssembly.compile(await readFile(MODULE)), {
    count: settings.threads,
    queueMax: settings.queue_max,
    limits: limitsOf(settings),
    onLost: (reason) => log({ event: 'thread replaced', reason }),
  });
  try {
    const handle = createHandler({
      resizer: threads,
      origins: createOrigins(settings, source, KINDS),
      purgeCdn: createCdnPurge(settings, source),
      cache: await openCache(settings),
      policy: settings,
      log,
    });
    const background = new Background();
    const listener = await listen((request) => handle(request, background), /** @type {any} */ (settings));
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
    return {
      url: `http://${host}:${listener.port}`,
      threads: settings.threads,
      async close() {
        const ended = await within(listener.stop(), settings.shutdown_ms);
        if (!ended) await listener.kill();
        await within(background.settled(), settings.shutdown_ms);
        await threads.close();
      },
    };
  } catch (error) {
    await threads.close();
    throw error;
  }
}

/** @param {import('../config/config.js').Config} settings */
async function openCache({ cache_dir: folder, cache_bytes: bytesMax }) {
  if (bytesMax === 0) return null;
  if (folder === '') return createMemoryCache({ bytesMax });
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw new TypeError(`configuration: cache_dir: ${cause}`, { cause });
  }
  return createDiskCache({ folder, bytesMax });
}

/** Work that goes on after the answer: what the handler is given to wait with. */
class Background {
  /** @type {Set<Promise<unknown>>} */
  #running = new Set();

  /** @param {Promise<unknown>} promise */
  waitUntil = (promise) => {
    const done = promise.catch(() => {}).finally(() => this.#running.delete(done));
    this.#running.add(done);
  };

  settled() {
    return Promise.all(this.#running);
  }
}

/**
 * @param {Promise<unknown>} promise
 * @param {number} waitMs
 * @returns {Promise<boolean>} whether it settled in time
 */
async function within(promise, waitMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(resolve, waitMs, false);
  });
  const inTime = await Promise.race([promise.then(() => true), tooLong]);
  clearTimeout(timer);
  return inTime;
}

/** @param {Record<string, any>} record */
function printLine(record) {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...record }));
}
