/**
 * Files: objects under one folder of this machine, for Node, Deno and Bun. Served are regular
 * files that really lie inside the folder: a link may point about inside it, not out of it, and
 * what begins with a dot is not there. Whoever may write into the folder is trusted not to swap
 * its folders for links in between.
 */
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { parseRange, tagListed } from '../request/conditional.js';

/** Bytes per read. */
const CHUNK_BYTES = 65536;

/** Not through a link that came in between, and not waiting for a pipe's other end. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Errors of the file system that an HTTP status has a word for. @type {Record<string, number>} */
const STATUSES = {
  ENOENT: 404,
  ENOTDIR: 404,
  EISDIR: 404,
  ELOOP: 404,
  ENAMETOOLONG: 404,
  ENXIO: 404, // a socket
  EACCES: 403,
  EPERM: 403,
};

/** Types by the end of the name. What thimble calls an image, it proves from its bytes. */
const TYPES = /** @type {Record<string, string>} */ ({
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.ico': 'image/x-icon',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
});

/** @typedef {import('node:fs/promises').FileHandle} FileHandle */
/** @typedef {import('./object.js').OriginAnswer} OriginAnswer */

/**
 * @param {{ root: string }} options a folder; it may come into being later
 * @returns {import('./object.js').Origin}
 */
export function createFileOrigin({ root }) {
  return {
    async get(key, { ifNoneMatch, ifMatch, range, signal }) {
      try {
        const file = await openInside(root, key);
        return file ? await answer(file, { key, ifNoneMatch, ifMatch, range, signal }) : bare(404);
      } catch (error) {
        const status = STATUSES[/** @type {any} */ (error).code];
        if (status === undefined) throw error;
        return bare(status);
      }
    },
  };
}

/**
 * @param {string} root
 * @param {string} key
 * @returns {Promise<FileHandle | null>} null for what is not to be served
 */
async function openInside(root, key) {
  if (key.split('/').some((segment) => segment === '' || /^\.|[\0\\]/.test(segment))) return null;
  const folder = await realpath(root);
  const file = await realpath(path.join(folder, key));
  const inside = path.relative(folder, file);
  if (inside.split(path.sep).some((segment) => segment === '' || segment.startsWith('.'))) {
    return null;
  }
  return await open(file, FLAGS);
}

/**
 * @param {FileHandle} file closed by what is answered, or here
 * @param {import('./object.js').Conditions & { key: string }} asked
 * @returns {Promise<OriginAnswer>}
 */
async function answer(file, { key, ifNoneMatch, ifMatch, range, signal }) {
  let passedOn = false;
  try {
    const stat = await file.stat({ bigint: true });
    if (!stat.isFile()) return bare(404);
    const size = Number(stat.size);
    const etag = `"${stat.size.toString(16)}-${stat.mtimeNs.toString(16)}"`;
    const headers = new Headers({
      'Content-Type': TYPES[path.extname(key).toLowerCase()] ?? 'application/octet-stream',
      ETag: etag,
      'Last-Modified': stat.mtime.toUTCString(),
    });
    if (ifMatch && !tagListed(ifMatch, etag)) return { status: 412, headers, body: null };
    if (ifNoneMatch && tagListed(ifNoneMatch, etag)) return { status: 304, headers, body: null };
    const part = range ? sliceOf(range, size) : { start: 0, end: size };
    if (part.start >= part.end && range) {
      headers.set('Content-Range', `bytes */${size}`);
      return { status: 416, headers, body: null };
    }
    headers.set('Content-Length', String(part.end - part.start));
    if (range) headers.set('Content-Range', `bytes ${part.start}-${part.end - 1}/${size}`);
    signal?.throwIfAborted();
    passedOn = true;
    return { status: range ? 206 : 200, headers, body: readSlice(file, { ...part, signal }) };
  } finally {
    if (!passedOn) await file.close();
  }
}

/**
 * @param {string} range a Range header that makes sense
 * @param {number} size of the file
 * @returns {{ start: number, end: number }} bytes, end exclusive; empty when it lies outside
 */
function sliceOf(range, size) {
  const { first, last } = /** @type {{ first: number | null, last: number }} */ (parseRange(range));
  if (first === null) return { start: Math.max(0, size - last), end: size };
  return { start: first, end: Math.min(last + 1, size) };
}

/**
 * The bytes as a stream that reads when asked, and closes the file in the end, whatever that is:
 * all read, an error, nobody wants the rest, or nobody waits any longer.
 * @param {FileHandle} file
 * @param {{ start: number, end: number, signal?: AbortSignal }} part
 * @returns {ReadableStream<Uint8Array>}
 */
function readSlice(file, { start, end, signal }) {
  let at = start;
  const close = () => {
    signal?.removeEventListener('abort', close);
    return file.close();
  };
  signal?.addEventListener('abort', close);
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const buffer = new Uint8Array(Math.min(CHUNK_BYTES, end - at));
          const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
          at += bytesRead;
          if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead));
          if (bytesRead > 0 && at < end) return;
          controller.close(); // a file that shrank ends early, which getObject finds out
          await close();
        } catch (error) {
          await close();
          throw error;
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

/** @param {number} status @returns {OriginAnswer} */
function bare(status) {
  return { status, headers: new Headers(), body: null };
}
