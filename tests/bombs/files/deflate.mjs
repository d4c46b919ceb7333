// deflate.mjs - zlib streams (RFC 1950, 1951) that make much or nothing of few bytes.
import zlib from 'node:zlib';
import { BitWriter, MIB, bytes, repeat } from './parts.mjs';

const HEAD = [0x78, 0x9c];
/** A last block without anything in it, and the checksum of no bytes. */
const TAIL = [0x03, 0x00, 0, 0, 0, 1];

/** `count` zero bytes without making them: a block of 1 MiB, again and again. */
export function deflatedZeros(count) {
  const block = (size) => {
    const flushed = { level: 9, finishFlush: zlib.constants.Z_FULL_FLUSH };
    return zlib.deflateRawSync(Buffer.alloc(size), flushed);
  };
  const adler = Buffer.alloc(4);
  adler.writeUInt16BE(count % 65521, 0);
  adler.writeUInt16BE(1, 2);
  const whole = repeat(block(MIB), Math.floor(count / MIB));
  return bytes(HEAD, whole, block(count % MIB), [0x03, 0x00], adler);
}

/** The same block `count` times; eight of any kind end on a byte. */
function blocks(writeBlock, count) {
  const eight = new BitWriter();
  for (let i = 0; i < 8; i++) writeBlock(eight);
  return bytes(HEAD, repeat(eight.bytes(), Math.ceil(count / 8)), TAIL);
}

/** Dynamic codes with nothing in them, in eleven bytes a block: the tables are all the work. */
export function emptyDynamicBlocks(count) {
  // Code lengths 0 by runs of 18 ('0'), and 1 ('1'): HLIT 257, HDIST 1, HCLEN 18.
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1];
  return blocks((out) => {
    out.put(0, 1).put(2, 2).put(0, 5).put(0, 5);
    out.put(order.length - 4, 4);
    for (const symbol of order) out.put(symbol === 18 || symbol === 1 ? 1 : 0, 3);
    out.put(1, 1).put(138 - 11, 7); // 18: the codes are 1 -> '0', 18 -> '1'
    out.put(1, 1).put(118 - 11, 7);
    out.put(0, 1); // 256 has length 1,
    out.put(0, 1); // the one distance code too,
    out.put(0, 1); // and the block ends
  }, count);
}

/** Codes as long as they get, 15 bits for 256 literals, and nothing in the block. */
export function longCodeBlocks(count) {
  const litlen = Array(263).fill(15);
  litlen.splice(0, 6, 2, 3, 4, 5, 6, 7);
  litlen[256] = 1;
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  return blocks((out) => {
    out
      .put(0, 1)
      .put(2, 2)
      .put(litlen.length - 257, 5)
      .put(0, 5);
    out.put(order.length - 4, 4);
    for (const symbol of order) out.put(symbol < 16 ? 4 : 0, 3);
    for (const length of [...litlen, 1]) for (let i = 3; i >= 0; i--) out.put(length >> i, 1);
    out.put(0, 1); // 256
  }, count);
}

/** The fixed codes, ten bits a block. */
export const emptyFixedBlocks = (count) =>
  blocks((out) => out.put(0, 1).put(1, 2).put(0, 7), count);

/** Stored blocks of no bytes. */
export const emptyStoredBlocks = (count) => bytes(HEAD, repeat([0, 0, 0, 0xff, 0xff], count), TAIL);
