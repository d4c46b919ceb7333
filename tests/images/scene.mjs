// scene.mjs - photo-like pixels from nothing: smooth light, hard edges, fine
// texture and sensor noise, the same on every machine.
//
// Only integers and tables made by + - * / and Math.sqrt are used per pixel, so the
// bytes do not depend on a libm, and a row of 12000 pixels costs a millisecond.

const TEXTURE_SIDE = 256;
const NOISE_COUNT = 1 << 16;

/** A small deterministic generator: xorshift32. Never returns the same state as Math.random would. */
export function makeRandom(seed) {
  let state = (seed * 2654435761) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
  return { next, below: (n) => next() % n, unit: () => next() / 4294967296 };
}

function makeNoise(random, sigma) {
  const noise = new Float32Array(NOISE_COUNT);
  for (let i = 0; i < NOISE_COUNT; i++) {
    let sum = 0;
    for (let k = 0; k < 6; k++) sum += random.unit();
    noise[i] = (sum - 3) * Math.SQRT2 * sigma; // variance of the sum of 6 is 1/2
  }
  return noise;
}

/** Leaves, hair, gravel: value noise of three octaves, periodic. */
function makeTexture(random) {
  const texture = new Float32Array(TEXTURE_SIDE * TEXTURE_SIDE);
  for (const cell of [32, 8, 3]) {
    const n = Math.ceil(TEXTURE_SIDE / cell);
    const grid = Float32Array.from({ length: n * n }, () => random.unit() - 0.5);
    for (let y = 0; y < TEXTURE_SIDE; y++) {
      for (let x = 0; x < TEXTURE_SIDE; x++) {
        const gx = x / cell;
        const gy = y / cell;
        const x0 = Math.floor(gx);
        const y0 = Math.floor(gy);
        const fx = gx - x0;
        const fy = gy - y0;
        const at = (i, j) => grid[(j % n) * n + (i % n)];
        const top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx;
        const bottom = at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx;
        texture[y * TEXTURE_SIDE + x] += (top * (1 - fy) + bottom * fy) * (8 + cell);
      }
    }
  }
  return texture;
}

/** Discs and bars with hard edges, sized with the picture. */
function makeShapes(random, width, height) {
  const shapes = [];
  const unit = Math.min(width, height);
  for (let i = 0; i < 18; i++) {
    shapes.push({
      bar: i % 3 === 2,
      x: random.unit() * width,
      y: random.unit() * height,
      radius: (0.03 + 0.16 * random.unit()) * unit,
      slope: random.unit() * 2 - 1,
      colour: [random.below(160) - 80, random.below(160) - 80, random.below(160) - 80],
    });
  }
  return shapes;
}

/**
 * Makes RGB or RGBA pixels, row by row when `onRow` is given (for pictures of
 * 100 MP), else all at once.
 * @param {number} width
 * @param {number} height
 * @param {{seed?: number, noise?: number, alpha?: boolean}} [options]
 * @returns {Uint8Array} width x height x 3 (4 with alpha) bytes, RGB(A)
 */
export function makeScene(width, height, options = {}) {
  const { seed = 1, noise: sigma = 4, alpha = false } = options;
  const random = makeRandom(seed);
  const noise = makeNoise(random, sigma);
  const texture = makeTexture(random);
  const shapes = makeShapes(random, width, height);
  const channels = alpha ? 4 : 3;
  const pixels = new Uint8Array(width * height * channels);
  const base = [118, 124, 132];
  const across = [70, 10, -60];
  const down = [-50, 30, 70];
  const line = [new Float32Array(width), new Float32Array(width), new Float32Array(width)];
  for (let y = 0; y < height; y++) {
    const v = (y + 0.5) / height - 0.5;
    for (let c = 0; c < 3; c++) {
      for (let x = 0; x < width; x++) {
        const u = (x + 0.5) / width - 0.5;
        line[c][x] = base[c] + across[c] * u * (1 - 2 * v) + down[c] * v * (1 + u);
      }
    }
    for (const shape of shapes) addShape(line, shape, y, width);
    addGrain(pixels, line, { y, width, channels, texture, noise, random });
    if (alpha) addAlpha(pixels, y, width, height);
  }
  return pixels;
}

function addShape(line, shape, y, width) {
  const dy = y + 0.5 - shape.y;
  if (Math.abs(dy) > shape.radius) return;
  const half = shape.bar ? shape.radius * 0.25 : Math.sqrt(shape.radius * shape.radius - dy * dy);
  const centre = shape.bar ? shape.x + shape.slope * dy : shape.x;
  const from = Math.max(0, Math.floor(centre - half));
  const to = Math.min(width, Math.ceil(centre + half));
  for (let c = 0; c < 3; c++) {
    for (let x = from; x < to; x++) line[c][x] += shape.colour[c];
  }
}

function addGrain(pixels, line, { y, width, channels, texture, noise, random }) {
  const row = (y & (TEXTURE_SIDE - 1)) * TEXTURE_SIDE;
  let at = y * width * channels;
  let n = random.next() & (NOISE_COUNT - 1);
  const stride = (random.next() & (NOISE_COUNT - 1)) | 1;
  for (let x = 0; x < width; x++, at += channels) {
    n = (n + stride) & (NOISE_COUNT - 1);
    const light = texture[row + (x & (TEXTURE_SIDE - 1))] + noise[n];
    for (let c = 0; c < 3; c++) {
      const tint = 0.4 * noise[(n + 7919 * (c + 1)) & (NOISE_COUNT - 1)];
      const value = Math.round(line[c][x] + light + tint);
      pixels[at + c] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

/** Opaque in the middle, a soft slope, a hard-edged hole and a clear corner. */
function addAlpha(pixels, y, width, height) {
  for (let x = 0; x < width; x++) {
    const u = (x + 0.5) / width - 0.5;
    const v = (y + 0.5) / height - 0.5;
    const r = Math.sqrt(u * u + v * v);
    let a = Math.round(255 * Math.min(1, Math.max(0, (0.62 - r) * 5)));
    if ((u - 0.2) * (u - 0.2) + (v + 0.15) * (v + 0.15) < 0.01) a = 0;
    pixels[(y * width + x) * 4 + 3] = a;
  }
}

/** A drawing: few flat colours, thin lines; `colours` of them, as palette indices. */
export function makeDrawing(width, height, colours, seed = 3) {
  const random = makeRandom(seed);
  const indices = new Uint8Array(width * height);
  const shapes = Array.from({ length: 24 }, (_, i) => ({
    x: random.unit() * width,
    y: random.unit() * height,
    r: (0.05 + 0.25 * random.unit()) * Math.min(width, height),
    index: (i + 1) % colours,
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let index = 0;
      for (const s of shapes) {
        const dx = x - s.x;
        const dy = y - s.y;
        if (dx * dx + dy * dy < s.r * s.r) index = s.index;
      }
      indices[y * width + x] = index;
    }
  }
  return indices;
}
