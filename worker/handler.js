/**
 * Handler: a request in, a response out, on whatever platform. Who may ask for
 * what is settled here, by the method, the route, the signature; what is then
 * served is service.js. Every failure becomes an answer, every answer a log record.
 */
import { allowOrigin, preflight } from './answer/cors.js';
import { tellOutcome } from './answer/outcome.js';
import { asRefusal, Refusal } from './answer/refusal.js';
import { redirect, refuse, sendText } from './answer/respond.js';
import { objectTag } from './cache/key.js';
import { tellCdn } from './cdn/headers.js';
import { Metrics } from './log/metrics.js';
import { Trace } from './log/trace.js';
import { readAsk } from './request/ask.js';
import { encodeKey } from './request/path.js';
import { createQueryReader } from './request/query.js';
import { locate } from './request/route.js';
import { canonicalQuery } from './request/spelling.js';
import { sameSecret } from './request/secret.js';
import { checkSignature } from './request/signature.js';
import { Service } from './service.js';

/**
 * @typedef {{ waitUntil?: (promise: Promise<unknown>) => void }} Context what a platform adds to
 *   a request
 */
/**
 * @typedef {object} Parts
 * @property {Pick<import('./resizer/resizer.js').Thimble, 'canon' | 'describe' | 'resize'>} resizer
 * @property {Record<string, import('./origin/object.js').Origin>} origins by the names the routes
 *   use
 * @property {import('./cache/web.js').EntityCache | null} cache
 * @property {import('./config/config.js').Config} policy what readConfig gave
 * @property {(body: ReadableStream<Uint8Array>, length: number) => ReadableStream<Uint8Array>}
 *   sendSized
 *   for platforms that send Content-Length only with a stream of their own kind
 * @property {((purged: import('./cdn/purge.js').Purged) => Promise<void>) | null} purgeCdn of
 *   cdn/purge.js
 * @property {number} outputBytesMax what the platform can send of an image; larger ones are made to
 *   fit as if the request said `max=`
 * @property {(record: Record<string, any>) => void} log gets one record per request
 * @property {() => number} now milliseconds since 1970
 * @property {(trace: Trace, end: { status: number, method?: string }) => void} report logs and
 *   counts what a trace tells
 */

const METHODS = ['GET', 'HEAD'];

/** What Prometheus wants to hear of metrics.js. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * @param {Pick<Parts, 'resizer' | 'origins' | 'policy'> & Partial<Omit<Parts, 'report'>>} parts
 * @returns {(request: Request, context?: Context) => Promise<Response>} never rejects
 */
