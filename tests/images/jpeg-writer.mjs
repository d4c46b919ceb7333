// jpeg-writer.mjs - writes the JPEGs that sharp and cjpeg do not: any sampling factors,
// CMYK and YCCK, restart markers, separate scans, progressive with successive
// approximation, any APPn segments. Slow and plain; small images only.

const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

// The luminance tables of ITU T.81 annex K, used for every component.
const QUANT = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
const DC_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_VALUES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_COUNTS = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 125];
const AC_FREQUENT = [
  0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
  0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xa1, 0x08, 0x23, 0x42, 0xb1, 0xc1, 0x15, 0x52, 0xd1, 0xf0,
  0x24, 0x33, 0x62, 0x72, 0x82,
];
const AC_VALUES = acValues();

function acValues() {
  const all = [];
  for (let run = 0; run < 16; run++)
    for (let size = 1; size <= 10; size++) all.push((run << 4) | size);
  return [...AC_FREQUENT, ...all.filter((symbol) => !AC_FREQUENT.includes(symbol))];
}

function codesOf(counts, values) {
  const codes = new Map();
  let code = 0;
  let k = 0;
  for (let length = 1; length <= 16; length++) {
    for (let i = 0; i < counts[length - 1]; i++) codes.set(values[k++], { code: code++, length });
    code <<= 1;
  }
  return codes;
}
const DC_CODES = codesOf(DC_COUNTS, DC_VALUES);
const AC_CODES = codesOf(AC_COUNTS, AC_VALUES);

class BitWriter {
  constructor() {
    this.bytes = [];
    this.buffer = 0;
    this.count = 0;
  }
  put(value, length) {
    for (let i = length - 1; i >= 0; i--) {
      this.buffer = (this.buffer << 1) | ((value >> i) & 1);
      if (++this.count === 8) {
        this.bytes.push(this.buffer);
        if (this.buffer === 0xff) this.bytes.push(0);
        this.buffer = 0;
        this.count = 0;
      }
    }
  }
  flush() {
    while (this.count !== 0) this.put(1, 1);
  }
  symbol(codes, symbol) {
    const { code, length } = codes.get(symbol);
    this.put(code, length);
  }
  /** The magnitude bits of a DC difference or AC coefficient. */
  magnitude(value, size) {
    this.put(value < 0 ? value + (1 << size) - 1 : value, size);
  }
}

const sizeOf = (value) => 32 - Math.clz32(Math.abs(value));

const COSINES = Array.from({ length: 64 }, (_, i) => {
  const u = i >> 3;
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (i & 7) + 1) * u * Math.PI) / 16);
});

function forwardDct(block) {
  const half = new Float64Array(64);
  const out = new Float64Array(64);
  for (let y = 0; y < 8; y++) {
    for (let u = 0; u < 8; u++) {
      for (let x = 0; x < 8; x++) half[y * 8 + u] += block[y * 8 + x] * COSINES[u * 8 + x];
    }
  }
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      for (let y = 0; y < 8; y++) out[v * 8 + u] += half[y * 8 + u] * COSINES[v * 8 + y];
    }
  }
  return out;
}

/** Quantised coefficients in zigzag order for all blocks of a component, MCU padding included. */
function coefficientsOf(component, blocksWide, blocksHigh, quant) {
  const { plane, width, height } = component;
  const blocks = [];
  const block = new Float64Array(64);
  for (let by = 0; by < blocksHigh; by++) {
    for (let bx = 0; bx < blocksWide; bx++) {
      for (let i = 0; i < 64; i++) {
        const x = Math.min(width - 1, bx * 8 + (i & 7));
        const y = Math.min(height - 1, by * 8 + (i >> 3));
        block[i] = plane[y * width + x] - 128;
      }
      const dct = forwardDct(block);
      blocks.push(Int16Array.from(ZIGZAG, (n, k) => Math.round(dct[n] / quant[k])));
    }
  }
  return blocks;
}

const segment = (marker, data) =>
  Buffer.concat([
    Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]),
    Buffer.from(data),
  ]);

