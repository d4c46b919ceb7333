// seed.mjs - puts the sample images into the local bucket that `make run` serves, under dev/
// and prod/, and prints what to try.
//
//     node scripts/seed.mjs STATE_FOLDER PORT
//
// The bucket and its binding are those of wrangler.toml's dev environment.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { getPlatformProxy } from 'wrangler';
import { samplePath } from '../tests/images/make-samples.mjs';
import { samples } from '../tests/images/samples.mjs';

const [state, port] = process.argv.slice(2);
if (!state || !port) throw new Error('usage: seed.mjs STATE_FOLDER PORT');

const TYPES = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.pdf': 'application/pdf',
};

/** An object that is there already is left alone, so that a second run starts at once. */
async function put(bucket, key, bytes) {
  const md5 = createHash('md5').update(bytes).digest('hex');
  if ((await bucket.head(key))?.etag === md5) return;
  const contentType = TYPES[path.extname(key)] ?? 'application/octet-stream';
  await bucket.put(key, bytes, { httpMetadata: { contentType } });
}

function printUrls() {
  const origin = `http://localhost:${port}`;
  console.log(`
thimble: try, once http://localhost:${port} is ready
  ${origin}/    the demo page: every option, before and after, in this browser
  ${origin}/dev/thumbnail.png?w=200&h=150&f=webp&q=90    a 200x150 WebP: Miss, then Hit from thimble
  ${origin}/dev/thumbnail.png?h=150&w=200&q=90&f=webp    the same one: Hit
  ${origin}/prod/photo.jpg?w=800&f=auto                  WebP where the browser takes it
  ${origin}/prod/progressive.jpg?w=300&h=300&g=n         cropped to its top
  ${origin}/prod/alpha.png?w=240&fit=contain&h=240&bg=fc0&f=jpeg
  ${origin}/prod/photo.webp?f=json                       what it is
  ${origin}/prod/document.pdf?w=100                      not an image: as it is
`);
}

const { env, dispose } = await getPlatformProxy({
  configPath: 'wrangler.toml',
  environment: 'dev',
  persist: { path: path.join(state, 'v3') },
});
try {
  for (const { path: name } of samples.filter(({ group }) => group === 'run')) {
    const bytes = await readFile(await samplePath(name));
    for (const folder of ['dev', 'prod']) await put(env.IMAGES, `${folder}/${name}`, bytes);
  }
} finally {
  await dispose();
}
printUrls();
