// The file origin: what is served of a folder, and what never is.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createFileOrigin } from '../../worker/origin/file.js';

const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
const MODIFIED = new Date('2025-10-01T00:00:00Z');

let folder;
let root;
let origin;
let socket;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-file-'));
  root = path.join(folder, 'images');
  await mkdir(path.join(root, 'deep/er'), { recursive: true });
  await mkdir(path.join(folder, 'secret'));
  await mkdir(path.join(root, '.git'));
  await writeFile(path.join(root, 'a.png'), BYTES);
  await utimes(path.join(root, 'a.png'), MODIFIED, MODIFIED);
  await writeFile(path.join(root, 'deep/er/한국 어.JPG'), 'deep');
  await writeFile(path.join(root, 'empty.png'), '');
  await writeFile(path.join(root, '.env'), 'secret');
  await writeFile(path.join(root, '.git/config'), 'secret');
  await writeFile(path.join(folder, 'secret/key.png'), 'secret');
  await writeFile(path.join(folder, 'images-too.png'), 'secret');
  await symlink('a.png', path.join(root, 'inside.png'));
  await symlink('deep', path.join(root, 'linked'));
  await symlink('.env', path.join(root, 'env.png'));
  await symlink('../secret/key.png', path.join(root, 'outside.png'));
  await symlink('../secret', path.join(root, 'way-out'));
  await symlink(path.join(folder, 'images-too.png'), path.join(root, 'too.png'));
  await symlink('/etc/hostname', path.join(root, 'absolute.png'));
  await symlink('loop.png', path.join(root, 'loop.png'));
  await symlink('/dev/zero', path.join(root, 'zero.png'));
  execFileSync('mkfifo', [path.join(root, 'pipe.png')]);
  socket = createServer().listen(path.join(root, 'socket.png'));
  origin = createFileOrigin({ root });
});
after(async () => {
  socket.close();
  await rm(folder, { recursive: true });
});

async function get(key, conditions = {}) {
  const { status, headers, body } = await origin.get(key, conditions);
  return { status, headers, bytes: Buffer.from(await new Response(body).arrayBuffer()) };
}

/** How many files of the folder this process holds open. */
async function openFiles() {
  const links = await readdir('/proc/self/fd');
  const { readlink } = await import('node:fs/promises');
  const targets = await Promise.all(links.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(root)).length;
}

test('a file, with what is known of it', async () => {
  const { status, headers, bytes } = await get('a.png');
  assert.equal(status, 200);
  assert.ok(bytes.equals(BYTES));
  assert.equal(headers.get('Content-Type'), 'image/png');
  assert.equal(headers.get('Content-Length'), '200000');
  assert.equal(headers.get('Last-Modified'), MODIFIED.toUTCString());
  assert.match(headers.get('ETag'), /^"[0-9a-f]+-[0-9a-f]+"$/);
});

test('names are names: spaces, other scripts, folders; links inside the folder', async () => {
  assert.equal((await get('deep/er/한국 어.JPG')).headers.get('Content-Type'), 'image/jpeg');
  assert.ok((await get('inside.png')).bytes.equals(BYTES));
  assert.equal((await get('linked/er/한국 어.JPG')).bytes.toString(), 'deep');
});

describe('what is not there', () => {
  for (const key of [
    'none.png',
    'deep',
    'deep/er/',
    'deep//er',
    'a.png/b.png',
    '.env',
    '.git/config',
    'env.png',
    '../images-too.png',
    '../images/a.png',
    'deep/../a.png',
    'deep/../../secret/key.png',
    './a.png',
    '/etc/hostname',
    '',
    'a.png\0.jpg',
    'deep\\..\\a.png',
    'outside.png',
    'way-out/key.png',
    'too.png',
    'absolute.png',
    'loop.png',
    'zero.png',
    'pipe.png',
    'socket.png',
    `${'x'.repeat(300)}.png`,
  ]) {
    test(JSON.stringify(key).slice(0, 40), { timeout: 10_000 }, async () => {
      const { status, bytes } = await get(key);
      assert.equal(status, 404);
      assert.equal(bytes.length, 0);
    });
  }

  test('the folder itself is missing', async () => {
    const nowhere = createFileOrigin({ root: path.join(folder, 'later') });
    assert.equal((await nowhere.get('a.png', {})).status, 404);
  });
});

