/**
 * Painter: pictures to try, drawn on the spot, so that the page needs no image
 * files and works offline. The same picture on every machine.
 */

/** @typedef {OffscreenCanvasRenderingContext2D} Context */

/** @type {Record<string, () => Promise<Blob>>} */
const SAMPLES = {
  dusk: () => paint(3000, 2000, { draw: paintLandscape, type: 'image/jpeg' }),
  'dusk-24mp': () => paint(6000, 4000, { draw: paintLandscape, type: 'image/jpeg' }),
  rings: () => paint(1600, 1200, { draw: paintRings, type: 'image/png' }),
  glass: () => paint(1400, 1000, { draw: paintGlass, type: 'image/png' }),
  async torn() {
    const whole = await SAMPLES.dusk();
    return whole.slice(0, Math.floor(whole.size * 0.4), 'image/jpeg');
  },
  async letter() {
    return new Blob(['This is a letter, not a picture.\n'], { type: 'text/plain' });
  },
};

/** @param {string} name a key of SAMPLES @returns {Promise<Blob>} */
export function paintSample(name) {
  return SAMPLES[name]();
}

/**
 * @param {number} width
 * @param {number} height
 * @param {{ draw: (context: Context, width: number, height: number) => void, type: string }} how
 */
function paint(width, height, { draw, type }) {
  const canvas = new OffscreenCanvas(width, height);
  draw(/** @type {Context} */ (canvas.getContext('2d')), width, height);
  return canvas.convertToBlob({ type, quality: 0.92 });
}

/** Mountains at dusk. @param {Context} context @param {number} width @param {number} height */
export function paintLandscape(context, width, height) {
  const random = makeRandom(7);
  paintSky(context, { width, height, random });
  const ridges = 7;
  for (let i = 0; i < ridges; i++) {
    const depth = i / (ridges - 1);
    const base = height * (0.5 + 0.42 * depth ** 1.3);
    const tall = height * (0.16 - 0.07 * depth);
    const line = ridgeLine(random, { width, base, tall });
    paintRidge(context, line, { width, height, base, depth });
    if (depth > 0.45)
      paintPines(context, line, { width, size: height * 0.075 * depth ** 2.2, depth, random });
  }
  paintGrain(context, { width, height, random, strength: 0.055 });
}

/** @param {Context} context @param {any} scene */
function paintSky(context, { width, height, random }) {
  const sky = context.createLinearGradient(0, 0, 0, height * 0.72);
  for (const [at, colour] of /** @type {[number, string][]} */ ([
    [0, '#16213f'],
    [0.3, '#3d3a6b'],
    [0.58, '#a4577a'],
    [0.8, '#ef8a5f'],
    [1, '#fcd59a'],
  ])) {
    sky.addColorStop(at, colour);
  }
  context.fillStyle = sky;
  context.fillRect(0, 0, width, height);
  for (let i = 0; i < 420; i++) {
    const y = random() ** 2 * height * 0.4;
    context.globalAlpha = (1 - y / (height * 0.42)) * (0.25 + 0.75 * random());
    context.fillStyle = random() > 0.8 ? '#ffd9b8' : '#ffffff';
    const radius = height * (0.0004 + 0.0011 * random() ** 3);
    context.beginPath();
    context.arc(random() * width, y, radius, 0, 7);
    context.fill();
  }
  context.globalAlpha = 1;
  const [x, y] = [width * 0.63, height * 0.5];
  const glow = context.createRadialGradient(x, y, height * 0.02, x, y, height * 0.5);
  glow.addColorStop(0, 'rgba(255, 240, 205, 0.95)');
  glow.addColorStop(0.14, 'rgba(255, 214, 150, 0.5)');
  glow.addColorStop(1, 'rgba(255, 170, 110, 0)');
  context.fillStyle = glow;
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#fff6df';
  context.beginPath();
  context.arc(x, y, height * 0.055, 0, 7);
  context.fill();
}

/**
 * Heights of a ridge: hills of many sizes, the small ones rough.
 * @param {() => number} random
 * @param {{ width: number, base: number, tall: number }} shape
 * @returns {(x: number) => number}
 */
function ridgeLine(random, { width, base, tall }) {
  const waves = Array.from({ length: 9 }, (_, i) => ({
    pace: ((1.6 + random()) * 1.9 ** i * Math.PI) / Math.max(width, 1),
    phase: random() * 7,
    size: tall / 1.75 ** i,
  }));
  const height = (/** @type {number} */ x) =>
    waves.reduce(
      (sum, { pace, phase, size }) => sum + size * (1 - 2 * Math.abs(Math.sin(x * pace + phase))),
      0,
    );
  return (x) => base - 0.5 * height(x);
}

