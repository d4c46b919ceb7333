// make-samples.mjs - makes the test and sample images into build/samples/.
//
//     node tests/images/make-samples.mjs [GROUP | PATH ...]
//
// Without arguments every group but `big`. An image that is there and was made by
// the same scripts is left alone, so a second run takes no time. Tests import
// samplePath() and sampleBytes(), which make what is missing.
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { samples } from './samples.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
export const folder = path.join(here, '../../build/samples');

let stamp;
/** Changes when any of the scripts does. */
async function makeStamp() {
  const hash = createHash('sha256');
  for (const file of (await fs.readdir(here)).sort()) {
    hash.update(await fs.readFile(path.join(here, file)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Being made or made in this process. @type {Map<string, Promise<string>>} */
const paths = new Map();

/** Where the sample is, after making it if need be. Safe beside others doing the same. */
export function samplePath(samplePathName) {
  if (!paths.has(samplePathName)) paths.set(samplePathName, findOrMake(samplePathName));
  return paths.get(samplePathName);
}

async function findOrMake(samplePathName) {
  const sample = samples.find((candidate) => candidate.path === samplePathName);
  if (!sample) throw new Error(`no such sample: ${samplePathName}`);
  stamp ??= makeStamp();
  const file = path.join(folder, sample.path);
  const mark = path.join(folder, '.stamps', `${sample.path.replaceAll('/', '_')}.${await stamp}`);
  try {
    await Promise.all([fs.access(file), fs.access(mark)]);
    return file;
  } catch {
    // not there or out of date: made below
  }
  const bytes = await sample.make();
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.mkdir(path.dirname(mark), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  await fs.writeFile(temporary, bytes);
  await fs.rename(temporary, file);
  await fs.writeFile(mark, '');
  return file;
}

export async function sampleBytes(samplePathName) {
  return fs.readFile(await samplePath(samplePathName));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const chosen = samples.filter(({ group, path: name }) =>
    wanted.length > 0 ? wanted.includes(group) || wanted.includes(name) : group !== 'big',
  );
  if (chosen.length === 0) throw new Error(`no such group or sample: ${wanted.join(' ')}`);
  for (const sample of chosen) await samplePath(sample.path);
  console.log(`${chosen.length} samples in build/samples`);
}
