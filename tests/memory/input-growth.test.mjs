// What is kept of a file until its end grows in place: linear memory never shrinks, so a region
// that is copied each time it grows leaves every earlier copy behind (src/arena.c).
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeInstance, STATUS } from '../abi/instance.mjs';
import { crc32 } from '../images/png-writer.mjs';

const FILE = 10_000_000;
const CHUNK = 65536;

function chunk(type, length, data) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length);
  head.write(type, 4, 'latin1');
  if (!data) return head;
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])));
  return Buffer.concat([head, data, sum]);
}

/** A PNG that goes on and on: its one IDAT is never over. Interlaced, because other PNGs are
 * decoded as they arrive and not kept. */
function makeEndlessPng() {
  const header = Buffer.from([0, 0, 8, 0, 0, 0, 8, 0, 8, 2, 0, 0, 1]); // 2048x2048, RGB
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header.length, header), chunk('IDAT', FILE)]);
}

async function growth(step) {
  const thimble = await makeInstance();
  assert.equal(thimble.open('w=100'), STATUS.OK);
  thimble.push(makeEndlessPng());
  assert.equal(thimble.th_step(), STATUS.MORE_INPUT);
  const before = thimble.memory.buffer.byteLength;
  const piece = new Uint8Array(step).fill(0x55);
  for (let pushed = 0; pushed < FILE - step; pushed += step) {
    assert.equal(thimble.push(piece), STATUS.OK);
    assert.equal(thimble.th_step(), STATUS.MORE_INPUT);
  }
  return thimble.memory.buffer.byteLength - before;
}

for (const step of [CHUNK, 1000]) {
  test(`10 MB in steps of ${step} bytes, length unknown`, async (t) => {
    const grown = await growth(step);
    t.diagnostic(`linear memory grew by ${grown} bytes`);
    // An eighth is the region's own reserve.
    assert.ok(grown <= FILE * 1.125 + 4 * CHUNK, `${grown} bytes`);
  });
}
