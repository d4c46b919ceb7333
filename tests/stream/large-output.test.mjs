// An output of several windows (TH_OUT_WINDOW_BYTES) is taken while it is being made: nothing
// of it may get lost, doubled or moved. Small outputs never see that.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { native, wasm } from '../lib/engines.mjs';
import { compare, decodeAny } from '../lib/pixels.mjs';

const WINDOW_BYTES = 65536;

for (const format of ['jpeg', 'png', 'webp']) {
  for (const engine of [native, wasm]) {
    test(`${format}, 2000 wide, by ${engine.name}`, async () => {
      const input = await sampleBytes('photo.jpg');
      const exact = await engine(input, 'w=2000&f=png');
      const made = await engine(input, `w=2000&q=90&f=${format}`);
      assert.equal(made.status, 'OK', made.message);
      assert.ok(made.bytes.length > 2 * WINDOW_BYTES, `${made.bytes.length} bytes are too few`);
      // sharp refuses what its decoders only warn of.
      const { psnr: db } = compare(await decodeAny(made.bytes), await decodeAny(exact.bytes));
      assert.ok(db > 30, `PSNR ${db}`);
    });
  }
}
