// jpeg-planes.mjs - a JPEG decoder written from ITU T.81 alone, in double precision:
// baseline and progressive, any sampling, restart markers. Slow, plain, shares
// nothing with libjpeg. Hands out the planes as stored, not converted, not turned.

const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
  13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52,
  45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/** code -> symbol by length: [{ first, count, offset }] and the symbols. */
function readHuffman(data, at) {
  const lengths = [];
  let code = 0;
  let offset = 0;
  for (let i = 0; i < 16; i++) {
    const count = data[at + i];
    lengths.push({ first: code, count, offset });
    code = (code + count) << 1;
    offset += count;
  }
  return { lengths, symbols: data.subarray(at + 16, at + 16 + offset), size: 16 + offset };
}

class Bits {
  constructor(data, at) {
    this.data = data;
    this.at = at;
    this.buffer = 0;
    this.count = 0;
  }
  bit() {
    if (this.count === 0) {
      this.buffer = this.data[this.at] ?? 0;
      if (this.buffer !== 0xff) this.at++;
      else if (this.data[this.at + 1] === 0) this.at += 2;
      else throw new Error('reference: a marker in the middle of a scan');
      this.count = 8;
    }
    this.count--;
    return (this.buffer >> this.count) & 1;
  }
  bits(n) {
    let value = 0;
    for (let i = 0; i < n; i++) value = (value << 1) | this.bit();
    return value;
  }
  /** The value whose magnitude bits follow (T.81 EXTEND). */
  signed(n) {
    const value = this.bits(n);
    return n > 0 && value < 1 << (n - 1) ? value - (1 << n) + 1 : value;
  }
  symbol(table) {
    let code = 0;
    for (const { first, count, offset } of table.lengths) {
      code = (code << 1) | this.bit();
      if (code - first < count) return table.symbols[offset + code - first];
    }
    throw new Error('reference: no such Huffman code');
  }
  restart() {
    this.count = 0;
    if (this.data[this.at] !== 0xff || (this.data[this.at + 1] & 0xf8) !== 0xd0) {
      throw new Error('reference: no restart marker where one is due');
    }
    this.at += 2;
  }
}

function decodeScan(frame, scan, bits) {
  const { members } = scan;
  const single = members.length === 1;
  const wide = single ? Math.ceil(members[0].width / 8) : frame.mcusWide;
  const high = single ? Math.ceil(members[0].height / 8) : frame.mcusHigh;
  const state = { last: members.map(() => 0), endOfBand: 0 };
  for (let unit = 0; unit < wide * high; unit++) {
    if (frame.restart > 0 && unit > 0 && unit % frame.restart === 0) {
      bits.restart();
      state.last.fill(0);
      state.endOfBand = 0;
    }
    const x = unit % wide;
    const y = Math.floor(unit / wide);
    if (single) {
      decodeBlock(frame, scan, bits, state, 0, y * members[0].blocksWide + x);
      continue;
    }
    members.forEach((member, n) => {
      for (let v = 0; v < member.v; v++) {
        for (let h = 0; h < member.h; h++) {
          decodeBlock(
            frame,
            scan,
            bits,
            state,
            n,
            (y * member.v + v) * member.blocksWide + x * member.h + h,
          );
        }
      }
    });
  }
}

function decodeBlock(frame, scan, bits, state, n, index) {
  const member = scan.members[n];
  const block = member.coefficients.subarray(index * 64, index * 64 + 64);
  const { ss, se, ah, al } = scan;
  if (ss === 0) {
    if (ah > 0) block[0] |= bits.bit() << al;
    else {
      state.last[n] += bits.signed(bits.symbol(member.dcTable));
      block[0] = state.last[n] << al;
    }
  }
  if (!frame.progressive) firstAc(scan, bits, state, member.acTable, block, 1, 63);
  else if (ss > 0 && ah === 0) firstAc(scan, bits, state, member.acTable, block, ss, se);
  else if (ss > 0) refineAc(scan, bits, state, member.acTable, block);
}

function firstAc({ al }, bits, state, table, block, ss, se) {
  if (state.endOfBand > 0) {
    state.endOfBand--;
    return;
  }
  for (let k = ss; k <= se; k++) {
    const symbol = bits.symbol(table);
    const run = symbol >> 4;
    const size = symbol & 15;
    if (size > 0) {
      k += run;
      block[ZIGZAG[k]] = bits.signed(size) * (1 << al);
    } else if (run === 15) k += 15;
    else {
      state.endOfBand = (1 << run) - 1 + bits.bits(run);
      return;
    }
  }
}

/** T.81 G.1.2.3: new coefficients of size one among corrections of the old ones. */
function refineAc({ ss, se, al }, bits, state, table, block) {
  const step = 1 << al;
  let k = ss;
  const correct = (at) => {
    if (bits.bit() && (Math.abs(block[at]) & step) === 0) block[at] += block[at] < 0 ? -step : step;
  };
  if (state.endOfBand === 0) {
    for (; k <= se; k++) {
      const symbol = bits.symbol(table);
      let run = symbol >> 4;
      let value = 0;
      if ((symbol & 15) > 0) value = bits.bit() ? step : -step;
      else if (run < 15) {
        state.endOfBand = (1 << run) + bits.bits(run);
        break;
      }
      for (; k <= se; k++) {
        const at = ZIGZAG[k];
        if (block[at] !== 0) correct(at);
        else if (run-- === 0) {
          if (value !== 0) block[at] = value;
          break;
        }
      }
    }
  }
  if (state.endOfBand === 0) return;
  for (; k <= se; k++) if (block[ZIGZAG[k]] !== 0) correct(ZIGZAG[k]);
  state.endOfBand--;
}

