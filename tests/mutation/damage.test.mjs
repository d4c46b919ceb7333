// Damaged images, through the module as a host uses it: cut at many places, bytes changed at
// random. Each must give an image of the promised size or a clean status, within the memory
// cap, and the same thimble must go on working. What another decoder takes without a
// complaint must not be refused.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import sharp from 'sharp';
import { sampleBytes } from '../images/make-samples.mjs';
import { makeRandom } from '../images/scene.mjs';
import { makeThimble, root, run, wasm } from '../lib/engines.mjs';

const CUTS = 500;
/** THIMBLE_FLIPS=2000 for a longer look. */
const FLIPS = Number(process.env.THIMBLE_FLIPS ?? 300);
const MOVES = 90;
const MEMORY_MAX = 88 << 20;
const CLEAN = ['UNSUPPORTED', 'CORRUPT', 'TRUNCATED', 'TOO_LARGE'];
const QUERY = 'w=24&h=18&f=png&fit=fill&up=1';

const SUBJECTS = [
  'jpeg/420.jpg',
  'jpeg/444.jpg',
  'jpeg/420-progressive.jpg',
  'jpeg/restart.jpg',
  'jpeg/restart-progressive.jpg',
  'jpeg/separate-scans.jpg',
  'jpeg/ycck.jpg',
  'jpeg/gray.jpg',
  'jpeg/icc-p3-pieces.jpg',
  'jpeg/orientation-6-422.jpg',
  'png/type2-8.png',
  'png/type6-16-interlaced.png',
  'png/type3-4.png',
  'png/type3-8-trns.png',
  'png/many-idat.png',
  'png/icc-p3.png',
  'webp/lossy.webp',
  'webp/lossy-alpha.webp',
  'webp/lossless.webp',
  'webp/lossless-palette.webp',
  'webp/exif-3-alpha.webp',
];

/** PNG's IHDR says how large the output is. */
const sizeOf = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];