export function createHandler({
  cache = null,
  purgeCdn = null,
  sendSized = (body) => body,
  outputBytesMax = Infinity,
  log = () => {},
  now = Date.now,
  ...parts
}) {
  const { policy, resizer } = parts;
  checkPresets(policy.routes, resizer);
  const metrics = new Metrics();
  const service = new Service({ ...parts, cache, sendSized, outputBytesMax, now, report });
  const grammar = { canon: resizer.canon, readQuery: createQueryReader(resizer.describe()) };

  return async function handle(request, context = {}) {
    const trace = new Trace(now);
    let response;
    try {
      response =
        answerOperator(request, { policy, metrics }) ?? (await answer(request, { context, trace }));
    } catch (error) {
      response = answerError(request, { error, trace });
    }
    allowOrigin(response.headers, request, trace.route?.cors ?? []);
    tellOutcome(response, { trace, detail: policy.detail });
    report(trace, { status: response.status, method: request.method });
    return response;
  };

  /** @param {Trace} trace @param {{ status: number, method?: string }} end */
  function report(trace, { status, method }) {
    const originMs = trace.spent('origin');
    const resizeMs = trace.spent('resize');
    const record = { status, method, ...trace.facts, originMs, resizeMs, ms: trace.elapsed };
    if (policy.metrics) metrics.observe(record);
    log(record);
  }

  /** @param {Request} request @param {{ context: Context, trace: Trace }} scope */
  async function answer(request, { context, trace }) {
    const url = new URL(request.url);
    const { route, key, path } = locate(policy.routes, url.pathname);
    trace.route = route;
    trace.note({ route: route.name, key });
    if (request.method === 'OPTIONS') return preflight(METHODS);
    if (request.method === 'DELETE' && policy.purge_token) {
      return purge(request, { route, key, path, trace });
    }
    if (!METHODS.includes(request.method)) {
      throw new Refusal(405, 'method not allowed', {
        headers: { Allow: [...METHODS, 'OPTIONS'].join(', ') },
      });
    }
    const query = url.search.slice(1);
    const pairs = grammar.readQuery(query);
    const seconds = now() / 1000;
    if (route.signed) await checkSignature(policy.signing_keys, path, { pairs, seconds });
    const accept = request.headers.get('Accept') ?? '';
    const { options, varies } = readAsk(route, { pairs, accept }, grammar);
    trace.note({ options });
    const spelt = route.spelling === 'redirect' ? canonicalQuery(pairs, grammar.canon) : query;
    const response =
      query === spelt
        ? await service.serve({ request, context, trace, ask: { route, key, options } })
        : redirect(url.pathname, { query: spelt, cacheControl: route.cache_control });
    if (varies) response.headers.append('Vary', 'Accept');
    const exp = route.signed && pairs.find(([name]) => name === 'exp');
    const secondsLeft = exp ? Number(exp[1]) - seconds : Infinity;
    await tellCdn(response.headers, { route, key, secondsLeft });
    return response;
  }

  /**
   * @param {Request} request
   * @param {{ route: import('./config/config.js').Route, key: string, path: string, trace: Trace }}
   *   what
   */
  async function purge(request, { route, key, path, trace }) {
    const given = request.headers.get('Authorization') ?? '';
    if (!(await sameSecret(given, `Bearer ${policy.purge_token}`))) {
      throw new Refusal(403, 'purge: wrong token');
    }
    // Here first: else the CDN might be given the old answer again.
    await service.purge({ route, key, options: null }, trace.begun);
    await purgeCdn?.({ tag: await objectTag(key), path: `/${encodeKey(path)}` });
    return sendText(request, 'purged');
  }
}

/**
 * Presets are options texts, which only the core can judge; a wrong one is said at the start.
 * @param {import('./config/config.js').Route[]} routes
 * @param {Pick<import('./resizer/resizer.js').Thimble, 'canon'>} resizer
 */
function checkPresets(routes, { canon }) {
  for (const [name, text] of routes.flatMap(({ presets }) => Object.entries(presets))) {
    try {
      canon(text);
    } catch (cause) {
      throw new TypeError(`configuration: presets.${name}: ${cause}`, { cause });
    }
  }
}

/**
 * What the people who run it ask.
 * @param {Request} request
 * @param {{ policy: import('./config/config.js').Config, metrics: Metrics }} state
 */
function answerOperator(request, { policy, metrics }) {
  const { pathname } = new URL(request.url);
  if (pathname === '/healthz') return sendText(request, 'ok');
  if (pathname === '/metrics' && policy.metrics) {
    return sendText(request, metrics.text(), { headers: { 'Content-Type': METRICS_TYPE } });
  }
  return null;
}

/**
 * What went wrong, in one line. What is nobody's business outside is logged, not shown.
 * @param {Request} request
 * @param {{ error: unknown, trace: Trace }} what
 */
function answerError(request, { error, trace }) {
  const refusal = request.signal.aborted
    ? new Refusal(499, 'the client went away')
    : asRefusal(error);
  trace.note({ reason: refusal.message });
  if (refusal !== error) trace.note({ error: String(error) });
  if (refusal.cause) trace.note({ cause: String(refusal.cause) });
  return refuse(request, refusal);
}
