/**
 * The browser's own resizer, canvas.drawImage, at its best setting: decodes the
 * whole frame, draws it smaller, encodes it in the same format and quality.
 */

/**
 * @param {object} job
 * @param {Blob} job.blob
 * @param {import('./framing.js').Framing} job.framing
 * @param {number} job.width of the result
 * @param {number} job.height
 * @param {string} job.type image/jpeg, image/png or image/webp
 * @param {number} job.quality 1..100
 * @param {string} job.background a CSS colour, '' for none
 */
export async function redraw({ blob, framing, width, height, type, quality, background }) {
  const begin = performance.now();
  const bitmap = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  if (background) {
    context.fillStyle = background;
    context.fillRect(0, 0, width, height);
  }
  context.imageSmoothingQuality = 'high';
  const { sx, sy, sw, sh, dx, dy, dw, dh } = framing;
  context.drawImage(bitmap, sx, sy, sw, sh, dx, dy, dw, dh);
  const memory = 4 * (bitmap.width * bitmap.height + width * height);
  bitmap.close();
  const result = await canvas.convertToBlob({ type, quality: quality / 100 });
  return { blob: result, memory, ms: performance.now() - begin };
}
