/**
 * A hundred megapixels without holding them: the browser encodes one strip of
 * 16 MP, and a JPEG of any height is that strip's compressed data again and again,
 * with restart markers between, which tell a decoder to begin afresh.
 */
import { paintLandscape } from './painter.js';

const WIDTH = 12000;
const HEIGHT_MIN = 8340; // x 12000 = 100.08 MP
const QUALITY = 0.88;
/** A restart interval is at most this many MCUs (the smallest squares of a JPEG). */
const INTERVAL_MAX = 65535;

/** @returns {Promise<Blob>} */
export async function makeHundred() {
  const mcu = frameOf(await encode(64, 64)).mcu;
  const across = Math.ceil(WIDTH / mcu.width);
  const rows = Math.min(Math.floor(INTERVAL_MAX / across), Math.ceil(1400 / mcu.height));
  const strip = await encode(WIDTH, rows * mcu.height);
  const count = Math.ceil(HEIGHT_MIN / (rows * mcu.height));
  return repeatStrip(strip, { count, interval: across * rows });
}

/** @param {number} width @param {number} height @returns {Promise<Uint8Array<ArrayBuffer>>} a baseline JPEG */
async function encode(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  paintLandscape(
    /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d')),
    width,
    height,
  );
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * @param {Uint8Array<ArrayBuffer>} jpeg of one scan
 * @param {{ count: number, interval: number }} how often, and how many MCUs a strip has
 */
function repeatStrip(jpeg, { count, interval }) {
  const { sof, height, scanStart } = frameOf(jpeg);
  const sos = segments(jpeg).find(({ marker }) => marker === 0xda);
  const head = jpeg.slice(0, sos?.at);
  new DataView(head.buffer).setUint16(sof + 5, height * count);
  const restartInterval = new Uint8Array([0xff, 0xdd, 0, 4, interval >> 8, interval & 255]);
  const scanHead = jpeg.subarray(sos?.at, scanStart);
  const scan = new Blob([jpeg.subarray(scanStart, jpeg.length - 2)]);
  /** @type {BlobPart[]} */
  const parts = [head, restartInterval, scanHead];
  for (let i = 0; i < count; i++) {
    if (i > 0) parts.push(new Uint8Array([0xff, 0xd0 + ((i - 1) % 8)]));
    parts.push(scan);
  }
  parts.push(new Uint8Array([0xff, 0xd9]));
  return new Blob(parts, { type: 'image/jpeg' });
}

/** What a JPEG's frame header says, and where its compressed data begins. @param {Uint8Array} jpeg */
function frameOf(jpeg) {
  const list = segments(jpeg);
  const sof = list.find(({ marker }) => marker === 0xc0)?.at;
  const sos = list.find(({ marker }) => marker === 0xda);
  if (sof === undefined || !sos) throw new Error('this browser does not write baseline JPEG');
  const factors = jpeg[sof + 11]; // of the first component, the densest
  return {
    sof,
    height: (jpeg[sof + 5] << 8) | jpeg[sof + 6],
    mcu: { width: 8 * (factors >> 4), height: 8 * (factors & 15) },
    scanStart: sos.end,
  };
}

/** The segments up to the first scan. @param {Uint8Array} jpeg */
function segments(jpeg) {
  const list = [];
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff;) {
    const marker = jpeg[at + 1];
    const end = at + 2 + ((jpeg[at + 2] << 8) | jpeg[at + 3]);
    list.push({ marker, at, end });
    if (marker === 0xda) break;
    at = end;
  }
  return list;
}