function writeScan(frame, scan) {
  const { components, restart } = frame;
  const { ids, ss, se, ah, al } = scan;
  const members = ids.map((i) => components[i]);
  const head = [members.length];
  for (const member of members) head.push(member.id, 0x00);
  head.push(ss, se, (ah << 4) | al);
  const bits = new BitWriter();
  const last = members.map(() => 0);
  const encode = (member, n, index) =>
    encodeBlock(bits, member.blocks[index], scan, last, n, frame.progressive);
  const single = members.length === 1;
  const unitsWide = single ? Math.ceil(members[0].width / 8) : frame.mcusWide;
  const unitsHigh = single ? Math.ceil(members[0].height / 8) : frame.mcusHigh;
  let done = 0;
  for (let y = 0; y < unitsHigh; y++) {
    for (let x = 0; x < unitsWide; x++) {
      if (restart > 0 && done > 0 && done % restart === 0) {
        bits.flush();
        bits.bytes.push(0xff, 0xd0 + ((done / restart - 1) & 7));
        last.fill(0);
      }
      done++;
      if (single) {
        encode(members[0], 0, y * members[0].blocksWide + x);
        continue;
      }
      members.forEach((member, n) => {
        for (let v = 0; v < member.v; v++) {
          for (let h = 0; h < member.h; h++) {
            encode(member, n, (y * member.v + v) * member.blocksWide + x * member.h + h);
          }
        }
      });
    }
  }
  bits.flush();
  return Buffer.concat([segment(0xda, head), Buffer.from(bits.bytes)]);
}

function encodeBlock(bits, block, scan, last, n, progressive) {
  const { ss, se, ah, al } = scan;
  if (ss === 0) {
    if (ah > 0) bits.put((block[0] >> al) & 1, 1);
    else {
      const value = block[0] >> al;
      const difference = value - last[n];
      last[n] = value;
      bits.symbol(DC_CODES, sizeOf(difference));
      bits.magnitude(difference, sizeOf(difference));
    }
    if (progressive) return;
  }
  if (ah > 0) refineAc(bits, block, scan);
  else firstAc(bits, block, Math.max(1, ss), se, al);
}

function firstAc(bits, block, ss, se, al) {
  let run = 0;
  for (let k = ss; k <= se; k++) {
    const value = block[k] < 0 ? -(-block[k] >> al) : block[k] >> al;
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) bits.symbol(AC_CODES, 0xf0);
    bits.symbol(AC_CODES, (run << 4) | sizeOf(value));
    bits.magnitude(value, sizeOf(value));
    run = 0;
  }
  if (run > 0) bits.symbol(AC_CODES, 0x00);
}

/** T.81 figure G.7, without runs of end-of-band. */
function refineAc(bits, block, { ss, se, al }) {
  const magnitude = (k) => Math.abs(block[k]) >> al;
  let end = 0;
  for (let k = ss; k <= se; k++) if (magnitude(k) === 1) end = k;
  let run = 0;
  let corrections = [];
  const flush = () => {
    for (const bit of corrections) bits.put(bit, 1);
    corrections = [];
  };
  for (let k = ss; k <= se; k++) {
    if (magnitude(k) === 0) {
      run++;
      continue;
    }
    for (; run > 15 && k <= end; run -= 16) {
      bits.symbol(AC_CODES, 0xf0);
      flush();
    }
    if (magnitude(k) > 1) {
      corrections.push(magnitude(k) & 1);
      continue;
    }
    bits.symbol(AC_CODES, (run << 4) | 1);
    bits.put(block[k] < 0 ? 0 : 1, 1);
    flush();
    run = 0;
  }
  if (run > 0 || corrections.length > 0) {
    bits.symbol(AC_CODES, 0x00);
    flush();
  }
}

function scansOf(components, { progressive, separate }) {
  const all = components.map((_, i) => i);
  if (!progressive) {
    const groups = separate ? all.map((i) => [i]) : [all];
    return groups.map((ids) => ({ ids, ss: 0, se: 63, ah: 0, al: 0 }));
  }
  const each = (scan) => all.map((i) => ({ ...scan, ids: [i] }));
  return [
    { ids: all, ss: 0, se: 0, ah: 0, al: 1 },
    ...each({ ss: 1, se: 5, ah: 0, al: 2 }),
    ...each({ ss: 6, se: 63, ah: 0, al: 2 }),
    ...each({ ss: 1, se: 63, ah: 2, al: 1 }),
    { ids: all, ss: 0, se: 0, ah: 1, al: 0 },
    ...each({ ss: 1, se: 63, ah: 1, al: 0 }),
  ];
}

