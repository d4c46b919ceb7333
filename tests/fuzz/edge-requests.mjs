// edge-requests.mjs - the seeds of fuzz_edge: requests, and configurations right and wrong.

/**
 * Method, path, query, Accept, If-None-Match (Authorization and Origin too), If-Modified-Since,
 * Range, ETag; configuration.
 */
const PLAIN = [
  'GET\n/dev/a%20b.png\nw=200&f=auto\nimage/webp\n"a", W/"b"\n\nbytes=0-9\n"b"\n',
  'HEAD\n/%ED%95%9C//x\nw=1&w=2\n*/*\n*\nTue, 24 Nov 2026 02:00:00 GMT\nbytes=-5\n\n',
  'GET\n/dev/x\n\n\n\n\nbytes=99-100\n"b"\n',
  'GET\n/dev/x\n\n\n\nTue, 24 Nov 2026 02:00:00 GMT\nbytes=500-\n"b"\n',
  'GET\n/only/a.png\np=thumb\nimage/webp\n\n\n\n\n',
  'GET\n/snap/a.png\nw=90&h=60&p=wide\n\n\n\n\n\n',
  'GET\n/snap/a.png\nw=3000&h=9.5&dpr=2\n\n\n\n\n\n',
  'GET\n/snap/a.png\nw=x\n\n\n\n\n\n',
  'GET\n/only/a.png\nw=9\n\n\n\n\n\n',
  'GET\n/refuse/a.png\nw=320\n\n\n\n\n\n',
  'GET\n/refuse/a.png\nw=321\n\n\n\n\n\n',
  'GET\n/dev/a.png\nw=9&exp=1795500000\n\n\nTue, 24 Nox 2026 02:00:00 GMT\n\n\n',
  'GET\n/dev/a.png\nexp=soon\n\n\n\n\n\n',
  `GET\n/signed/a%20b.png\nw=9&exp=1795500000&sig=${'A'.repeat(43)}\n\n\n\n\n\n`,
  `GET\n/signed/a.png\nsig=${'A'.repeat(43)}&sig=a\n\n\n\n\n\n`,
  'OPTIONS\n/dev/a.png\n\n\nhttps://a.example\n\n\n\n',
  'DELETE\n/dev/..%2fx\np=thumb&sig=a\n\nBearer 0123456789abcdef\n\nbytes=7-\n\n',
  'DELETE\n/dev/x\n\n\nBearer 0123456789abcdef\n\n\n\n',
  'DELETE\n/dev/x\n\n\nBearer 0123456789abcdeg\n\n\n\n',
  'POST\n/dev/x\n\n\n\n\n\n\n',
  'GET\n/dev/\n\n\n\n\n\n\n',
  `GET\n/${'%C3%A9'.repeat(300)}\n\n\n\n\n\n\n`,
  'GET\n/presets/x\np=a&q=5&width=3\nimage/webp\n\n\n\n\n',
  'GET\n/sizes/x\nw=10&h=9&dpr=1.5\n\n\n\n\n\n',
];

/** An answer as a cache keeps it: status, bytes, when; type, ETag, date, Cache-Control, reason. */
const ENTITIES = [
  '200\n1234\n1795500000000\nimage/webp\n"tag"\n\npublic, max-age=60\n\n',
  '404\n0\n0\ntext/plain\n"t"\n\ns-maxage=5 , stale-while-revalidate=9\nnot found\n',
  '200\n1\n1\nimage/svg+xml\n"t"\n\nno-store\n\n',
  ...['text/html; charset=a', 'Application/XML', 'a/b, text/html', 'image/html'].map(
    (type) => `200\n1\n1\n${type}\n"t"\n\n\n\n`,
  ),
];

/** A route to an origin; `more` is said of the route, or of the top. */
const configured = (origin, more = {}, top = {}) => ({
  origins: { o: { kind: 'http', base: 'https://o.example/a', ...origin } },
  routes: [{ path: '/i/*', origin: 'o', ...more }],
  ...top,
});

const HOSTS = `127.0.0.1 169.254.169.254/latest 8.8.8.8:8080/a/ 1.2.3.400 0x7f.1 localhost
  [::1] [::10.0.0.1] [::ffff:10.0.0.1]:80 [::ffff:0:10.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1]
  [2002:a00:1::] [2001:0:1::1] [fd00::1] [2a00::5efe:a00:1] [2606:4700::1111] [fe80::1]
  [1:2:3:4:5:6:7:8] [1:2:3:4:5:6:7:8::] [1::2::3] [12345::] [1: o.example?x :80`;

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const named = (count, value) => Object.fromEntries(times(count, (i) => [`n${i}`, value]));

const CONFIGURATIONS = [
  ...HOSTS.split(/\s+/).map((host) => configured({ base: `http://${host}` })),
  configured({ headers: { 'X-Key': 'ké' }, backend: 'b', allow_private: true }),
  configured({ headers: { 'X-Key': 'k' } }, { prefix: 'p/', on_error: 'status' }),
  configured({ headers: [1] }, { on_busy: 'never', cors: ['https://a.example:8443', '*'] }),
  configured({ headers: named(9, 'v') }, { cors: ['https://a.example:443'] }),
  configured({ kind: 's3', bucket: 'b', base: 'ftp://x' }, { cors: 'x' }),
  configured({ base: 'https://[::1', allow_private: 'yes' }, { cache_control: 'a\nb' }),
  configured({}, { prefix: '../' }, { side_max: '100', detail: true, cpu_ms_max: -1 }),
  configured({}, { prefix: 'p'.repeat(300), signed: true }, { purge_token: 'short' }),
  configured({}, { signed: true }, { signing_keys: 'k'.repeat(65), metrics: true }),
  configured({}, { max_bytes: 5, colour: 'x' }, { signing_keys: 'short, 0123456789abcdef' }),
  configured({}, { presets: { a: 'w=9', b: 'w=x' }, only_presets: 1 }, { cdn: 'x' }),
  configured({}, { widths: times(65, (i) => 65 - i), heights: [0, 5, 3], sizes: 'refuse' }),
  { origins: named(9, { kind: 'http', base: 'https://o.example' }), routes: [] },
  { origins: { o: 1, p: {} }, routes: [1, { path: 'i' }, { path: '/*', origin: 'q' }] },
  { ...configured({}), routes: times(33, () => ({ path: '/i/*', origin: 'o' })) },
].map((value) => JSON.stringify(value));

/** Every escape, form of number and blank. */
const SPELLINGS = [
  '{"cache_version":"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\\ud800x\\udc00\\ud800\\u0041"}',
  '{"cache_version":"\\b\\f\\n\\r\\t\\"\\\\\\/"}',
  '{"purge_token":"\\u0000","side_max":-0.5E+3,"pixels_max":1e5,"work_max":null,"detail":[{}]}',
  ` \t{ "side_max" :\r\n 5 , "${'n'.repeat(40)}" : 1 } `,
];

const REQUEST = 'GET\n/i/x\nw=9\n\n\n\n\n\n';
export const edgeRequests = [
  ...PLAIN,
  ...ENTITIES,
  ...[...CONFIGURATIONS, ...SPELLINGS].map((text) => REQUEST + text),
  `GET\n/other\n\n\n\n\n\n\n${JSON.stringify(configured({}))}`,
];