/** Leaves the offending bytes behind for whoever has to look. */
function keep(name, bytes) {
  const file = path.join(root, 'build/test', `damaged-${name.replaceAll(/[^a-z0-9.]/gi, '-')}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return path.relative(root, file);
}

async function assertCleanAnswer(thimble, bytes, name) {
  let result;
  try {
    result = await wasm(bytes, QUERY, { thimble });
  } catch (error) {
    throw new Error(`${name}: threw ${error.stack}; kept as ${keep(name, bytes)}`);
  }
  const { status, message, info } = result;
  if (status === 'OK') {
    assert.deepEqual(sizeOf(result.bytes), [24, 18], name);
    assert.ok(info.peakMemory <= MEMORY_MAX, `${name}: ${info.peakMemory} bytes`);
  } else {
    const where = CLEAN.includes(status) ? '' : keep(name, bytes);
    assert.ok(CLEAN.includes(status), `${name}: ${status} ${message}; kept as ${where}`);
    assert.match(message, /^[a-z]+: /, name);
    assert.equal(result.bytes.length, 0);
  }
  return result;
}

for (const subject of SUBJECTS) {
  test(`${subject}, cut`, async () => {
    const bytes = await sampleBytes(subject);
    const thimble = await makeThimble();
    const good = await wasm(bytes, QUERY, { thimble });
    assert.equal(good.status, 'OK', good.message);
    const step = Math.max(1, bytes.length / CUTS);
    for (let at = 0; at < bytes.length - 1; at += step) {
      const length = Math.floor(at);
      const name = `${subject} cut at ${length} of ${bytes.length}`;
      const cut = await assertCleanAnswer(thimble, bytes.subarray(0, length), name);
      // What lacks may be behind the pixels.
      if (cut.status === 'OK') assert.ok(cut.bytes.equals(good.bytes), `${name}: other pixels`);
      else if (length >= 32) assert.equal(cut.status, 'TRUNCATED', `${name}: ${cut.message}`);
    }
    const again = await wasm(bytes, QUERY, { thimble });
    assert.ok(again.bytes.equals(good.bytes), 'a good image after the bad ones comes out right');
  });

  test(`${subject}, bytes changed`, async (t) => {
    const bytes = await sampleBytes(subject);
    const thimble = await makeThimble();
    const good = await wasm(bytes, QUERY, { thimble });
    const random = makeRandom(subject.length * 7919 + bytes.length);
    const counts = {};
    for (let i = 0; i < FLIPS; i++) {
      const damaged = Buffer.from(bytes);
      // Half of the damage where it hurts most: in the first kilobyte.
      const at = random.below(i % 2 === 0 ? Math.min(1024, bytes.length) : bytes.length);
      damaged[at] ^= 1 + random.below(255);
      const name = `${subject} byte ${at} is ${damaged[at]}`;
      const { status, message } = await assertCleanAnswer(thimble, damaged, name);
      counts[status] = (counts[status] ?? 0) + 1;
      // libjpeg-turbo warns of a bad code in its slow decoder only, depending on where its buffer
      // ends; here it is a failure always.
      const judged = status !== 'OK' && message !== 'jpeg: bad Huffman code';
      if (judged) await assertOthersComplain(damaged, name, `${status} ${message}`);
    }
    t.diagnostic(
      Object.entries(counts)
        .map(([status, count]) => `${status} ${count}`)
        .join(', '),
    );
    const again = await wasm(bytes, QUERY, { thimble });
    assert.ok(again.bytes.equals(good.bytes), 'a good image after the bad ones comes out right');
  });
}

/** Cuts a piece out, doubles one, or exchanges two. */
function rearrange(bytes, kind, random) {
  const size = 1 + random.below(Math.min(400, bytes.length >> 2));
  const [a, b] = [random.below(bytes.length - size), random.below(bytes.length - size)].sort(
    (x, y) => x - y,
  );
  const piece = bytes.subarray(a, a + size);
  if (kind === 0) return Buffer.concat([bytes.subarray(0, a), bytes.subarray(a + size)]);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, b), piece, bytes.subarray(b)]);
  const copy = Buffer.from(bytes);
  bytes.copy(copy, a, b, b + size);
  bytes.copy(copy, b, a, a + size);
  return copy;
}

for (const subject of SUBJECTS) {
  test(`${subject}, pieces lost, doubled, exchanged`, async () => {
    const bytes = await sampleBytes(subject);
    const thimble = await makeThimble();
    const good = await wasm(bytes, QUERY, { thimble });
    const random = makeRandom(bytes.length);
    for (let i = 0; i < MOVES; i++) {
      await assertCleanAnswer(
        thimble,
        rearrange(bytes, i % 3, random),
        `${subject} rearranged, ${i}`,
      );
    }
    const again = await wasm(bytes, QUERY, { thimble });
    assert.ok(again.bytes.equals(good.bytes), 'a good image after the bad ones comes out right');
  });
}

/** What the reference decoder of a format reads without a word, thimble has to read too. */
async function assertOthersComplain(bytes, name, ours) {
  // libjpeg-turbo's fast loop takes a code that does not exist for a zero, silently; its slow
  // loop warns, and so do we wherever our own decoder reads (tests/unit/test_jpeg_lockstep.c).
  if (/^CORRUPT jpeg: .*bad Huffman code$/.test(ours)) return;
  let complaint;
  if (bytes[0] === 0xff && bytes[1] === 0xd8) complaint = await djpegComplaint(bytes);
  else complaint = await sharpComplaint(bytes);
  assert.ok(
    complaint,
    `${name}: thimble says ${ours}, the reference decoder nothing; kept as ${keep(name, bytes)}`,
  );
}

async function djpegComplaint(bytes) {
  const { code, stderr } = await run('djpeg', ['-outfile', '/dev/null'], bytes);
  return code !== 0 || stderr !== '';
}

async function sharpComplaint(bytes) {
  try {
    await sharp(bytes, { failOn: 'warning' }).raw().toBuffer();
    return false;
  } catch {
    return true;
  }
}
