// service-config.mjs - how thimble is set up in every runtime of these tests, in the words of
// docs/configuration.md. A host that is not JavaScript says the same in its own file.

/** Memory a job may promise to need: a quarter of the default. */
export const MEMORY_BYTES_MAX = 16 << 20;
/** A body that pauses longer is given up. */
export const STALL_MS = 1000;

/** What `p=` stands for. */
export const PRESETS = { thumb: 'w=36&h=27&f=webp', small: 'width=50&f=auto' };
/** A site whose scripts may read some of the answers. */
export const VIEWER = 'https://viewer.example';
/** The one that signs, and the one before it. */
export const SIGNING_KEYS = ['the-key-that-signs-now', 'the-key-of-last-month'];
/** The only ones allowed on some routes. */
const WIDTHS = [80, 40];

/** @param {string} originUrl of startOrigin() */
export function serviceConfig(originUrl) {
  return {
    origins: { main: { kind: 'http', base: originUrl, allow_private: true } },
    routes: [
      { path: '/dev/*', origin: 'main', on_error: 'status' },
      { path: '/prod/*', origin: 'main', on_error: 'pass' },
      { path: '/presets/*', origin: 'main', presets: PRESETS, only_presets: true },
      { path: '/snapped/*', origin: 'main', presets: PRESETS, widths: WIDTHS, heights: [30] },
      { path: '/shared/*', origin: 'main', cors: ['https://other.example', VIEWER] },
      { path: '/signed/*', origin: 'main', signed: true, presets: PRESETS },
      { path: '/public/*', origin: 'main', cors: ['*'] },
      { path: '/refused/*', origin: 'main', widths: WIDTHS, sizes: 'refuse' },
    ],
    signing_keys: SIGNING_KEYS.join(' '),
    memory_bytes_max: MEMORY_BYTES_MAX,
    origin_stall_ms: STALL_MS,
    origin_timeout_ms: 3 * STALL_MS,
    detail: true,
  };
}

/** The same as variables of an environment: upper-case names. @param {string} originUrl */
export function serviceVariables(originUrl) {
  return Object.fromEntries(
    Object.entries(serviceConfig(originUrl)).map(([name, value]) => [name.toUpperCase(), value]),
  );
}
