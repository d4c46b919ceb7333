// Every runtime is held to the same checks, over HTTP, and gives the native build's bytes.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { nativeProgram, requireBuilt } from '../lib/engines.mjs';
import { ask } from './ask.mjs';
import { checks } from './checks.mjs';
import { loadHosts } from './hosts.mjs';
import { startOrigin } from './origin.mjs';
import { readTable, saveResults } from './table.mjs';

/** Longer than any check needs; what hangs fails with its name. */
const CHECK_TIMEOUT_MS = 60_000;

requireBuilt(nativeProgram);

for (const host of await loadHosts()) {
  const missing = await host.missing();
  if (missing) test(host.title, { skip: `${host.name}: ${missing}` });
  else describe(host.title, () => hold(host));
}

/** @param {import('./hosts.mjs').Host} host */
function hold(host) {
  /** @type {Record<string, string>} */
  const results = {};
  /** @type {import('./checks.mjs').Subject} */
  let subject;
  let running;
  before(async () => {
    const origin = await startOrigin();
    subject = { origin, get: (target, init) => ask(running.url, target, init), traits: { cache: 'own' } };
    running = await host.start({ originUrl: origin.url });
    Object.assign(subject.traits, running.traits);
  });
  after(async () => {
    await running?.stop();
    await subject.origin.stop();
    await saveResults(host.name, { title: host.title, results });
  });

  for (const { title, run } of checks) {
    test(title, { timeout: CHECK_TIMEOUT_MS }, async () => {
      results[title] = 'failed';
      results[title] = (await run(subject)) ?? 'yes';
    });
  }
  test('docs/hosts/README.md says so (make hosts-table)', async () => {
    const column = (await readTable()).find(({ title }) => title === host.title);
    assert.deepEqual(column?.results, results);
  });
}
