// The table of planted faults still fits the sources, and no target is left out of it; planting them
// takes minutes (make fuzz-planted).
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { root } from '../lib/engines.mjs';
import { faults } from './planted-faults.mjs';

test('each planted fault changes a text that stands in its file once', () => {
  for (const { target, fault, edits } of faults) {
    for (const [name, from, to] of edits) {
      const places = readFileSync(path.join(root, name), 'utf8').split(from).length - 1;
      assert.equal(places, 1, `${target}, ${fault}: ${name} has it ${places} times: ${from}`);
      assert.notEqual(from, to);
    }
  }
});

test('every target has faults to find', () => {
  for (const name of readdirSync(path.join(root, 'tests/fuzz'))) {
    const target = /^fuzz_(\w+)\.c$/.exec(name)?.[1];
    if (target) assert.ok(faults.filter((fault) => fault.target === target).length >= 2, target);
  }
});
