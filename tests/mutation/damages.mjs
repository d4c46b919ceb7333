// damages.mjs - a good file made bad in four ways: cut off, bytes changed, pieces lost, doubled and
// exchanged, lengths and sizes lied about. The same seed, the same files.
import { crc32 } from '../images/png-writer.mjs';
import { makeRandom } from '../images/scene.mjs';
import { partsOf } from './parts.mjs';

/** @typedef {{ kind: 'cut' | 'flipped' | 'moved' | 'lied', name: string, bytes: Buffer }} Damage */
/**
 * How many of each kind; of lies all.
 * @typedef {{ cuts: number, flips: number, moves: number }} Amounts
 */

/** Where a byte hurts most. */
const HEADER_BYTES = 1024;
const PIECE_BYTES_MAX = 400;
/** A PNG may have a thousand chunks. */
const PARTS_MAX = 40;

/**
 * @param {Buffer} bytes
 * @param {Amounts} amounts
 * @returns {Generator<Damage>}
 */
export function* damagesOf(bytes, amounts) {
  const file = { bytes, ...partsOf(bytes), random: makeRandom(bytes.length * 7919 + 17) };
  yield* kindOf('cut', cuts(file, amounts.cuts));
  yield* kindOf('flipped', flips(file, amounts.flips));
  yield* kindOf('moved', partsMoved(file));
  yield* kindOf('moved', piecesMoved(file, amounts.moves));
  yield* kindOf('lied', lengthLies(file));
  yield* kindOf('lied', sizeLies(file));
}

function* kindOf(kind, damages) {
  for (const [name, bytes] of damages) yield { kind, name, bytes };
}

// ---- cut ----

/** At every byte, or in even steps. */
function* cuts({ bytes }, count) {
  const step = Math.max(1, bytes.length / count);
  for (let at = 0; at < bytes.length; at += step) {
    const length = Math.floor(at);
    yield [`cut at ${length} of ${bytes.length}`, bytes.subarray(0, length)];
  }
}

// ---- flipped ----

/** Half of them in the first kilobyte, half of those in a PNG's chunk with a CRC that is right. */
function* flips(file, count) {
  const { bytes, random } = file;
  for (let i = 0; i < count; i++) {
    const damaged = Buffer.from(bytes);
    const at = random.below(i % 2 === 0 ? Math.min(HEADER_BYTES, bytes.length) : bytes.length);
    damaged[at] ^= 1 + random.below(255);
    const mended = i % 4 < 2 && mendCrc(file, damaged, at);
    yield [`byte ${at} is ${damaged[at]}${mended ? ', CRC mended' : ''}`, damaged];
  }
}

/** Where `at` is in a PNG chunk's name or data. */
function mendCrc({ format, parts }, damaged, at) {
  const part = parts.find(({ start, end }) => at >= start + 4 && at < end - 4);
  if (format !== 'png' || part === undefined) return false;
  damaged.writeUInt32BE(crc32(damaged.subarray(part.start + 4, part.end - 4)), part.end - 4);
  return true;
}

// ---- moved ----

/** The file of these parts; a RIFF header says how long it is. */
function assemble({ bytes, head, format }, parts) {
  const pieces = parts.map(({ start, end }) => bytes.subarray(start, end));
  const file = Buffer.concat([bytes.subarray(0, head), ...pieces]);
  if (format === 'webp') file.writeUInt32LE(file.length - 8, 4);
  return file;
}

/** A part lost, doubled, and exchanged with the next one and with one further on. */
function* partsMoved(file) {
  const { parts, random } = file;
  const step = Math.max(1, parts.length / PARTS_MAX);
  for (let at = 0; at < parts.length; at += step) {
    const i = Math.floor(at);
    const { name } = parts[i];
    yield [`part ${i} (${name}) lost`, assemble(file, parts.toSpliced(i, 1))];
    yield [`part ${i} (${name}) doubled`, assemble(file, parts.toSpliced(i, 0, parts[i]))];
    for (const other of [i + 1, i + 1 + random.below(parts.length)]) {
      if (other >= parts.length) continue;
      const order = parts.with(i, parts[other]).with(other, parts[i]);
      yield [`parts ${i} (${name}) and ${other} exchanged`, assemble(file, order)];
    }
  }
}

