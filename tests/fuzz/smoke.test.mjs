// Each fuzz target for a while, over seeds made by script, as many at a time as there are cores:
// 5 s each, 60 s under CI, THIMBLE_FUZZ_SECONDS for another time.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { root } from '../lib/engines.mjs';

const execute = promisify(execFile);
const SECONDS = process.env.THIMBLE_FUZZ_SECONDS ?? (process.env.CI === 'true' ? '60' : '5');
const OPTIONS = { cwd: root, maxBuffer: 64 << 20 };

const targets = readdirSync(path.join(root, 'tests/fuzz'))
  .map((name) => /^fuzz_(\w+)\.c$/.exec(name)?.[1])
  .filter((name) => name !== undefined);

describe(`fuzz targets, ${SECONDS} s each`, { concurrency: os.availableParallelism() }, () => {
  before(async () => {
    const { MAKEFLAGS, ...env } = process.env;
    await execute('make', ['--no-print-directory', 'fuzz-build'], { ...OPTIONS, env });
    await execute('node', ['tests/fuzz/seeds.mjs'], OPTIONS);
  });

  for (const target of targets) {
    test(target, async (t) => {
      const { stderr } = await execute('scripts/fuzz', [target, SECONDS], OPTIONS).catch(
        (error) => {
          throw new Error(`${target} crashed:\n${error.stderr.slice(-4000)}`);
        },
      );
      const runs = Number(/number_of_executed_units: (\d+)/.exec(stderr)?.[1]);
      const given = Number(/^#(\d+)\s+INITED/m.exec(stderr)?.[1]);
      t.diagnostic(`${runs} executions, ${given} of them seeds and what earlier runs found`);
      assert.ok(runs > given, 'no mutated input was tried');
    });
  }
});
