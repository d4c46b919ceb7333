// Each fuzz target for a few seconds, over seeds made by script. THIMBLE_FUZZ_SECONDS=60 for longer.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import test, { before } from 'node:test';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { root } from '../lib/engines.mjs';

const execute = promisify(execFile);
const SECONDS = process.env.THIMBLE_FUZZ_SECONDS ?? '5';
const OPTIONS = { cwd: root, maxBuffer: 64 << 20 };

const targets = readdirSync(path.join(root, 'tests/fuzz'))
  .map((name) => /^fuzz_(\w+)\.c$/.exec(name)?.[1])
  .filter((name) => name !== undefined);

before(async () => {
  const { MAKEFLAGS, ...env } = process.env;
  await execute('make', ['--no-print-directory', 'fuzz-build'], { ...OPTIONS, env });
});

for (const target of targets) {
  test(`${target}, ${SECONDS} s`, async (t) => {
    const { stderr } = await execute('scripts/fuzz', [target, SECONDS], OPTIONS).catch((error) => {
      throw new Error(`${target} crashed:\n${error.stderr.slice(-4000)}`);
    });
    const runs = Number(/number_of_executed_units: (\d+)/.exec(stderr)?.[1]);
    t.diagnostic(`${runs} executions`);
    assert.ok(runs > 0);
  });
}