/** Pieces from anywhere lost, doubled, exchanged. */
function* piecesMoved({ bytes, random }, count) {
  for (let i = 0; i < count; i++) {
    const size = 1 + random.below(Math.min(PIECE_BYTES_MAX, bytes.length >> 2));
    const places = [random.below(bytes.length - size), random.below(bytes.length - size)];
    const [a, b] = places.sort((x, y) => x - y);
    yield [`${size} bytes at ${a} and ${b}, move ${i % 3}`, moved(bytes, i % 3, a, b, size)];
  }
}

function moved(bytes, kind, a, b, size) {
  const piece = bytes.subarray(a, a + size);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, a), bytes.subarray(a + size)]);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, b), piece, bytes.subarray(b)]);
  const copy = Buffer.from(bytes);
  bytes.copy(copy, a, b, b + size);
  bytes.copy(copy, b, a, a + size);
  return copy;
}

// ---- lied ----

function read(bytes, at, { bytes: size, little }) {
  return little ? bytes.readUIntLE(at, size) : bytes.readUIntBE(at, size);
}

function written(bytes, at, { bytes: size, little }, value) {
  const copy = Buffer.from(bytes);
  const number = Math.max(0, Math.min(value, 256 ** size - 1));
  if (little) copy.writeUIntLE(number, at, size);
  else copy.writeUIntBE(number, at, size);
  return copy;
}

/** What a length may be said to be instead. */
function liesAbout(length, size) {
  const half = 2 ** (8 * size - 1);
  const lies = [0, 1, 2, length - 2, length - 1, length + 1, length + 2, length + 12, 2 * length];
  return new Set([...lies, length >> 1, half - 1, half, 2 * half - 2, 2 * half - 1]);
}

/** Every length of a part, and a RIFF's own; PNG chunks also with a CRC that fits. */
function* lengthLies(file) {
  const { bytes, parts, field, format } = file;
  const places = parts.filter(({ lengthAt }) => lengthAt !== undefined);
  if (format === 'webp') places.unshift({ start: 0, end: bytes.length, name: 'RIFF', lengthAt: 4 });
  for (const { name, lengthAt } of distinct(places)) {
    for (const value of liesAbout(read(bytes, lengthAt, field), field.bytes)) {
      const lied = written(bytes, lengthAt, field, value);
      const text = `${name} at ${lengthAt} is ${value} long`;
      yield [text, lied];
      const crcAt = lengthAt + 8 + value;
      if (format !== 'png' || crcAt + 4 > lied.length) continue;
      const fits = Buffer.from(lied);
      fits.writeUInt32BE(crc32(fits.subarray(lengthAt + 4, crcAt)), crcAt);
      yield [`${text}, with a CRC`, fits];
    }
  }
}

/** Of parts with one name (a PNG's hundred IDATs) the first and the last. */
function distinct(parts) {
  return parts.filter(
    ({ name }, i) =>
      parts.findIndex((part) => part.name === name) === i ||
      parts.findLastIndex((part) => part.name === name) === i,
  );
}

/** Where the numbers are that say how large the picture is. */
function* sizeFields({ format, parts }) {
  for (const { name, start } of parts) {
    if (name === 'IHDR') yield* fields(name, start + 8, 4, 4, false);
    if (/^marker c[012]$/.test(name)) yield* fields('SOF', start + 5, 2, 2, false);
    if (name === 'VP8X') yield* fields(name, start + 12, 3, 3, true);
    if (name === 'VP8 ') yield* fields('VP8', start + 14, 2, 2, true);
    if (name === 'VP8 ') yield { name: 'first partition', at: start + 8, bytes: 3, little: true };
    if (name === 'VP8L') yield { name: 'VP8L', at: start + 9, bytes: 4, little: true };
  }
  if (format === 'jpeg') {
    for (const { start } of parts.filter(({ name }) => name === 'marker dd'))
      yield { name: 'DRI', at: start + 4, bytes: 2, little: false };
  }
}

function* fields(name, at, bytes, step, little) {
  yield { name: `${name}, first size`, at, bytes, little };
  yield { name: `${name}, second size`, at: at + step, bytes, little };
}

/** With a CRC that fits, where there is one. */
function* sizeLies(file) {
  for (const { name, at, ...field } of sizeFields(file)) {
    const truth = read(file.bytes, at, field);
    const near = [truth - 1, truth + 1, truth + 8, truth + 64, 2 * truth];
    for (const value of [0, 1, ...near, 0x3fff, 2 ** 24 - 1]) {
      const lied = written(file.bytes, at, field, value);
      mendCrc(file, lied, at);
      yield [`${name} is ${value}`, lied];
    }
  }
}
