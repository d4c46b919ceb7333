// lambda.mjs - make lambda: the Lambda@Edge package, dist/thimble-lambda.zip, with the configuration
// in it; the CloudFront Function; and the CloudFormation template with that in it.
//
//     node scripts/lambda.mjs [CONFIG]
//
// The package is plain files, no bundler: worker/lambda-edge.js, what it imports, and what it reads.
// Sorted, with one date and without owners, so that the same files make the same bytes.
import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../worker/config/config.js';
import { cloudfrontFunction } from './lib/cloudfront-function.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const ENTRY = 'worker/lambda-edge.js';
const READ = ['dist/thimble.wasm', 'LICENSE', 'NOTICE'];
const PACKAGE = { name: 'thimble-lambda', type: 'module', private: true };
const DATE = new Date('2000-01-01T00:00:00Z');
/** What a function for viewer events may weigh; ours fits too. */
const ZIP_BYTES_MAX = 1_000_000;

/**
 * A module of ours and all it imports, as paths below the root.
 * @param {string} file
 * @param {Set<string>} [found]
 */
async function closure(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const source = await readFile(path.join(root, file), 'utf8');
  for (const [, name] of source.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)';/gm)) {
    if (name.startsWith('.')) await closure(path.join(path.dirname(file), name), found);
    else if (!name.startsWith('node:')) for (const part of installed(name)) found.add(part);
  }
  return found;
}

/** A package without dependencies: what node needs of it. @param {string} name */
function installed(name) {
  const folder = path.join('node_modules', name);
  const main = path.relative(root, fileURLToPath(import.meta.resolve(name)));
  return [main, path.join(folder, 'package.json'), path.join(folder, 'LICENSE')];
}

/**
 * @param {string} config of docs/configuration.md, as JSON
 * @param {string} zip where to write it
 * @returns {Promise<string[]>} the names in it
 */
export async function packLambda(config, zip) {
  const text = await readFile(config, 'utf8');
  readConfig(JSON.parse(text)); // says what is wrong with it
  const files = [...(await closure(ENTRY)), ...READ];
  const staged = `${zip}.d`;
  const target = path.resolve(zip);
  await rm(staged, { recursive: true, force: true });
  await rm(zip, { force: true });
  for (const file of files) {
    await mkdir(path.join(staged, path.dirname(file)), { recursive: true });
    await copyFile(path.join(root, file), path.join(staged, file));
  }
  await writeFile(path.join(staged, 'package.json'), `${JSON.stringify(PACKAGE)}\n`);
  await writeFile(path.join(staged, 'thimble.json'), text);
  const names = [...files, 'package.json', 'thimble.json'].sort();
  for (const name of names) {
    await chmod(path.join(staged, name), 0o644);
    await utimes(path.join(staged, name), DATE, DATE);
  }
  const env = { ...process.env, TZ: 'UTC' };
  execFileSync('zip', ['-9', '-X', '-D', '-q', '-@', target], {
    cwd: staged,
    env,
    input: names.join('\n'),
  });
  await rm(staged, { recursive: true });
  const { size } = await stat(zip);
  if (size > ZIP_BYTES_MAX) throw new Error(`${zip}: ${size} bytes, over ${ZIP_BYTES_MAX}`);
  return names;
}

/** aws/template.yaml with the query function in its place. @param {string} source */
export async function fillTemplate(source) {
  const template = await readFile(path.join(root, 'aws/template.yaml'), 'utf8');
  const place = /^( *)FunctionCode: '{{cloudfront-function.js}}'$/m;
  const [line, indent] = place.exec(template) ?? [];
  if (line === undefined) throw new Error('aws/template.yaml has no place for the query function');
  const lines = source.trimEnd().split('\n').map((each) => each && `${indent}  ${each}`);
  return template.replace(line, () => [`${indent}FunctionCode: |`, ...lines].join('\n'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const config = process.argv[2] ?? path.join(root, 'aws/thimble.json');
  const built = (/** @type {string} */ name) => path.join(root, 'dist', name);
  const names = await packLambda(config, built('thimble-lambda.zip'));
  const { size } = await stat(built('thimble-lambda.zip'));
  const shown = path.relative(process.cwd(), config);
  console.log(`  built dist/thimble-lambda.zip: ${names.length} files, ${size} bytes, with ${shown}`);
  const source = await cloudfrontFunction();
  await writeFile(built('cloudfront-function.js'), source);
  await writeFile(built('thimble-aws.yaml'), await fillTemplate(source));
  console.log(`  built dist/cloudfront-function.js: ${source.length} bytes; dist/thimble-aws.yaml`);
}
