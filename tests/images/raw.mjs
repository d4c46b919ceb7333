// raw.mjs - pixels as sharp wants them, for samples that its encoders make.
import sharp from 'sharp';

// One thread: samples are made beside other work, and encoders must not depend on it.
sharp.concurrency(1);

/** @param {Uint8Array} pixels interleaved @param {number} width @param {number} height */
export const raw = (pixels, width, height) =>
  sharp(pixels, {
    raw: { width, height, channels: pixels.length / (width * height) },
    limitInputPixels: false,
  });
