// The module and the native tool give the same bytes, or the same status and words, for
// every sample and a set of options that visits each stage of the pipeline.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { native, wasm } from '../lib/engines.mjs';

const QUERIES = [
  '',
  'w=60',
  'w=33&h=47&f=jpeg&q=91',
  'w=70&h=40&f=webp&q=40&g=0.2x0.7',
  'w=71&f=png',
  'w=19&h=90&fit=contain&f=webp&bg=2468ac',
  'w=64&h=64&fit=contain&g=se&f=jpeg',
  'w=64&h=64&fit=contain&f=png',
  'w=50&h=50&fit=fill&bg=fff&f=png',
  'h=300&up=1&f=jpeg',
  'w=4&h=3&fit=outside&f=png',
  'w=20&dpr=2.5&f=safe',
  'w=45&lin=1',
  'w=50&h=50&fit=contain&bg=f80c&lin=1&f=png',
  'w=90&h=30&lin=1&f=jpeg',
  'f=json',
  'w=10&q=101',
];

for (const { path, group } of samples) {
  if (group === 'big') continue;
  test(path, async () => {
    const bytes = await sampleBytes(path);
    for (const query of QUERIES) {
      const a = await native(bytes, query);
      const b = await wasm(bytes, query);
      assert.equal(
        b.status,
        a.status,
        `${query}: native says ${a.message}, wasm says ${b.message}`,
      );
      if (a.status !== 'OK') assert.equal(a.message, `thimble: ${b.message}`, query);
      assert.ok(
        b.bytes.equals(a.bytes),
        `${query}: other bytes (${a.bytes.length} native, ${b.bytes.length} wasm)`,
      );
    }
  });
}
