// How much linear memory the big jobs take: they are deterministic, so they are asserted. Input
// comes in chunks of 64 KiB, output is taken as it appears.
import assert from 'node:assert/strict';
import { openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { samplePath } from '../images/make-samples.mjs';
import { root, thimbleModule } from '../lib/engines.mjs';

const MIB = 1 << 20;
const CHUNK = 65536;

const FIGURES = [
  { path: 'big/24mp.jpg', query: 'w=800&f=webp', limit: () => 4 * MIB },
  { path: 'big/100mp.jpg', query: 'w=800&f=webp', limit: () => 8 * MIB },
  { path: 'big/8mp.png', query: 'w=1280', limit: (file) => file + 6 * MIB },
  { path: 'big/24mp.webp', query: 'w=800', limit: (file) => file + 6 * MIB },
  { path: 'photo.jpg', query: 'w=720&h=588&q=80', limit: () => 4 * MIB },
  { path: 'thumbnail.png', query: 'w=200&h=150&f=webp&q=90', limit: (file) => file + 3 * MIB },
];

async function runJob(file, query, length) {
  const { Engine, DONE, MORE_INPUT } = await import(path.join(root, 'worker/resizer/engine.js'));
  const engine = new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), '');
  const handle = openSync(file, 'r');
  const chunk = new Uint8Array(CHUNK);
  let made = 0;
  engine.open(query, length);
  for (;;) {
    const status = engine.step();
    if (status === MORE_INPUT) {
      const count = readSync(handle, chunk);
      if (count > 0) engine.push(chunk.subarray(0, count));
      else engine.end();
      continue;
    }
    const out = engine.pull();
    made += out.length;
    if (status === DONE && out.length === 0) break;
  }
  return { memory: engine.memoryBytes, made, info: engine.info() };
}

const show = (bytes) => `${(bytes / MIB).toFixed(2)} MiB`;

for (const { path: name, query, limit } of FIGURES) {
  test(`${name} ${query}`, async (t) => {
    const file = await samplePath(name);
    const { size } = statSync(file);
    const { memory, made, info } = await runJob(file, query, size);
    t.diagnostic(
      `file ${show(size)}, linear memory ${show(memory)}, peak of the job ${show(info.peakMemory)}, output ${made} bytes`,
    );
    assert.equal(info.status, 'DONE');
    assert.ok(made > 1000);
    assert.ok(
      memory <= limit(size),
      `${show(memory)} of linear memory, allowed ${show(limit(size))}`,
    );
    assert.ok(info.peakMemory <= memory, 'the job cannot hold more than there is');
  });
}

test('the big JPEGs are photo-like: at least 1.3 bits per pixel', async () => {
  for (const [name, pixels] of [
    ['big/24mp.jpg', 24e6],
    ['big/100mp.jpg', 12000 * 8400],
  ]) {
    const bits = (statSync(await samplePath(name)).size * 8) / pixels;
    assert.ok(bits >= 1.3, `${name}: ${bits.toFixed(2)} bits per pixel`);
  }
});

test('without a length the figures of streamed JPEGs are the same', async () => {
  const file = await samplePath('big/24mp.jpg');
  const { memory } = await runJob(file, 'w=800&f=webp', undefined);
  assert.ok(memory <= 4 * MIB, show(memory));
});
