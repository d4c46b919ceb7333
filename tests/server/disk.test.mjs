// The disk cache: entities come back as they were or not at all, within a bound of bytes, also
// after a restart, a crash in the middle, a torn or a changed file.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDiskCache } from '../../worker/cache/disk.js';

const folders = [];
let folder;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-disk-'));
  folders.push(folder);
});
after(() => Promise.all(folders.map((each) => rm(each, { recursive: true, force: true }))));

const makeEntity = (size = 1000, more = {}) => ({
  status: 200,
  type: 'image/webp',
  bytes: new Uint8Array(size).map((_, index) => index * 7),
  etag: '"tag"',
  modified: 'Wed, 01 Oct 2025 00:00:00 GMT',
  cacheControl: 'public, max-age=60',
  reason: '',
  made: 1_700_000_000_000,
  ...more,
});

/** Every file below the folder. */
async function files() {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

async function onDisk() {
  const sizes = await Promise.all((await files()).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('what was put comes back, also in the next process', async () => {
  const entity = makeEntity(70_000, { reason: 'the original — "이유"\nsecond line' });
  const cache = createDiskCache({ folder, bytesMax: 1 << 20 });
  await cache.put('1/%2Fdev/a.png/e1?w=5', entity);
  assert.deepEqual(await cache.get('1/%2Fdev/a.png/e1?w=5'), entity);
  assert.equal(await cache.get('1/%2Fdev/a.png/e1?w=6'), null);
  const next = createDiskCache({ folder, bytesMax: 1 << 20 });
  assert.deepEqual(await next.get('1/%2Fdev/a.png/e1?w=5'), entity);
});

test('any text is a key, and none of them a path', async () => {
  const cache = createDiskCache({ folder, bytesMax: 1 << 20 });
  for (const key of ['../../escape', '/etc/passwd', '', 'x'.repeat(5000), 'null\0', '한국어']) {
    const entity = makeEntity(10, { etag: JSON.stringify(key.slice(0, 5)) });
    await cache.put(key, entity);
    assert.deepEqual(await cache.get(key), entity);
  }
  assert.ok((await files()).every((file) => /\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(file)));
});

test('forgets what is too old; what may not be kept is not', async () => {
  let time = 1000;
  const cache = createDiskCache({ folder, bytesMax: 1 << 20, now: () => time });
  await cache.put('a', makeEntity());
  await cache.put('never', makeEntity(10, { cacheControl: 'no-store' }));
  time += 59_999;
  assert.ok(await cache.get('a'));
  time += 1;
  assert.equal(await cache.get('a'), null);
  assert.equal(await cache.get('never'), null);
  assert.deepEqual(await files(), []);
});

test('stays within its bytes; what was not used for longest goes', async () => {
  const cache = createDiskCache({ folder, bytesMax: 100_000 });
  await cache.put('a', makeEntity(30_000));
  await cache.put('b', makeEntity(30_000));
  await cache.get('a');
  await cache.put('c', makeEntity(30_000));
  assert.deepEqual(
    [!!(await cache.get('a')), !!(await cache.get('b')), !!(await cache.get('c'))],
    [true, false, true],
  );
  await cache.put('larger than all', makeEntity(100_000));
  assert.equal(await cache.get('larger than all'), null);
  assert.ok(await cache.get('a'), 'and made no room for it');
  for (let index = 0; index < 40; index += 1) await cache.put(`k${index}`, makeEntity(9000));
  assert.ok((await onDisk()) <= 100_000);
  assert.ok((await files()).length >= 6);
});

test('the same key again replaces, and is counted once', async () => {
  const cache = createDiskCache({ folder, bytesMax: 100_000 });
  await cache.put('other', makeEntity(30_000));
  for (let index = 0; index < 20; index += 1) {
    await cache.put('a', makeEntity(30_000, { etag: `"${index}"` }));
  }
  assert.equal((await cache.get('a')).etag, '"19"');
  assert.ok(await cache.get('other'), 'nothing was evicted');
});

test('a smaller bound after a restart evicts what was written first', async () => {
  const cache = createDiskCache({ folder, bytesMax: 1 << 20 });
  for (const key of ['old', 'middle', 'new']) {
    await cache.put(key, makeEntity(30_000));
    await sleep(20); // file systems tell times apart that far
  }
  const next = createDiskCache({ folder, bytesMax: 80_000 });
  await next.settled();
  assert.deepEqual(
    [!!(await next.get('old')), !!(await next.get('middle')), !!(await next.get('new'))],
    [false, true, true],
  );
});

describe('a file that is not what was written is a miss, and goes', () => {
  const damages = {
    'cut short': (bytes) => bytes.subarray(0, bytes.length - 1),
    'cut in its head': (bytes) => bytes.subarray(0, 90),
    empty: (bytes) => bytes.subarray(0, 0),
    'longer': (bytes) => Buffer.concat([bytes, Buffer.from([0])]),
    'a bit of the image flipped': (bytes) => Buffer.from(bytes.with(bytes.length - 5, bytes.at(-5) ^ 1)),
    'a bit of the head flipped': (bytes) => Buffer.from(bytes.with(110, bytes[110] ^ 1)),
    'a bit of the digest flipped': (bytes) => Buffer.from(bytes.with(30, bytes[30] ^ 1)),
    'zeros, as after a power cut': (bytes) => Buffer.alloc(bytes.length),
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(name, async () => {
      const cache = createDiskCache({ folder, bytesMax: 1 << 20 });
      await cache.put('a', makeEntity());
      const [file] = await files();
      await writeFile(file, damage(await readFile(file)));
      assert.equal(await cache.get('a'), null);
      assert.deepEqual(await files(), []);
      await cache.put('a', makeEntity());
      assert.ok(await cache.get('a'));
    });
  }

  test("another key's entity under this key's name", async () => {
    const cache = createDiskCache({ folder, bytesMax: 1 << 20 });
    await cache.put('a', makeEntity());
    const [a] = await files();
    const bytes = await readFile(a);
    await cache.put('b', makeEntity());
    const b = (await files()).find((file) => file !== a);
    await writeFile(b, bytes);
    assert.equal(await cache.get('b'), null);
  });
});

test('what a killed process was writing is cleaned up, what is not ours is left', async () => {
  const cache = createDiskCache({ folder, bytesMax: 1 << 20 });
  await cache.put('a', makeEntity());
  const shelf = path.dirname((await files())[0]);
  await writeFile(path.join(shelf, '.1-1-1'), 'half');
  await writeFile(path.join(folder, 'README'), 'mine');
  const next = createDiskCache({ folder, bytesMax: 1 << 20 });
  await next.settled();
  assert.deepEqual((await readdir(shelf)).length, 1);
  assert.ok((await readdir(folder)).includes('README'));
  assert.ok(await next.get('a'));
});

test('a folder that cannot be written fails the put and nothing else', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  const cache = createDiskCache({ folder: path.join(file, 'below'), bytesMax: 1 << 20 });
  await assert.rejects(cache.put('a', makeEntity()), /ENOTDIR/);
  assert.equal(await cache.get('a'), null);
});

test('many at once', async () => {
  const cache = createDiskCache({ folder, bytesMax: 200_000 });
  const keys = Array.from({ length: 60 }, (_, index) => `k${index % 20}`);
  await Promise.all(
    keys.map(async (key) => {
      await cache.put(key, makeEntity(8000, { etag: key }));
      const found = await cache.get(key);
      if (found) assert.deepEqual(found, makeEntity(8000, { etag: key }));
    }),
  );
  await cache.settled();
  assert.ok((await onDisk()) <= 200_000);
  assert.ok((await files()).every((file) => !path.basename(file).startsWith('.')), 'nothing aside');
});

test('no more writes at one time than WRITES_MAX; the rest is not kept', async () => {
  const cache = createDiskCache({ folder, bytesMax: 10 << 20 });
  await Promise.all(Array.from({ length: 200 }, (_, index) => cache.put(`k${index}`, makeEntity(10))));
  assert.equal((await files()).length, 64);
});

test('remove', async () => {
  const cache = createDiskCache({ folder, bytesMax: 1 << 20 });
  await cache.put('a', makeEntity());
  assert.equal(await cache.remove('a'), true);
  assert.equal(await cache.remove('a'), false);
  assert.equal(await cache.get('a'), null);
  assert.deepEqual(await files(), []);
});
