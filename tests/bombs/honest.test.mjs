// Files of encoders at their worst take a multiple of the work their headers tell
// (docs/decisions/0034-hidden-work.md), and are not taken for bombs.
import assert from 'node:assert/strict';
import test from 'node:test';
import zlib from 'node:zlib';
import { ADAM7, chunk, ihdr } from '../images/png-writer.mjs';
import { makeP3Profile } from '../images/metadata.mjs';
import { makeScene } from '../images/scene.mjs';
import { runBomb } from '../lib/bomb-job.mjs';
import { native } from '../lib/engines.mjs';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** src/codec/png_chunks.h */
const ICCP_BYTES_MAX = (1 << 20) + 4096;
/** src/work.h: what may be hidden in files of other kinds, in units. */
const hiddenInOthers = (samples) => (4 * samples) / 65536 + 64;

/** A noisy scene as lines, each less its left neighbour: PNG's filter Sub. */
function subtracted(width, height) {
  const scene = makeScene(width, height, { seed: 3, noise: 6, alpha: false });
  const row = width * 3;
  const lines = Buffer.alloc((row + 1) * height);
  for (let y = 0; y < height; y++) {
    const line = lines.subarray(y * (row + 1), (y + 1) * (row + 1));
    line[0] = 1;
    for (let i = 0; i < row; i++) {
      line[i + 1] = scene[y * row + i] - (i < 3 ? 0 : scene[y * row + i - 3]);
    }
  }
  return lines;
}

const png = (head, data, before = Buffer.alloc(0)) =>
  Buffer.concat([SIGNATURE, head, before, chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);

/** Work units of a file that must be let through. */
async function workOf(file) {
  const { status, message, work } = await runBomb(file);
  assert.equal(status, 'OK', message);
  return work;
}

const huffmanOfLittleMemory = { memLevel: 1, strategy: zlib.constants.Z_HUFFMAN_ONLY };

test('a PNG in blocks of 127 bytes', async () => {
  const [width, height] = [1200, 900];
  const data = zlib.deflateSync(subtracted(width, height), huffmanOfLittleMemory);
  const units = await workOf(png(ihdr(width, height, 8, 2, 0), data));
  assert.ok(units > hiddenInOthers(width * height * 3), `${units} units put nothing to the test`);
});

test('the same with 16 bits a sample', async () => {
  const [width, height] = [600, 900];
  // Twice as many samples of a byte, taken for half as many of two.
  const data = zlib.deflateSync(subtracted(2 * width, height), huffmanOfLittleMemory);
  const units = await workOf(png(ihdr(width, height, 16, 2, 0), data));
  assert.ok(units > hiddenInOthers(width * height * 3), `${units} units put nothing to the test`);
});

test('an interlaced PNG of 16 bits that is not compressed', async () => {
  const side = 512;
  const passes = ADAM7.map(([, , dx, dy]) => (side / dx * 8 + 1) * (side / dy));
  const lines = Buffer.alloc(passes.reduce((sum, size) => sum + size));
  const data = zlib.deflateSync(lines, { level: 0 });
  await workOf(png(ihdr(side, side, 16, 6, 1), data));
});

test('a packed profile as large as it may be is kept, a larger one is not', async () => {
  const packed = Buffer.concat([Buffer.from('p\0\0', 'latin1'), zlib.deflateSync(makeP3Profile())]);
  const dot = zlib.deflateSync(Buffer.alloc(4));
  for (const size of [ICCP_BYTES_MAX, ICCP_BYTES_MAX + 1]) {
    const profile = Buffer.alloc(size); // what is behind the profile is nobody's business
    packed.copy(profile);
    const file = png(ihdr(1, 1, 8, 2, 0), dot, chunk('iCCP', profile));
    const { status, bytes, message } = await native(file, 'f=png');
    assert.equal(status, 'OK', message);
    assert.equal(bytes.includes('iCCP'), size === ICCP_BYTES_MAX);
  }
});