const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const u = i & 7;
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (i >> 3) + 1) * u * Math.PI) / 16);
});

/** Samples of a component: dequantised, transformed, rounded to bytes, cut to its size. */
function planeOf(component) {
  const { width, height, blocksWide, coefficients, quant } = component;
  const data = new Uint8Array(width * height);
  const half = new Float64Array(64);
  for (let by = 0; by < Math.ceil(height / 8); by++) {
    for (let bx = 0; bx < Math.ceil(width / 8); bx++) {
      const block = coefficients.subarray((by * blocksWide + bx) * 64);
      for (let v = 0; v < 8; v++) {
        for (let x = 0; x < 8; x++) {
          let sum = 0;
          for (let u = 0; u < 8; u++)
            sum += block[v * 8 + u] * quant[v * 8 + u] * COSINES[x * 8 + u];
          half[v * 8 + x] = sum;
        }
      }
      for (let y = 0; y < Math.min(8, height - by * 8); y++) {
        for (let x = 0; x < Math.min(8, width - bx * 8); x++) {
          let sum = 128;
          for (let v = 0; v < 8; v++) sum += half[v * 8 + x] * COSINES[y * 8 + v];
          data[(by * 8 + y) * width + bx * 8 + x] = Math.min(255, Math.max(0, Math.round(sum)));
        }
      }
    }
  }
  return data;
}

function readFrame(data, at, marker, frame) {
  frame.progressive = marker === 0xc2;
  frame.height = data.readUInt16BE(at + 1);
  frame.width = data.readUInt16BE(at + 3);
  const count = data[at + 5];
  const parts = Array.from({ length: count }, (_, i) =>
    data.subarray(at + 6 + i * 3, at + 9 + i * 3),
  );
  // One component alone is never subsampled, whatever its factors say.
  frame.hmax = Math.max(...parts.map((p) => p[1] >> 4));
  frame.vmax = Math.max(...parts.map((p) => p[1] & 15));
  frame.mcusWide = Math.ceil(frame.width / (8 * frame.hmax));
  frame.mcusHigh = Math.ceil(frame.height / (8 * frame.vmax));
  frame.components = parts.map((part) => {
    const h = part[1] >> 4;
    const v = part[1] & 15;
    const blocksWide = frame.mcusWide * h;
    return {
      id: part[0],
      h,
      v,
      tableIndex: part[2],
      width: Math.ceil((frame.width * h) / frame.hmax),
      height: Math.ceil((frame.height * v) / frame.vmax),
      blocksWide,
      coefficients: new Int32Array(blocksWide * frame.mcusHigh * v * 64),
    };
  });
}

function readScan(data, at, frame, tables) {
  const count = data[at];
  const members = [];
  for (let i = 0; i < count; i++) {
    const member = frame.components.find((c) => c.id === data[at + 1 + i * 2]);
    member.dcTable = tables.huffman[data[at + 2 + i * 2] >> 4];
    member.acTable = tables.huffman[16 + (data[at + 2 + i * 2] & 15)];
    member.quant ??= tables.quant[member.tableIndex];
    members.push(member);
  }
  const tail = at + 1 + count * 2;
  const scan = {
    members,
    ss: data[tail],
    se: data[tail + 1],
    ah: data[tail + 2] >> 4,
    al: data[tail + 2] & 15,
  };
  const bits = new Bits(data, tail + 3);
  decodeScan(frame, scan, bits);
  return bits.at;
}

/**
 * @param {Buffer} data
 * @returns {{width: number, height: number, hmax: number, vmax: number, adobe: number | undefined,
 *   exif: Buffer | undefined, ids: number[],
 *   planes: {width: number, height: number, h: number, v: number, data: Uint8Array}[]}}
 */
export function decodeJpegPlanes(data) {
  const frame = { restart: 0, components: [] };
  const tables = { huffman: [], quant: [] };
  let adobe;
  let exif;
  for (let at = 2; at < data.length;) {
    if (data[at] !== 0xff) throw new Error(`reference: no marker at ${at}`);
    const marker = data[at + 1];
    if (marker === 0xd9) break;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const body = at + 4;
    const end = at + 2 + data.readUInt16BE(at + 2);
    at = end;
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) readFrame(data, body, marker, frame);
    else if (marker === 0xc4) {
      for (let i = body; i < end;) {
        const table = readHuffman(data, i + 1);
        tables.huffman[data[i]] = table;
        i += 1 + table.size;
      }
    } else if (marker === 0xdb) {
      for (let i = body; i < end;) {
        const wide = data[i] >> 4;
        const table = new Float64Array(64);
        for (let k = 0; k < 64; k++)
          table[ZIGZAG[k]] = wide ? data.readUInt16BE(i + 1 + k * 2) : data[i + 1 + k];
        tables.quant[data[i] & 15] = table;
        i += 1 + 64 * (wide + 1);
      }
    } else if (marker === 0xdd) frame.restart = data.readUInt16BE(body);
    else if (marker === 0xda) at = readScan(data, body, frame, tables);
    else if (marker === 0xee && data.toString('latin1', body, body + 5) === 'Adobe')
      adobe = data[body + 11];
    else if (marker === 0xe1 && data.toString('latin1', body, body + 4) === 'Exif')
      exif ??= data.subarray(body + 6, end);
  }
  const planes = frame.components.map((c) => ({
    width: c.width,
    height: c.height,
    h: c.h,
    v: c.v,
    data: planeOf(c),
  }));
  return { ...frame, adobe, exif, ids: frame.components.map((c) => c.id), planes };
}
