// trial.mjs - one good sample, damaged in every way of damages.mjs, and what has to hold of each
// damaged file:
//
// - an image of the promised size or a clean refusal, within the limits of memory and work
// - after each refusal a good image through the same pool of instances comes out right
// - what is only cut and yet gives an image gives the whole one
// - what djpeg, dwebp or libpng take without a word is not refused, and gives the same samples
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/engines.mjs';
import { formatOf } from '../lib/pixels.mjs';
import { damagesOf } from './damages.mjs';
import { makeHost } from './host.mjs';
import { decodeOurs, judge, withFiles } from './judges.mjs';
import { difference } from './same-samples.mjs';

const QUERY = 'w=24&h=18&f=png&fit=fill&up=1';
const [WIDTH, HEIGHT] = [24, 18];
const CLEAN = ['UNSUPPORTED', 'CORRUPT', 'TRUNCATED', 'TOO_LARGE'];
/** thimble.h: TH_MEMORY_BYTES_MAX, TH_WORK_MAX; link.mk: --max-memory */
const MEMORY_BYTES_MAX = 88 << 20;
const WORK_MAX = 24576;
const LINEAR_BYTES_MAX = 96 << 20;
/** A file so short is told by its signature, as whatever it may be. */
const SIGNATURE_BYTES = 32;
const BATCH = 100;

/** What we refuse on principle, whoever reads it. */
const POLICY = [
  /^png: animated$/,
  /^webp: animated$/,
  /^jpeg: neither baseline nor progressive Huffman$/,
  /^jpeg: more than (100 scans|four components)$/,
  /^jpeg: Sorry, arithmetic coding is not implemented$/,
];

/**
 * @typedef {object} Tally
 * @property {string} sample
 * @property {number} tried
 * @property {Record<string, number>} kinds files of each kind of damage
 * @property {number} images
 * @property {Record<string, number>} refusals by status
 * @property {number} judged files that a judge saw
 * @property {number} accepted of these, without a word
 * @property {number} compared images whose samples were held against the judge's
 * @property {number} policy refusals on principle of what the judge takes
 * @property {string[]} faults what should not be
 */

/**
 * @param {string} sample its name
 * @param {Buffer} bytes
 * @param {import('./damages.mjs').Amounts} amounts
 * @param {{ judgeEvery?: number }} [options] judgeEvery: of the files that give an image, and of
 *   cut ones, judges see one in so many
 * @returns {Promise<Tally>}
 */
export async function tryDamages(sample, bytes, amounts, { judgeEvery = 1 } = {}) {
  const host = await makeHost();
  const fresh = await makeHost();
  const trial = {
    sample,
    format: formatOf(bytes),
    host,
    bytes,
    good: await fresh.resize(bytes, QUERY),
    judgeEvery,
    tally: emptyTally(sample),
  };
  if (trial.good.status !== 'OK') trial.tally.faults.push(`undamaged: ${trial.good.message}`);
  for (const batch of batchesOf(damagesOf(bytes, amounts))) {
    await tryBatch(trial, batch);
  }
  return trial.tally;
}

function emptyTally(sample) {
  const counts = { tried: 0, images: 0, judged: 0, accepted: 0, compared: 0, policy: 0 };
  return { sample, ...counts, kinds: {}, refusals: {}, faults: [] };
}

function* batchesOf(damages) {
  let batch = [];
  for (const damage of damages) {
    batch.push(damage);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

const add = (counts, key) => (counts[key] = (counts[key] ?? 0) + 1);

async function tryBatch(trial, batch) {
  const judged = [];
  for (const damage of batch) {
    const answer = await trial.host.resize(damage.bytes, QUERY);
    count(trial.tally, damage, answer);
    checkAnswer(trial, damage, answer);
    if (answer.status !== 'OK') await checkRecovery(trial, damage);
    if (isJudged(trial, damage, answer)) judged.push({ damage, answer });
  }
  if (judged.length > 0) await judgeAll(trial, judged);
}

function count(tally, { kind }, { status }) {
  tally.tried++;
  add(tally.kinds, kind);
  if (status === 'OK') tally.images++;
  else add(tally.refusals, status);
}

function isJudged({ judgeEvery, tally }, { kind }, { status }) {
  const always = status !== 'OK' && kind !== 'cut';
  return always || tally.tried % judgeEvery === 0;
}

/** Notes a fault, and leaves the offending bytes behind for whoever has to look. */
function fault({ tally, sample }, { name, bytes }, text) {
  const plain = `${sample} ${name}`.replaceAll(/[^a-z0-9.]+/gi, '-');
  const file = path.join(root, 'build/test', `damaged-${plain}`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  tally.faults.push(`${name}: ${text}; kept as ${path.relative(root, file)}`);
}

/** PNG's IHDR says how large the output is. */
const isPromised = (png) => png.readUInt32BE(16) === WIDTH && png.readUInt32BE(20) === HEIGHT;

function checkAnswer(trial, damage, answer) {
  const { status, message, info } = answer;
  const wrong = (text) => fault(trial, damage, `${status} ${message}: ${text}`);
  if (info.peakMemory > MEMORY_BYTES_MAX) wrong(`${info.peakMemory} bytes of memory`);
  if (info.linearMemory > LINEAR_BYTES_MAX) wrong(`an instance of ${info.linearMemory} bytes`);
  if (info.work > WORK_MAX) wrong(`${info.work} units of work`);
  if (status === 'OK') {
    if (!isPromised(answer.bytes)) wrong('not of the promised size');
    if (damage.kind === 'cut' && !answer.bytes.equals(trial.good.bytes)) wrong('other pixels');
    return;
  }
  if (!CLEAN.includes(status)) wrong('not a clean status');
  if (!/^[a-z]+: .|^unknown$/.test(message)) wrong('no clear message');
  const cut = damage.kind === 'cut' && damage.bytes.length >= SIGNATURE_BYTES;
  if (cut && status !== 'TRUNCATED') wrong('is only cut');
}

async function checkRecovery(trial, damage) {
  const { status, message, bytes } = await trial.host.resize(trial.bytes, QUERY);
  if (status !== 'OK') fault(trial, damage, `then the good image: ${status} ${message}`);
  else if (!bytes.equals(trial.good.bytes)) fault(trial, damage, 'then the good image differs');
}

async function judgeAll(trial, judged) {
  const files = judged.map(({ damage }) => damage.bytes);
  await withFiles(trial.sample, files, async (paths) => {
    const ours = await decodeOurs(paths);
    const verdicts = await judge(trial.format, paths, ours);
    judged.forEach(({ damage, answer }, i) => {
      compare(trial, damage, [answer, ours[i]], verdicts[i]);
    });
  });
}

/** Both the whole job, which may look at a part of a JPEG only, and the reader alone. */
function compare(trial, damage, answers, verdict) {
  const { tally } = trial;
  const [, ours] = answers;
  tally.judged++;
  if (!verdict.accepts) return;
  tally.accepted++;
  const refusal = answers.find(({ status }) => status !== 'OK');
  if (refusal === undefined) {
    const where = difference(damage.bytes, ours, verdict);
    if (where === undefined) return;
    tally.compared++;
    if (where !== null) fault(trial, damage, `other samples than the judge's: ${where}`);
  } else if (POLICY.some((pattern) => pattern.test(refusal.message))) {
    tally.policy++;
  } else {
    fault(trial, damage, `${refusal.status} ${refusal.message}, and the judge is content`);
  }
}
