// `thimble serve` in Node, Deno and Bun, as a process, over HTTP: files, the cache over a restart,
// signals, many at once, bad input, tricks with paths, metrics, memory.
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleBytes, samplePath } from '../images/make-samples.mjs';
import { expectedBytes } from '../runtimes/expected.mjs';
import { startOrigin } from '../runtimes/origin.mjs';
import { RUNTIMES, startCommand } from './command.mjs';

const ARTICLE = 'w=200&h=150&f=webp&q=90';
const GOOD = ['thumbnail.png', 'alpha.png', 'jpeg/420.jpg', 'webp/lossy.webp', 'document.pdf'];
const BAD = ['bad/half.jpg', 'bad/bad-idat.png', 'bad/bad-frame.webp'];
const SECRET = 'nobody may read this';

let folder;
let images;
let origin;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-server-'));
  images = path.join(folder, 'images');
  for (const name of [...GOOD, ...BAD]) {
    await mkdir(path.dirname(path.join(images, name)), { recursive: true });
    await cp(await samplePath(name), path.join(images, name));
  }
  await writeFile(path.join(folder, 'secret.png'), SECRET);
  await writeFile(path.join(images, '.env'), SECRET);
  await symlink('../secret.png', path.join(images, 'link.png'));
  origin = await startOrigin();
});
after(async () => {
  await origin.stop();
  await rm(folder, { recursive: true });
});

const config = (more = {}) => ({
  origins: { files: { kind: 'file', root: images }, far: { kind: 'http', base: origin.url, allow_private: true } },
  routes: [
    { path: '/files/*', origin: 'files', prefix: '', on_error: 'status' },
    { path: '/pass/*', origin: 'files', prefix: '' },
    { path: '/dev/*', origin: 'far', on_error: 'status' },
  ],
  variants_per_minute: 100_000,
  ...more,
});

async function get(server, target, init) {
  const response = await fetch(new URL(target, server.url), init);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes };
}

/** A request as it is written, which fetch would tidy up. @returns {Promise<string>} */
function raw(server, text) {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('latin1').on('data', (data) => (answer += data));
    socket.on('end', () => resolve(answer)).on('error', reject);
  });
}

/** Sends a request and waits until the origin was asked. @returns its answer, still to come */
async function begin(server, target, init) {
  const { pathname } = new URL(target, server.url);
  const before = origin.fetches(pathname);
  const answer = get(server, target, init);
  answer.catch(() => {}); // whoever began it looks
  await until(() => origin.fetches(pathname) > before);
  return { answer };
}

/** Until a condition holds; the test's own time limit ends it. */
async function until(condition) {
  while (!(await condition())) await sleep(20);
}