test('the folder may itself be reached by a link', async () => {
  await symlink('images', path.join(folder, 'current'));
  const linked = createFileOrigin({ root: path.join(folder, 'current') });
  assert.equal((await get('a.png')).status, 200);
  const { status, body } = await linked.get('a.png', {});
  await body.cancel();
  assert.equal(status, 200);
});

test('conditions', async () => {
  const etag = (await get('a.png')).headers.get('ETag');
  for (const [conditions, status] of [
    [{ ifNoneMatch: etag }, 304],
    [{ ifNoneMatch: `"x", W/${etag}` }, 304],
    [{ ifNoneMatch: '"x"' }, 200],
    [{ ifMatch: etag }, 200],
    [{ ifMatch: '"x"' }, 412],
  ]) {
    const answer = await get('a.png', conditions);
    assert.equal(answer.status, status, JSON.stringify(conditions));
    if (status !== 200) assert.equal(answer.bytes.length, 0);
  }
});

test('a changed file has another tag', async () => {
  const file = path.join(root, 'changing.png');
  await writeFile(file, 'one');
  const before = (await get('changing.png')).headers.get('ETag');
  await writeFile(file, 'two');
  await utimes(file, MODIFIED, MODIFIED);
  assert.notEqual((await get('changing.png')).headers.get('ETag'), before);
});

test('ranges', async () => {
  for (const [range, start, end] of [
    ['bytes=0-9', 0, 10],
    ['bytes=70000-', 70_000, 200_000],
    ['bytes=-7', 199_993, 200_000],
    ['bytes=-300000', 0, 200_000],
    ['bytes=5-999999', 5, 200_000],
  ]) {
    const { status, headers, bytes } = await get('a.png', { range });
    assert.equal(status, 206, range);
    assert.equal(headers.get('Content-Range'), `bytes ${start}-${end - 1}/200000`);
    assert.equal(headers.get('Content-Length'), String(end - start));
    assert.ok(bytes.equals(BYTES.subarray(start, end)), range);
  }
  for (const [key, range] of [
    ['a.png', 'bytes=200000-'],
    ['a.png', 'bytes=-0'],
    ['empty.png', 'bytes=0-'],
  ]) {
    const { status, headers } = await get(key, { range });
    assert.equal(status, 416, range);
    assert.match(headers.get('Content-Range'), /^bytes \*\/\d+$/);
  }
});

test('an empty file is empty', async () => {
  const { status, headers, bytes } = await get('empty.png');
  assert.deepEqual([status, headers.get('Content-Length'), bytes.length], [200, '0', 0]);
});

test('a file that shrinks meanwhile ends early, one that grows does not get longer', async () => {
  const file = path.join(root, 'shrinking.png');
  await writeFile(file, BYTES);
  const { body } = await origin.get('shrinking.png', {});
  const reader = body.getReader();
  await reader.read();
  await truncate(file, 100_000);
  let length = 65_536;
  for (let part = await reader.read(); !part.done; part = await reader.read()) length += part.value.length;
  assert.equal(length, 100_000);
  const growing = await origin.get('shrinking.png', {});
  await writeFile(file, BYTES);
  assert.equal((await new Response(growing.body).arrayBuffer()).byteLength, 100_000);
});

test('no file stays open: read, cancelled, aborted, refused', async () => {
  await get('a.png');
  await (await origin.get('a.png', {})).body.cancel();
  const abort = new AbortController();
  const { body } = await origin.get('a.png', { signal: abort.signal });
  abort.abort(new Error('gone'));
  await assert.rejects(new Response(body).arrayBuffer());
  await assert.rejects(origin.get('a.png', { signal: AbortSignal.abort(new Error('gone')) }), /gone/);
  const etag = (await get('a.png')).headers.get('ETag');
  await origin.get('a.png', { ifNoneMatch: etag });
  await origin.get('a.png', { range: 'bytes=200000-' });
  await origin.get('deep', {});
  assert.equal(await openFiles(), 0);
  const held = await origin.get('a.png', {});
  assert.equal(await openFiles(), 1, 'the count counts');
  await held.body.cancel();
});
