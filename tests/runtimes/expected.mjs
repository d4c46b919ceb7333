// expected.mjs - what every runtime must answer: the native build's bytes, or its status and words.
import assert from 'node:assert/strict';
import { sampleBytes } from '../images/make-samples.mjs';
import { native } from '../lib/engines.mjs';

/** One native run serves all hosts. @type {Map<string, ReturnType<typeof native>>} */
const made = new Map();

/** @param {string} name of a sample @param {string} query */
async function nativeResult(name, query) {
  const id = `${name}?${query}`;
  if (!made.has(id)) made.set(id, native(await sampleBytes(name), query));
  return /** @type {ReturnType<typeof native>} */ (made.get(id));
}

/** The bytes of an image. @param {string} name of a sample @param {string} query */
export async function expectedBytes(name, query) {
  const { status, bytes, message } = await nativeResult(name, query);
  assert.equal(status, 'OK', `${name}?${query}: the native build says ${status} ${message}`);
  return bytes;
}

/** The words of a failure. @param {string} name of a sample @param {string} query */
export async function expectedReason(name, query) {
  const { status, message } = await nativeResult(name, query);
  assert.notEqual(status, 'OK', `${name}?${query}: the native build does it`);
  return message.replace(/^thimble: /, '');
}