/**
 * Writes a JPEG.
 * @param {object} image
 * @param {number} image.width
 * @param {number} image.height
 * @param {{h: number, v: number, plane: Uint8Array, id?: number}[]} image.components a plane is ceil(width * h / hmax) wide
 * @param {number} [image.quality] 1..100
 * @param {number} [image.restart] MCUs between restart markers
 * @param {boolean} [image.progressive]
 * @param {boolean} [image.separate] baseline, one scan per component
 * @param {number} [image.adobe] transform flag of an Adobe APP14 segment
 * @param {{marker: number, data: Uint8Array}[]} [image.segments] APPn and so on, written right after SOI
 * @param {number} [image.sof] another SOF marker than the right one (for broken images)
 * @param {number} [image.precision] another precision than 8 (for broken images)
 * @returns {Buffer}
 */
export function encodeJpeg(image) {
  const { width, height, quality = 90, restart = 0, progressive = false, separate = false } = image;
  const factor = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const quant = ZIGZAG.map((n) =>
    Math.min(255, Math.max(1, Math.floor((QUANT[n] * factor + 50) / 100))),
  );
  const hmax = Math.max(...image.components.map((c) => c.h));
  const vmax = Math.max(...image.components.map((c) => c.v));
  const mcusWide = Math.ceil(width / (8 * hmax));
  const mcusHigh = Math.ceil(height / (8 * vmax));
  const components = image.components.map((c, i) => {
    const blocksWide = mcusWide * c.h;
    const component = {
      h: c.h,
      v: c.v,
      id: c.id ?? i + 1,
      plane: c.plane,
      width: Math.ceil((width * c.h) / hmax),
      height: Math.ceil((height * c.v) / vmax),
      blocksWide,
    };
    return { ...component, blocks: coefficientsOf(component, blocksWide, mcusHigh * c.v, quant) };
  });
  const parts = [Buffer.from([0xff, 0xd8])];
  for (const { marker, data } of image.segments ?? []) parts.push(segment(marker, data));
  if (image.adobe !== undefined) {
    parts.push(segment(0xee, [...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, image.adobe]));
  }
  parts.push(segment(0xdb, [0, ...quant]));
  parts.push(segment(0xc4, [0x00, ...DC_COUNTS, ...DC_VALUES]));
  parts.push(segment(0xc4, [0x10, ...AC_COUNTS, ...AC_VALUES]));
  if (restart > 0) parts.push(segment(0xdd, [restart >> 8, restart & 255]));
  const sof = [
    image.precision ?? 8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    components.length,
  ];
  for (const c of components) sof.push(c.id, (c.h << 4) | c.v, 0);
  parts.push(segment(image.sof ?? (progressive ? 0xc2 : 0xc0), sof));
  const frame = { components, restart, progressive, mcusWide, mcusHigh };
  for (const scan of scansOf(components, { progressive, separate }))
    parts.push(writeScan(frame, scan));
  parts.push(Buffer.from([0xff, 0xd9]));
  return Buffer.concat(parts);
}

/** JFIF APP0: says that three components are YCbCr. */
export const JFIF = {
  marker: 0xe0,
  data: Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'),
};

/** Full-range BT.601 planes of RGB pixels, each at the resolution of its sampling factors (box mean). */
export function planesOf(rgb, width, height, sampling) {
  const hmax = Math.max(...sampling.map((s) => s[0]));
  const vmax = Math.max(...sampling.map((s) => s[1]));
  const rows = [
    [0.299, 0.587, 0.114, 0],
    [-0.168735892, -0.331264108, 0.5, 128],
    [0.5, -0.418687589, -0.081312411, 128],
  ];
  return sampling.map(([h, v], i) => ({
    h,
    v,
    plane: samplePlane(rgb, width, height, rows[i], hmax / h, vmax / v),
  }));
}

/** One plane: a weighted sum of R, G and B, averaged over sx by sy pixels (fewer at the far edges). */
export function samplePlane(rgb, width, height, weights, sx, sy) {
  const planeWidth = Math.ceil(width / sx);
  const planeHeight = Math.ceil(height / sy);
  const plane = new Uint8Array(planeWidth * planeHeight);
  for (let y = 0; y < planeHeight; y++) {
    for (let x = 0; x < planeWidth; x++) {
      let sum = 0;
      let count = 0;
      for (let j = Math.floor(y * sy); j < Math.min(height, (y + 1) * sy); j++) {
        for (let i = Math.floor(x * sx); i < Math.min(width, (x + 1) * sx); i++) {
          const at = (j * width + i) * 3;
          sum +=
            weights[0] * rgb[at] + weights[1] * rgb[at + 1] + weights[2] * rgb[at + 2] + weights[3];
          count++;
        }
      }
      plane[y * planeWidth + x] = Math.min(255, Math.max(0, Math.round(sum / count)));
    }
  }
  return plane;
}
