// Small files that ask for much, through the module as a host uses it: each is refused with the
// right status and a message that names the limit, or finishes inside the budget; within 16 MiB
// of linear memory where its list does not say otherwise; natively alike.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { bombs } from '../images/bombs.mjs';
import { native, root, thimbleModule } from '../lib/engines.mjs';

const MIB = 1 << 20;
const LINEAR_MAX = 16 * MIB;
const CHUNK = 65536;
const QUERY = 'w=64&f=png';
/** src/thimble.h */
const WORK_MAX = 24576;

/** One job in an instance of its own: what it ended with and what it took. */
async function runJob(bytes, limits) {
  const { Engine, DONE, MORE_INPUT } = await import(path.join(root, 'worker/resizer/engine.js'));
  const engine = new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), limits);
  const started = performance.now();
  const outcome = { status: 'OK', message: '' };
  try {
    engine.open(QUERY, bytes.length);
    for (let at = 0, status = 0; status !== DONE;) {
      status = engine.step();
      if (status === MORE_INPUT && at < bytes.length) {
        engine.push(bytes.subarray(at, at + CHUNK));
        at += CHUNK;
      } else if (status === MORE_INPUT) engine.end();
      while (engine.pull().length > 0);
    }
  } catch (error) {
    if (error?.name !== 'ThimbleError') throw error;
    outcome.status = error.status;
    outcome.message = error.message;
  }
  const { work, linearMemory } = engine.info();
  return { ...outcome, work, linearMemory, ms: performance.now() - started };
}

for (const { name, make, expect, message = /./, linear = LINEAR_MAX, limits = '' } of bombs) {
  test(`${name}: ${expect}`, async (t) => {
    const bytes = make();
    const result = await runJob(bytes, limits);
    t.diagnostic(
      `${bytes.length} bytes: ${result.status} ${result.message} in ${result.ms.toFixed(0)} ms, ` +
        `${(result.linearMemory / MIB).toFixed(1)} MiB, ${result.work} units`,
    );
    assert.ok([expect].flat().includes(result.status), `${result.status} ${result.message}`);
    if (result.status !== 'OK') assert.match(result.message, message);
    assert.ok(result.linearMemory <= linear, `${result.linearMemory} bytes`);
    assert.ok(result.work <= WORK_MAX + 1, `${result.work} work units`);
    if (limits !== '') return; // the command knows none
    const twin = await native(bytes, QUERY);
    assert.deepEqual(
      [twin.status, twin.message.replace(/^thimble: /, '')],
      [result.status, result.message],
      'the native build says the same',
    );
  });
}
