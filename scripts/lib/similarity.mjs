// similarity.mjs - SSIM (Wang et al. 2004) of two pictures' brightness: 1 when they are the
// same, in windows of 8x8 pixels, every 4.

const WINDOW = 8;
const STRIDE = 4;
const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;

/** @param {import('../../tests/lib/pixels.mjs').Picture} picture */
function brightness({ width, height, data }) {
  return Float64Array.from({ length: width * height }, (_, i) => {
    return 0.299 * data[i * 4] + 0.587 * data[i * 4 + 1] + 0.114 * data[i * 4 + 2];
  });
}

/**
 * @param {import('../../tests/lib/pixels.mjs').Picture} a
 * @param {import('../../tests/lib/pixels.mjs').Picture} b of the same size, at least 8x8
 */
export function similarity(a, b) {
  const [p, q] = [brightness(a), brightness(b)];
  let sum = 0;
  let count = 0;
  for (let y = 0; y + WINDOW <= a.height; y += STRIDE) {
    for (let x = 0; x + WINDOW <= a.width; x += STRIDE) {
      sum += windowSimilarity(p, q, y * a.width + x, a.width);
      count++;
    }
  }
  return sum / count;
}

function windowSimilarity(p, q, at, width) {
  let [sp, sq, spp, sqq, spq] = [0, 0, 0, 0, 0];
  for (let y = 0; y < WINDOW; y++) {
    for (let i = at + y * width; i < at + y * width + WINDOW; i++) {
      sp += p[i];
      sq += q[i];
      spp += p[i] * p[i];
      sqq += q[i] * q[i];
      spq += p[i] * q[i];
    }
  }
  const n = WINDOW * WINDOW;
  const [mp, mq] = [sp / n, sq / n];
  const [vp, vq, covariance] = [spp / n - mp * mp, sqq / n - mq * mq, spq / n - mp * mq];
  return ((2 * mp * mq + C1) * (2 * covariance + C2)) / ((mp * mp + mq * mq + C1) * (vp + vq + C2));
}
