// bombs - small files that ask for much: pixels, memory, time. Each names the status it must
// end with and what the message must say. Without `linear` it stays below 16 MiB of linear
// memory, without `work` below what a picture of a few pixels may ask for.
import { jpegBombs } from './jpeg.mjs';
import { pngBombs } from './png.mjs';
import { webpBombs } from './webp.mjs';

/**
 * @typedef {object} Bomb
 * @property {string} name
 * @property {() => Buffer} make
 * @property {string} expect the status
 * @property {RegExp} [message] of a refusal
 * @property {number} [linear] bytes of linear memory, at most
 * @property {number} [work] units, exactly
 */

/** @type {Bomb[]} */
export const bombs = [...pngBombs, ...jpegBombs, ...webpBombs];
