// webp-container.mjs - takes a WebP apart and puts it together with the metadata,
// flags and canvas one wants, right or wrong.

/** The chunks of a WebP: [{ id, data }]. */
export function webpChunks(bytes) {
  const chunks = [];
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    chunks.push({
      id: bytes.toString('latin1', at, at + 4),
      data: bytes.subarray(at + 8, at + 8 + size),
    });
    at += 8 + size + (size & 1);
  }
  return chunks;
}

/** A WebP file of these chunks. */
export function makeWebp(chunks) {
  const parts = chunks.map(({ id, data }) => {
    const head = Buffer.alloc(8);
    head.write(id, 0, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
  });
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...parts]);
  const riff = Buffer.alloc(8);
  riff.write('RIFF', 0, 'latin1');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

/** The same picture in the extended format, with an ICC profile and EXIF. */
export function extendWebp(bytes, { width, height, icc, exif, alpha = false }) {
  const picture = webpChunks(bytes).filter(({ id }) => ['VP8 ', 'VP8L', 'ALPH'].includes(id));
  const head = Buffer.alloc(10);
  head[0] = (icc ? 0x20 : 0) | (alpha ? 0x10 : 0) | (exif ? 0x08 : 0);
  head.writeUIntLE(width - 1, 4, 3);
  head.writeUIntLE(height - 1, 7, 3);
  return makeWebp([
    { id: 'VP8X', data: head },
    ...(icc ? [{ id: 'ICCP', data: icc }] : []),
    ...picture,
    ...(exif ? [{ id: 'EXIF', data: exif }] : []),
  ]);
}
