// against-reference.mjs - one picture through the native tool, compared with the reference.
import assert from 'node:assert/strict';
import {
  optionsText,
  readSource,
  renderReference,
  solveGeometry,
  turnUpright,
} from '../reference/reference.mjs';
import { native } from './engines.mjs';
import { compare, decodePng } from './pixels.mjs';

// What honest rounding costs, per sample of 0..255: the decoder's planes to bytes (JPEG's
// integer IDCT: 1), Q14 weights and Q6 between the passes (under 1), the result to a byte
// (0.5). From YCbCr these three errors add up weighted by up to 1.77 each.
export const EXACT = { rgb: { worst: 2, psnr: 50 }, ycc: { worst: 5, psnr: 48 } };

// From a reduction of 4 on a JPEG is decoded at 1/2, 3/8, 1/4 or 1/8, from 8 on any image is
// pre-shrunk by a box: other low-pass filters than the reference's, by design.
const SHRUNK = { worst: 60, psnr: 36 };
const DECODER_SHRINKS_FROM = 4;
const BOX_SHRINKS_ABOVE = 8;

function boundsOf(source, options) {
  const { width, height } = turnUpright(source);
  const g = solveGeometry(width, height, options);
  const reductions = [g.window.w / g.width, g.window.h / g.height];
  const decoder = source.format === 'jpeg' && Math.min(...reductions) >= DECODER_SHRINKS_FROM;
  if (decoder || Math.max(...reductions) > BOX_SHRINKS_ABOVE) return SHRUNK;
  return EXACT[source.space === 'ycc' ? 'ycc' : 'rgb'];
}

/**
 * @param {Buffer} bytes an image
 * @param {import("../reference/reference.mjs").Options} options without f
 * @param {{ worst?: number, psnr?: number, slack?: number, source?: import("../reference/source.mjs").Source }} [bounds]
 */
export async function assertLikeReference(bytes, options, bounds = {}) {
  const source = bounds.source ?? (await readSource(bytes));
  const { worst, psnr, slack = 0 } = { ...boundsOf(source, options), ...bounds };
  const query = optionsText({ ...options, f: 'png' });
  const expected = renderReference(source, { ...options, f: 'png' });
  const result = await native(bytes, query);
  assert.equal(result.status, 'OK', `${query}: ${result.message}`);
  const found = compare(decodePng(result.bytes), expected);
  assert.ok(
    found.worst <= worst,
    `${query}: a sample differs by ${found.worst.toFixed(2)}, allowed ${worst}`,
  );
  assert.ok(
    found.psnr >= psnr - slack,
    `${query}: PSNR ${found.psnr.toFixed(2)}, wanted ${psnr - slack}`,
  );
  return found;
}
