// What each sample must end with: an image, or the status its list names and a message that
// speaks of the image.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { wasm } from '../lib/engines.mjs';

for (const { path, group, expect = 'OK' } of samples) {
  if (group === 'big') continue;
  test(`${path}: ${expect}`, async () => {
    const { status, message } = await wasm(await sampleBytes(path), 'w=40&f=png');
    assert.equal(status, expect, message);
    if (status === 'OK') return;
    // What is not an image of ours is only named: "gif", "animated webp".
    if (group === 'bad')
      assert.match(
        message,
        /^([a-z]+: .{3,}|unknown)$/,
        'a message names the format and the fault',
      );
    else assert.match(message, /^[a-z]+/);
  });
}
