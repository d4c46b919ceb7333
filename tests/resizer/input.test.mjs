// The pieces under the resizer that need no module.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Input } from '../../worker/resizer/input.js';
import { streamOf } from '../lib/engines.mjs';

const bytes = Uint8Array.from({ length: 200_000 }, (_, index) => index & 255);

async function readAll(input) {
  const slices = [];
  for (let slice = await input.read(); slice !== null; slice = await input.read())
    slices.push(slice);
  return slices;
}

test('an array comes in slices of at most 64 KiB, not copied', async () => {
  const slices = await readAll(new Input(bytes));
  assert.deepEqual(
    slices.map(({ length }) => length),
    [65536, 65536, 65536, 3392],
  );
  for (const slice of slices) assert.equal(slice.buffer, bytes.buffer);
});

test('a stream with one large chunk too', async () => {
  const slices = await readAll(new Input(streamOf(bytes, bytes.length)));
  assert.deepEqual(Buffer.concat(slices), Buffer.from(bytes));
  assert.ok(slices.every(({ length }) => length <= 65536));
});

test('after the end it stays at the end', async () => {
  const input = new Input(streamOf(bytes.subarray(0, 10), 5));
  await readAll(input);
  assert.equal(await input.read(), null);
});

test('stop() ends the read that waits, and every later one', async () => {
  const input = new Input(new ReadableStream());
  const waiting = input.read();
  input.stop(new Error('now'));
  await assert.rejects(waiting, /now/);
  await assert.rejects(input.read(), /now/);
  input.close();
});

test('a locked stream is refused where it is given', () => {
  const stream = new ReadableStream();
  stream.getReader();
  assert.throws(() => new Input(stream), TypeError);
});
