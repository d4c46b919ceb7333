// Small files that ask for much, through the module as a host uses it: each is refused with the
// right status and a message that names the limit, or finishes inside the budget; natively alike.
// What they take is held in work units and bytes; the time is in `make bombs`.
import assert from 'node:assert/strict';
import test from 'node:test';
import { bombs } from './files/index.mjs';
import { BOMB_QUERY, runBomb } from '../lib/bomb-job.mjs';
import { native } from '../lib/engines.mjs';

const LINEAR_MAX = 16 << 20;
/** src/work.h: what may hide in any file, what a picture of few pixels accounts for itself, and
 * what PNG's blocks may add to 100 x 100 of them. */
const WORK_MAX = 64 + 4 * 4 + 8;

for (const { name, make, expect, message = /./, linear = LINEAR_MAX, work } of bombs) {
  test(`${name}: ${expect}`, async () => {
    const bytes = make();
    const result = await runBomb(bytes);
    assert.equal(result.status, expect, result.message);
    if (result.status !== 'OK') assert.match(result.message, message);
    assert.ok(result.linearMemory <= linear, `${result.linearMemory} bytes of linear memory`);
    if (work !== undefined) assert.equal(result.work, work, 'work units');
    else assert.ok(result.work <= WORK_MAX + 1, `${result.work} work units`);
    const twin = await native(bytes, BOMB_QUERY);
    assert.deepEqual(
      [twin.status, twin.message.replace(/^thimble: /, '')],
      [result.status, result.message],
      'the native build says the same',
    );
  });
}
