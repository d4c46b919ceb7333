// types.mjs - what an origin may call its originals, for the service in JavaScript and in C.

/** Nothing in them runs. */
export const INERT = [
  'image/jpeg',
  'IMAGE/WebP',
  ' image/x-icon ; q=1',
  'image/vnd.adobe.photoshop',
  'audio/mpeg',
  'video/mp4; codecs="avc1.4d002a"',
  'font/woff2',
  'application/pdf',
  '\tapplication/octet-stream',
  'application/json;charset=utf-8',
  'text/plain; charset=utf-8',
];

/** A page, something that a browser may take for one, or anybody's guess. */
export const PAGES = [
  'image/svg+xml',
  'Image/SVG',
  ' image/svg+xml; charset=utf-8',
  'image/x+xml',
  'audio/x+xml',
  'text/html',
  'TEXT/HTML; charset=utf-8',
  'application/xhtml+xml',
  'application/xml',
  'text/xml',
  'text/xsl',
  'application/mathml+xml',
  'multipart/x-mixed-replace; boundary=a',
  'message/rfc822',
  'application/javascript',
  'text/plainer',
  'application/pdf/x',
  'application/json+xml',
  'image/',
  'image',
  'image/ svg+xml',
  'image/png, text/html',
  'image/png;a=", text/html"',
  'text/plain,text/html',
  'font/woff2 x',
  'unknown',
  '*/*',
];
