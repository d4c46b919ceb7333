// seeds.mjs - makes the seeds of the fuzz targets into build/fuzz/seeds/TARGET/:
//
//     node tests/fuzz/seeds.mjs [FOLDER]
import fs from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { bombs } from '../bombs/files/index.mjs';
import { sampleBytes } from '../images/make-samples.mjs';
import * as meta from '../images/metadata.mjs';
import { samples } from '../images/samples.mjs';
import { root } from '../lib/engines.mjs';
import { edgeRequests } from './edge-requests.mjs';
import { smallImages } from './small-images.mjs';

const folder = process.argv[2] ?? path.join(root, 'build/fuzz/seeds');
const SEED_BYTES_MAX = 4096;
/** Larger ones all the same: more than the input's first 16 KiB of room. */
const LARGE = ['jpeg/444.jpg', 'png/type2-8.png', 'bad/half-lossless.webp'];

const QUERIES = [
  'w=200&h=150&f=webp&q=90',
  'width=200&height=150&fit=cover&g=0.25x0.75&dpr=1.5&bg=ff8800cc&up=1&max=20000&lin=1',
  'f=auto\nimage/avif,image/webp;q=0.8,*/*;q=0.1',
  'gravity=ne&format=jpg&quality=1&p=thumb&sig=abc&exp=1795500000&utm=%C3%A4+b',
  'pixels=100&memory=1000&input=5&side=4096&work=7',
];

async function put(target, name, bytes) {
  await fs.mkdir(path.join(folder, target), { recursive: true });
  await fs.writeFile(path.join(folder, target, name.replaceAll('/', '-')), bytes);
}

for (const [i, query] of QUERIES.entries()) await put('options', `query-${i}`, query);
for (const [i, request] of edgeRequests.entries()) await put('edge', `request-${i}`, request);
for (let orientation = 1; orientation <= 8; orientation++) {
  const bigEndian = orientation % 2 === 0;
  await put('exif', `exif-${orientation}`, meta.makeExif(orientation, { bigEndian }));
}
const PROFILES = {
  srgb: meta.makeSrgbProfile,
  sampled: meta.makeSampledSrgbProfile,
  p3: meta.makeP3Profile,
  gray: meta.makeGrayProfile,
  cmyk: meta.makeCmykProfile,
};
for (const [name, make] of Object.entries(PROFILES)) {
  await put('icc', name, make());
  await put('icc', `${name}-packed`, Buffer.concat([Buffer.from('name\0\0'), deflateSync(make())]));
}

const files = await smallImages();
for (const { path: name, group } of samples) {
  if (group !== 'big') files.push({ name, bytes: await sampleBytes(name) });
}
for (const { name, make, work = 0 } of bombs) {
  const bytes = make();
  if (work < 20 && bytes.length <= 40000) files.push({ name, bytes });
}
let random = 1;
/** The bytes that steer (steer.h): chunks, choice, limits, the allocation that fails. */
function steer() {
  random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
  return Buffer.from([random >>> 24, 5, 1, 0, random >>> 20, random >>> 12, random >>> 8, 0]);
}
for (const { name, bytes } of files) {
  await put('sniff', name, bytes.subarray(0, 1100));
  if (bytes.length > SEED_BYTES_MAX && !LARGE.includes(name)) continue;
  const steered = Buffer.concat([bytes, steer()]);
  await put('job', name, steered);
  await put('job', `${name}-again`, Buffer.concat([bytes, steer()]));
  if (bytes[0] === 0x89) await put('png', name, steered);
  if (bytes[0] === 0x52) await put('webp', name, steered);
  if (bytes[0] === 0xff) await put('jpeg', name, steered);
  if (bytes[0] === 0xff) await put('jpeg_lockstep', name, bytes);
}
for (let i = 0; i < 32; i++) {
  const pixels = Buffer.from(Array.from({ length: 1 + 11 * i }, (_, k) => (k * (i + 3)) & 255));
  const control = steer();
  control[4] = i;
  await put('write', `pixels-${i}`, Buffer.concat([pixels, control]));
}
