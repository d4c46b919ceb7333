/**
 * Media types: what an image is sent as, and what the first bytes of an original prove. Nothing
 * else makes thimble call an original an image, neither its name nor what the origin says. Pure.
 */

/** Of what the resizer makes. @type {Record<string, string>} */
export const MEDIA_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  json: 'application/json',
};

/** Each row: where the text stands, the text (Latin-1), the type. */
const TABLE = /** @type {const} */ ([
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [8, 'WEBP', 'image/webp'],
  [0, 'GIF8', 'image/gif'],
  [4, 'ftypavif', 'image/avif'],
  [4, 'ftypavis', 'image/avif'],
  [4, 'ftyphei', 'image/heic'],
  [4, 'ftypmif1', 'image/heif'],
  [0, '\xff\x0a', 'image/jxl'],
  [4, 'JXL \r\n', 'image/jxl'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [0, 'BM', 'image/bmp'],
  [0, '\0\0\x01\0', 'image/x-icon'],
]);

/** Bytes that decide. */
const HEAD_BYTES = 16;

/**
 * @param {Uint8Array} head the first bytes of a file
 * @returns {string | null} an image type, or null when it is none of those known
 */
export function imageType(head) {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  return TABLE.find(([offset, magic]) => text.startsWith(magic, offset))?.[2] ?? null;
}

/**
 * The media type an original is served with after its bytes turned out not to be
 * an image: never one of an image, whatever the origin says. SVG is left, sandboxed as all that is
 * not inert.
 * @param {string | null} type the origin's Content-Type
 */
export function passedType(type) {
  if (!type) return 'application/octet-stream';
  const isImage = /^\s*image\//i.test(type) && !isSvg(type);
  return isImage ? 'application/octet-stream' : type;
}

/** @param {string | null} type */
function isSvg(type) {
  return /^\s*image\/svg/i.test(type ?? '');
}

/**
 * Types in whose files no browser finds scripts to run. No `+` in them, as in `+xml`; no comma,
 * behind which another type would count; all else is treated as a page.
 */
const INERT =
  /^[ \t]*((image|audio|video|font)\/(?!svg)[\w.-]+|application\/(json|octet-stream|pdf)|text\/plain)[ \t]*(;[^,]*)?$/i;

/** @param {string | null} type */
export function isInert(type) {
  return INERT.test(type ?? '');
}