/** @param {Context} context @param {(x: number) => number} line @param {any} scene */
function paintRidge(context, line, { width, height, base, depth }) {
  const step = Math.max(1, height / 900);
  context.beginPath();
  context.moveTo(0, height);
  for (let x = 0; x <= width + step; x += step) context.lineTo(x, line(x));
  context.lineTo(width + step, height);
  const near = [22, 26, 48];
  const far = [196, 110, 112];
  const mix = (/** @type {number} */ share) =>
    far.map((c, i) => Math.round(c + (near[i] - c) * share)).join(' ');
  const fill = context.createLinearGradient(0, base - height * 0.12, 0, base + height * 0.22);
  fill.addColorStop(0, `rgb(${mix(depth)})`);
  fill.addColorStop(1, `rgb(${mix(Math.max(0, depth - 0.3))})`);
  context.fillStyle = fill;
  context.fill();
}

/** @param {Context} context @param {(x: number) => number} line @param {any} scene */
function paintPines(context, line, { width, size, depth, random }) {
  const shade = Math.round(30 - 18 * depth);
  context.fillStyle = `rgb(${shade} ${shade + 5} ${shade + 20})`;
  for (let x = -size; x < width + size; x += size * (0.12 + 0.4 * random())) {
    const tall = size * (0.55 + 0.75 * random());
    const ground = line(x) + size * 0.25;
    context.beginPath();
    context.moveTo(x, ground - tall);
    for (let tier = 1; tier <= 6; tier++) {
      const y = ground - tall + (tall * tier) / 6;
      context.lineTo(x + tall * 0.036 * tier, y);
      context.lineTo(x + tall * 0.018 * tier, y - tall * 0.03);
    }
    for (let tier = 6; tier >= 1; tier--) {
      const y = ground - tall + (tall * tier) / 6;
      context.lineTo(x - tall * 0.018 * tier, y - tall * 0.03);
      context.lineTo(x - tall * 0.036 * tier, y);
    }
    context.fill();
  }
}

/** Sensor noise, without which a JPEG is smaller than any photo's. @param {Context} context @param {any} scene */
function paintGrain(context, { width, height, random, strength }) {
  const side = 512;
  const tile = new OffscreenCanvas(side, side);
  const ink = /** @type {Context} */ (tile.getContext('2d'));
  const data = ink.createImageData(side, side);
  for (let i = 0; i < data.data.length; i += 4) {
    const light = 255 * ((random() + random() + random()) / 3);
    data.data.set([light, light, light, 255], i);
  }
  ink.putImageData(data, 0, 0);
  context.globalAlpha = strength;
  context.globalCompositeOperation = 'overlay';
  context.globalAlpha = strength * 4;
  context.fillStyle = /** @type {CanvasPattern} */ (context.createPattern(tile, 'repeat'));
  context.fillRect(0, 0, width, height);
  context.globalAlpha = 1;
  context.globalCompositeOperation = 'source-over';
}

/** A zone plate: finer and finer rings, which a careless resizer turns into false ones. */
function paintRings(
  /** @type {Context} */ context,
  /** @type {number} */ width,
  /** @type {number} */ height,
) {
  const data = context.createImageData(width, height);
  const finest = Math.PI / Math.max(width, height); // just below one ring in two pixels, at the border
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dx = x - width / 2;
      const dy = y - height / 2;
      const light = 127.5 + 120 * Math.cos((dx * dx + dy * dy) * finest * 0.9);
      data.data.set([light, light, light, 255], (y * width + x) * 4);
    }
  }
  context.putImageData(data, 0, 0);
}

/** Coloured glass on nothing: transparency in every amount, thin lines, lettering. */
function paintGlass(
  /** @type {Context} */ context,
  /** @type {number} */ width,
  /** @type {number} */ height,
) {
  const random = makeRandom(21);
  const colours = ['#e4572e', '#f3a712', '#29bf92', '#2a7fba', '#7a4fbf', '#e0457b'];
  for (let i = 0; i < 26; i++) {
    const radius = height * (0.05 + 0.17 * random());
    const x = width * (0.12 + 0.76 * random());
    const y = height * (0.14 + 0.6 * random());
    const glass = context.createRadialGradient(x - radius * 0.3, y - radius * 0.4, 0, x, y, radius);
    glass.addColorStop(0, '#ffffffd0');
    glass.addColorStop(0.4, `${colours[i % 6]}90`);
    glass.addColorStop(1, `${colours[i % 6]}e0`);
    context.fillStyle = glass;
    context.beginPath();
    context.arc(x, y, radius, 0, 7);
    context.fill();
    context.strokeStyle = '#ffffffa0';
    context.lineWidth = 1.5;
    context.stroke();
  }
  context.fillStyle = '#20242c';
  context.font = `700 ${height * 0.17}px Georgia, serif`;
  context.textAlign = 'center';
  context.fillText('thimble', width / 2, height * 0.94);
}

/** xorshift32, 0..1. @param {number} seed */
function makeRandom(seed) {
  let state = seed * 2654435761;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}
