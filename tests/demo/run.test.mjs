// run.test.mjs - `make run` as a newcomer meets it: the README's requests, the page in a browser,
// mistakes on the command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { root } from '../lib/engines.mjs';
import { freePort, startServer } from '../lib/server.mjs';
import { downloaded, findChromium, openBrowser, screenshot } from './page.mjs';

const script = path.join(root, 'scripts/run');

describe('make run', { skip: findChromium() ? false : 'no chromium' }, () => {
  const state = mkdtempSync(path.join(tmpdir(), 'thimble-run-'));
  let origin, server;

  before(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    const env = { ...process.env, PORT: String(port), STATE: state };
    server = await startServer(script, [], { env, url: `${origin}/healthz` });
  });
  after(async () => {
    await server?.stop();
    rmSync(state, { recursive: true });
  });

  async function get(target) {
    const response = await fetch(`${origin}${target}`);
    return {
      status: response.status,
      cache: response.headers.get('X-Cache'),
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  }

  test("answers the README's requests", async () => {
    const first = await get('/dev/thumbnail.png?w=200&h=150&f=webp&q=90');
    const second = await get('/dev/thumbnail.png?h=150&w=200&q=90&f=webp');
    assert.deepEqual([first.status, first.cache], [200, 'Miss from thimble']);
    assert.deepEqual([second.status, second.cache], [200, 'Hit from thimble']);
    assert.ok(first.bytes.equals(second.bytes));
    const wrong = await get('/dev/thumbnail.png?w=2oo');
    assert.equal(wrong.status, 400);
    assert.equal(wrong.bytes.toString(), 'w: a whole number from 1 to 8192\n');
  });

  test('answers every request it prints', async () => {
    const printed = [...server.output().matchAll(/http:\/\/localhost:\d+(\/\S*)/g)];
    const targets = new Set(printed.map(([, target]) => target));
    assert.ok(targets.size > 6, [...targets].join(' '));
    for (const target of targets) assert.equal((await get(target)).status, 200, target);
  });

  test('has the demo page at /, and it makes a picture', async () => {
    const browser = await openBrowser(`${origin}/`);
    try {
      const { page, faults } = await browser.open();
      await screenshot(page, 'make-run');
      assert.match(await page.textContent('#status'), /^WebP, 960 by 600 pixels/);
      assert.equal((await downloaded(page)).toString('latin1', 8, 12), 'WEBP');
      assert.deepEqual(faults, []);
    } finally {
      await browser.close();
    }
  });
});

describe('mistakes', () => {
  function refusalOf(port) {
    const env = { ...process.env, PORT: String(port) };
    return ['scripts/run', 'scripts/demo.mjs'].map((name) => {
      const command = name.endsWith('.mjs') ? [process.execPath, name, port] : [name];
      const { status, stderr } = spawnSync(command[0], command.slice(1), {
        cwd: root,
        env,
        encoding: 'utf8',
        timeout: 60_000,
      });
      return [status, stderr];
    });
  }

  test('no port', () => {
    for (const port of ['http', '65536', '-1', '80 80']) {
      for (const [status, words] of refusalOf(port)) {
        assert.equal(status, 1);
        assert.equal(words, 'thimble: PORT: a whole number from 1 to 65535\n', port);
      }
    }
  });

  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address();
    for (const [status, words] of refusalOf(port)) {
      assert.equal(status, 1);
      assert.match(words, /^thimble: port \d+ is taken; PORT=\d+ for another\n$/);
    }
    other.close();
  });
});
