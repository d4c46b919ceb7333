// parts.mjs - where the pieces of a file lie: a PNG's chunks, a JPEG's segments, a WebP's chunks.
import { formatOf } from '../lib/pixels.mjs';

/**
 * @typedef {object} Part
 * @property {number} start
 * @property {number} end behind it; parts follow each other without gaps
 * @property {string} name
 * @property {number} [lengthAt] where the field of its length is
 */
/**
 * What the field of a length looks like.
 * @typedef {{ bytes: number, little: boolean }} LengthField
 */

const PNG_SIGNATURE_BYTES = 8;
const RIFF_HEADER_BYTES = 12;
const SOS = 0xda;
const EOI = 0xd9;

/** @type {Record<string, { head: number, field: LengthField, find: (bytes: Buffer) => Part[] }>} */
const FORMATS = {
  png: { head: PNG_SIGNATURE_BYTES, field: { bytes: 4, little: false }, find: pngParts },
  jpeg: { head: 2, field: { bytes: 2, little: false }, find: jpegParts },
  webp: { head: RIFF_HEADER_BYTES, field: { bytes: 4, little: true }, find: webpParts },
};

/**
 * Of a file that is well.
 * @param {Buffer} bytes
 * @returns {{ format: string, head: number, field: LengthField, parts: Part[] }} head: bytes before
 *   the first part
 */
export function partsOf(bytes) {
  const format = formatOf(bytes);
  const { head, field, find } = FORMATS[format];
  return { format, head, field, parts: find(bytes) };
}

function pngParts(bytes) {
  const parts = [];
  for (let start = PNG_SIGNATURE_BYTES; start < bytes.length; ) {
    const end = start + 12 + bytes.readUInt32BE(start);
    const name = bytes.toString('latin1', start + 4, start + 8);
    parts.push({ start, end, name, lengthAt: start });
    start = end;
  }
  return parts;
}

function webpParts(bytes) {
  const parts = [];
  for (let start = RIFF_HEADER_BYTES; start < bytes.length; ) {
    const size = bytes.readUInt32LE(start + 4);
    const end = start + 8 + size + (size & 1);
    const name = bytes.toString('latin1', start, start + 4);
    parts.push({ start, end, name, lengthAt: start + 4 });
    start = end;
  }
  return parts;
}

/** A scan is one part with its entropy-coded bytes. */
function jpegParts(bytes) {
  const parts = [];
  for (let start = 2; start < bytes.length; ) {
    const marker = bytes[start + 1];
    const name = `marker ${marker.toString(16)}`;
    if (marker === EOI) {
      parts.push({ start, end: bytes.length, name });
      break;
    }
    let end = start + 2 + bytes.readUInt16BE(start + 2);
    if (marker === SOS) end = scanEnd(bytes, end);
    parts.push({ start, end, name, lengthAt: start + 2 });
    start = end;
  }
  return parts;
}

/** The next marker that is no restart. */
function scanEnd(bytes, from) {
  for (let at = from; at < bytes.length - 1; at++) {
    const next = bytes[at + 1];
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && (next & 0xf8) !== 0xd0) return at;
  }
  return bytes.length;
}
