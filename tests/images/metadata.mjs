// metadata.mjs - EXIF blocks and ICC profiles, made from their specifications.

/** A TIFF structure whose IFD0 holds an orientation (and a neighbour on each side of it). */
export function makeExif(orientation, { bigEndian = false } = {}) {
  const tiff = Buffer.alloc(8 + 2 + 3 * 12 + 4 + 16);
  const u16 = (value, at) =>
    bigEndian ? tiff.writeUInt16BE(value, at) : tiff.writeUInt16LE(value, at);
  const u32 = (value, at) =>
    bigEndian ? tiff.writeUInt32BE(value, at) : tiff.writeUInt32LE(value, at);
  tiff.write(bigEndian ? 'MM' : 'II', 0, 'latin1');
  u16(42, 2);
  u32(8, 4);
  u16(3, 8);
  const entry = (n, tag, type, count) => {
    const at = 10 + n * 12;
    u16(tag, at);
    u16(type, at + 2);
    u32(count, at + 4);
    return at + 8;
  };
  u32(50, entry(0, 0x010f, 2, 8)); // Make, elsewhere
  u16(orientation, entry(1, 0x0112, 3, 1));
  u16(1, entry(2, 0x0128, 3, 1)); // ResolutionUnit
  u32(0, 46);
  tiff.write('thimble\0', 50, 'latin1');
  return tiff;
}

/** The same as a JPEG APP1 segment. */
export const exifSegment = (tiff) => ({
  marker: 0xe1,
  data: Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]),
});

const s15f16 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(Math.round(value * 65536));
  return bytes;
};
const tagXyz = (xyz) => Buffer.concat([Buffer.from('XYZ \0\0\0\0', 'latin1'), ...xyz.map(s15f16)]);
const tagText = (text) =>
  Buffer.concat([Buffer.from('text\0\0\0\0', 'latin1'), Buffer.from(text + '\0', 'latin1')]);

function tagDescription(text) {
  const bytes = Buffer.alloc(12 + text.length + 1 + 78);
  bytes.write('desc', 0, 'latin1');
  bytes.writeUInt32BE(text.length + 1, 8);
  bytes.write(text, 12, 'latin1');
  return bytes;
}

/** The sRGB curve as a parametric curve of type 3. */
function tagCurve() {
  const head = Buffer.from('para\0\0\0\0\0\x03\0\0', 'latin1');
  return Buffer.concat([head, ...[2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045].map(s15f16)]);
}

/** The sRGB curve as a table of 64 samples. */
function tagSampledCurve() {
  const samples = Buffer.alloc(4 + 64 * 2);
  samples.writeUInt32BE(64, 0);
  for (let i = 0; i < 64; i++) {
    const x = i / 63;
    const linear = x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    samples.writeUInt16BE(Math.round(linear * 65535), 4 + i * 2);
  }
  return Buffer.concat([Buffer.from('curv\0\0\0\0', 'latin1'), samples]);
}

function makeProfile(space, profileClass, tags) {
  const table = Buffer.alloc(4 + tags.length * 12);
  table.writeUInt32BE(tags.length, 0);
  const bodies = [];
  let at = 128 + table.length;
  tags.forEach(([name, data], i) => {
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    table.write(name, 4 + i * 12, 'latin1');
    table.writeUInt32BE(at, 8 + i * 12);
    table.writeUInt32BE(data.length, 12 + i * 12);
    bodies.push(padded);
    at += padded.length;
  });
  const header = Buffer.alloc(128);
  header.writeUInt32BE(at, 0);
  header.writeUInt32BE(0x02400000, 8);
  header.write(profileClass + space + 'XYZ ', 12, 'latin1');
  header.writeUInt16BE(2026, 24);
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write('acsp', 36, 'latin1');
  Buffer.concat([s15f16(0.9642), s15f16(1), s15f16(0.8249)]).copy(header, 68);
  return Buffer.concat([header, table, ...bodies]);
}

// Colourants adapted to D50, as the profiles of these spaces hold them.
const SRGB = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];
const DISPLAY_P3 = [
  [0.51512, 0.2412, -0.00105],
  [0.29198, 0.69225, 0.04189],
  [0.1571, 0.06657, 0.78407],
];

function makeMatrixProfile(name, [red, green, blue], curve = tagCurve()) {
  return makeProfile('RGB ', 'mntr', [
    ['desc', tagDescription(name)],
    ['cprt', tagText('no copyright, use freely')],
    ['wtpt', tagXyz([0.9642, 1, 0.8249])],
    ['rXYZ', tagXyz(red)],
    ['gXYZ', tagXyz(green)],
    ['bXYZ', tagXyz(blue)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ]);
}

export const makeSrgbProfile = () => makeMatrixProfile('sRGB made by thimble', SRGB);
export const makeSampledSrgbProfile = () =>
  makeMatrixProfile('sRGB made by thimble', SRGB, tagSampledCurve());
export const makeP3Profile = () => makeMatrixProfile('P3 made by thimble', DISPLAY_P3);

export const makeGrayProfile = () =>
  makeProfile('GRAY', 'mntr', [
    ['desc', tagDescription('gray made by thimble')],
    ['cprt', tagText('no copyright, use freely')],
    ['wtpt', tagXyz([0.9642, 1, 0.8249])],
    ['kTRC', tagCurve()],
  ]);

/** Says that it is CMYK and no more: enough for a program that only classifies. */
export const makeCmykProfile = () =>
  makeProfile('CMYK', 'prtr', [['desc', tagDescription('cmyk made by thimble')]]);

/** An ICC profile as APP2 segments of at most `size` bytes each. */
export function iccSegments(profile, size = 65519) {
  const count = Math.ceil(profile.length / size);
  return Array.from({ length: count }, (_, i) => ({
    marker: 0xe2,
    data: Buffer.concat([
      Buffer.from('ICC_PROFILE\0', 'latin1'),
      Buffer.from([i + 1, count]),
      profile.subarray(i * size, (i + 1) * size),
    ]),
  }));
}