for (const runtime of RUNTIMES) {
  describe(runtime, { timeout: 120_000 }, () => {
    describe('a server', () => {
      let server;
      before(async () => {
        server = await startCommand(runtime, config({ metrics: true, threads: 3 }));
      });
      after(async () => {
        assert.deepEqual(await server.stop(), { code: 0, signal: null });
      });

      test("the article's request, from a folder", async () => {
        const target = `/files/thumbnail.png?${ARTICLE}`;
        const { status, headers, bytes } = await get(server, target);
        assert.equal(status, 200);
        assert.equal(headers.get('X-Cache'), 'Miss from thimble');
        assert.equal(headers.get('Content-Type'), 'image/webp');
        assert.equal(headers.get('Content-Length'), String(bytes.length));
        assert.ok(bytes.equals(await expectedBytes('thumbnail.png', ARTICLE)));
        const again = await get(server, '/files/thumbnail.png?q=90&f=webp&h=150&w=200');
        assert.equal(again.headers.get('X-Cache'), 'Hit from thimble');
        assert.ok(again.bytes.equals(bytes));
        const etag = headers.get('ETag');
        assert.equal((await get(server, target, { headers: { 'If-None-Match': etag } })).status, 304);
      });

      test('one line of JSON per request, with its time', async () => {
        await get(server, '/files/alpha.png?w=31');
        await until(() => server.log.some(({ key, options }) => key === 'alpha.png' && options === 'w=31'));
        const record = server.log.find(({ options }) => options === 'w=31');
        assert.equal(record.status, 200);
        assert.ok(Math.abs(Date.parse(record.time) - Date.now()) < 60_000);
        assert.ok(record.work > 0);
        const tells = runtime !== 'node' || 'threadCpuUsage' in process;
        const least = runtime === 'deno' ? 0 : 0.1; // Deno counts in steps of 10 ms
        if (tells) assert.ok(record.cpuMs >= least, 'what its thread used');
      });

      test('originals: whole, a range, HEAD', async () => {
        const whole = await sampleBytes('thumbnail.png');
        assert.ok((await get(server, '/files/thumbnail.png')).bytes.equals(whole));
        const part = await get(server, '/files/thumbnail.png', { headers: { Range: 'bytes=10-19' } });
        assert.equal(part.status, 206);
        assert.ok(part.bytes.equals(whole.subarray(10, 20)));
        const head = await get(server, '/files/thumbnail.png', { method: 'HEAD' });
        assert.deepEqual([head.status, head.bytes.length], [200, 0]);
        const pdf = await get(server, '/pass/document.pdf?w=50');
        assert.equal(pdf.headers.get('Content-Type'), 'application/pdf');
      });

      test('broken images are a status or the original, and the next request works', async () => {
        for (const name of BAD) {
          assert.equal((await get(server, `/files/${name}?w=40`)).status, 422, name);
          const passed = await get(server, `/pass/${name}?w=40`);
          assert.equal(passed.status, 200);
          assert.ok(passed.bytes.equals(await sampleBytes(name)));
          const good = await get(server, `/files/jpeg/420.jpg?w=${40 + name.length}`);
          assert.ok(good.bytes.equals(await expectedBytes('jpeg/420.jpg', `w=${40 + name.length}`)));
        }
      });

      test('no path leads out of the folder', async () => {
        for (const target of [
          '/files/../secret.png',
          '/files/../../etc/passwd',
          '/files/%2e%2e/secret.png',
          '/files/..%2fsecret.png',
          '/files/%2e%2e%2fsecret.png',
          '/files/..%5csecret.png',
          '/files/link.png',
          '/files/link.png?w=10',
          '/files/.env',
          '/files/%2eenv',
          '/files//etc/passwd',
          '/files/%00/etc/passwd',
          '/files/',
          '/files',
          '//etc/passwd',
          '/%2fetc/passwd',
          '/files/alpha.png/../../secret.png',
        ]) {
          const answer = await raw(server, `GET ${target} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n`);
          assert.match(answer, /^HTTP\/1\.1 (400|404) /, target);
          assert.ok(!answer.includes(SECRET) && !answer.includes('root:'), target);
        }
      });

      test('odd requests are answered or dropped, and harm nobody', async () => {
        for (const text of [
          'OPTIONS * HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n',
          'GET http://elsewhere.example/files/alpha.png HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n',
          'TRACE /files/alpha.png HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n',
          'BREW /files/alpha.png HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n',
          'POST /files/alpha.png HTTP/1.1\r\nHost: t\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody',
          `GET /files/${'x'.repeat(2000)} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n`,
          `GET /files/alpha.png?${'x'.repeat(5000)}=1 HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n`,
          'nonsense\r\n\r\n',
        ]) {
          const answer = await raw(server, text).catch(() => '');
          assert.ok(!/^HTTP\/1\.1 5/.test(answer), `${text.slice(0, 40)}: ${answer.slice(0, 60)}`);
        }
        const { status, headers } = await get(server, '/files/alpha.png', { method: 'POST', body: 'x' });
        assert.equal(status, 405);
        assert.match(headers.get('Allow'), /GET/);
        assert.equal((await get(server, '/healthz')).bytes.toString(), 'ok\n');
      });

      test('many at once: every answer is its own', async () => {
        const jobs = Array.from({ length: 60 }, (_, index) => {
          const name = ['alpha.png', 'jpeg/420.jpg', 'webp/lossy.webp'][index % 3];
          return { name, query: `w=${20 + index}&f=png` };
        });
        await Promise.all(
          jobs.map(async ({ name, query }) => {
            const { status, bytes } = await get(server, `/files/${name}?${query}`);
            assert.equal(status, 200);
            assert.ok(bytes.equals(await expectedBytes(name, query)), `${name}?${query}`);
          }),
        );
      });

      test('a client that goes away frees its thread', async () => {
        const abort = new AbortController();
        const gone = [];
        for (const width of [1, 2, 3]) {
          const target = `/dev/stalled/jpeg/420.jpg?w=${width}`;
          gone.push(await begin(server, target, { signal: abort.signal }));
        }
        await sleep(100);
        abort.abort();
        for (const { answer } of gone) await assert.rejects(answer);
        const begun = server.log.length;
        assert.equal((await get(server, '/files/jpeg/420.jpg?w=17')).status, 200);
        await until(() => server.log.slice(begun).some(({ options }) => options === 'w=17'));
        await until(() => server.log.filter(({ status }) => status === 499).length >= 3);
      });

      test('half an original is never taken for a whole one', async () => {
        await assert.rejects(get(server, '/dev/truncated/photo.jpg'));
        assert.equal((await get(server, '/dev/truncated/photo.jpg?w=50')).status, 502);
      });

      test('metrics', async () => {
        const text = (await get(server, '/metrics')).bytes.toString();
        assert.match(text, /^thimble_requests_total\{status="200",cache="hit"\} [1-9]/m);
        assert.match(text, /^thimble_failures_total\{status="CORRUPT"\} [1-9]/m);
      });

      test('no file of the folder stays open', async () => {
        const held = async () => {
          const links = await readdir(`/proc/${server.pid}/fd`);
          const targets = await Promise.all(
            links.map((fd) => readlink(`/proc/${server.pid}/fd/${fd}`).catch(() => '')),
          );
          return targets.filter((target) => target.startsWith(images)).length;
        };
        await until(async () => (await held()) === 0);
      });

      test('memory does not grow with requests', async (context) => {
        const run = async (from, to) => {
          for (let index = from; index < to; index += 6) {
            await Promise.all(
              [0, 1, 2, 3, 4, 5].map((more) => {
                const name = [...GOOD, ...BAD][(index + more) % 8];
                return get(server, `/pass/${name}?w=${(index + more) % 500}&h=${1 + more}`);
              }),
            );
          }
        };
        const rss = async () => {
          const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
          return Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) / 1024;
        };
        await run(1, 301);
        const before = await rss();
        await run(301, 901);
        const grown = (await rss()) - before;
        context.diagnostic(`${before.toFixed(0)} MiB, after 600 more requests ${grown.toFixed(0)} MiB more`);
        assert.ok(grown < 96, `${grown} MiB more`);
      });
    });

    test('the cache outlives the process, torn files do not', async () => {
      const cache = path.join(folder, `cache-${runtime}`);
      const settings = config({ cache_dir: cache, threads: 1 });
      const targets = [`/files/thumbnail.png?${ARTICLE}`, '/files/alpha.png?w=50'];
      let server = await startCommand(runtime, settings);
      for (const target of targets) await get(server, target);
      assert.equal((await server.stop()).code, 0);

      server = await startCommand(runtime, settings);
      for (const target of targets) {
        assert.equal((await get(server, target)).headers.get('X-Cache'), 'Hit from thimble', target);
      }
      assert.equal((await server.stop()).code, 0);

      const files = (await readdir(cache, { recursive: true })).filter((name) => name.length > 60);
      assert.equal(files.length, 2);
      for (const name of files) {
        const bytes = await readFile(path.join(cache, name));
        await writeFile(path.join(cache, name), bytes.subarray(0, bytes.length - 9));
      }
      server = await startCommand(runtime, settings);
      for (const target of targets) {
        const { headers, bytes } = await get(server, target);
        assert.equal(headers.get('X-Cache'), 'Miss from thimble', target);
        const [name, query] = target.replace('/files/', '').split('?');
        assert.ok(bytes.equals(await expectedBytes(name, query)));
      }
      await server.stop();
    });

    test('SIGTERM lets a running request end, takes no other, and exits with 0', async () => {
      const server = await startCommand(runtime, config());
      const { answer } = await begin(server, '/dev/slow/jpeg/422.jpg?w=50');
      server.kill('SIGTERM');
      await until(() => server.said.some((line) => line.includes('stopping')));
      await sleep(50);
      await assert.rejects(get(server, '/healthz', { headers: { Connection: 'close' } }));
      const { status, bytes } = await answer;
      assert.equal(status, 200);
      assert.ok(bytes.equals(await expectedBytes('jpeg/422.jpg', 'w=50')));
      assert.deepEqual(await server.ended, { code: 0, signal: null });
    });

    test('what does not end within shutdown_ms is broken off', async () => {
      const server = await startCommand(runtime, config({ shutdown_ms: 300 }));
      const { answer } = await begin(server, '/dev/stalled/jpeg/444.jpg?w=50');
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
      await assert.rejects(answer);
    });

    test('more jobs than threads wait in line; more than that are told so', async () => {
      const server = await startCommand(runtime, config({ threads: 1, queue_max: 2 }));
      const answers = await Promise.all(
        [1, 2, 3, 4, 5].map((width) => get(server, `/dev/slow/jpeg/440.jpg?w=${width}`)),
      );
      const statuses = answers.map(({ status }) => status).sort();
      assert.deepEqual(statuses, [200, 200, 200, 503, 503]);
      const busy = answers.find(({ status }) => status === 503);
      assert.equal(busy.bytes.toString(), 'busy, try again\n');
      assert.ok(busy.headers.get('Retry-After'));
      assert.equal((await get(server, '/files/alpha.png?w=9')).status, 200);
      await server.stop();
    });
  });
}
