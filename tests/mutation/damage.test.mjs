// Damaged images of every kind, through the module as a host uses it: trial.mjs says what has to
// hold of each. `make mutation` tries more of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { SUBJECTS } from './subjects.mjs';
import { tryDamages } from './trial.mjs';

const AMOUNTS = { cuts: 500, flips: 200, moves: 60 };
const JUDGE_EVERY = 8;

for (const subject of SUBJECTS) {
  test(subject, async (t) => {
    const bytes = await sampleBytes(subject);
    const tally = await tryDamages(subject, bytes, AMOUNTS, { judgeEvery: JUDGE_EVERY });
    assert.deepEqual(tally.faults, []);
    assert.ok(tally.images > 0 && tally.tried > tally.images, 'some are images, some are refused');
    assert.ok(tally.compared > 0, 'some were held against the judge');
    const refusals = Object.entries(tally.refusals).map(([status, count]) => `${count} ${status}`);
    t.diagnostic(`${tally.tried} files, ${tally.images} images, ${refusals.join(', ')}`);
  });
}
