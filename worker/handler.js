/**
 * Handler: a request in, a response out, on whatever platform. Who may ask for
 * what is settled here, by the method, the route, the signature; what is then
 * served is service.js. Every failure becomes an answer, every answer a log record.
 */
import { readAsk } from './ask.js';
import { allowOrigin, preflight } from './cors.js';
import { ThimbleError } from './error.js';
import { Metrics } from './metrics.js';
import { locate } from './policy.js';
import { createQueryReader } from './query.js';
import { Refusal } from './refusal.js';
import { refuse, sendText } from './respond.js';
import { sameSecret } from './secret.js';
import { Service } from './service.js';
import { checkSignature } from './signature.js';
import { Trace } from './trace.js';

/**
 * @typedef {{ waitUntil?: (promise: Promise<unknown>) => void }} Context what a platform adds to
 *   a request
 */
/**
 * @typedef {object} Parts
 * @property {Pick<import('./resizer.js').Thimble, 'canon' | 'describe' | 'resize'>} resizer
 * @property {Record<string, import('./origin/object.js').Origin>} origins by the names the routes
 *   use
 * @property {import('./cache/web.js').EntityCache | null} cache
 * @property {import('./config.js').Config} policy what readConfig gave
 * @property {(body: ReadableStream<Uint8Array>, length: number) => ReadableStream<Uint8Array>}
 *   sendSized
 *   for platforms that send Content-Length only with a stream of their own kind
 * @property {number} outputBytesMax what the platform can send of an image; larger ones are made to
 *   fit as if the request said `max=`
 * @property {(record: Record<string, any>) => void} log gets one record per request
 * @property {() => number} now milliseconds since 1970
 */

const METHODS = ['GET', 'HEAD'];

/** What Prometheus wants to hear of metrics.js. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * @param {Pick<Parts, 'resizer' | 'origins' | 'policy'> & Partial<Parts>} parts
 * @returns {(request: Request, context?: Context) => Promise<Response>} never rejects
 */
export function createHandler({
  cache = null,
  sendSized = (body) => body,
  outputBytesMax = Infinity,
  log = () => {},
  now = Date.now,
  ...parts
}) {
  const { policy, resizer } = parts;
  checkPresets(policy.routes, resizer);
  const service = new Service({ ...parts, cache, sendSized, outputBytesMax, log, now });
  const grammar = { canon: resizer.canon, readQuery: createQueryReader(resizer.describe()) };
  const metrics = new Metrics();

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
    seal(response, { trace, detail: policy.detail });
    const record = {
      status: response.status,
      method: request.method,
      ...trace.facts,
      originMs: trace.spent('origin'),
      resizeMs: trace.spent('resize'),
      ms: trace.elapsed,
    };
    metrics.observe(record);
    log(record);
    return response;
  };

  /** @param {Request} request @param {{ context: Context, trace: Trace }} scope */
  async function answer(request, { context, trace }) {
    const url = new URL(request.url);
    const { route, key, path } = locate(policy.routes, url.pathname);
    trace.route = route;
    trace.note({ route: route.name, key });
    if (request.method === 'OPTIONS') return preflight(METHODS);
    if (request.method === 'DELETE' && policy.purge_token) {
      return purge(request, { route, key, trace });
    }
    if (!METHODS.includes(request.method)) {
      throw new Refusal(405, 'method not allowed', {
        headers: { Allow: [...METHODS, 'OPTIONS'].join(', ') },
      });
    }
    const query = url.search.slice(1);
    if (route.signed) {
      const pairs = grammar.readQuery(query);
      await checkSignature(policy.signing_keys, path, { pairs, seconds: now() / 1000 });
    }
    const accept = request.headers.get('Accept') ?? '';
    const { options, varies } = readAsk(route, { query, accept }, grammar);
    trace.note({ options });
    const response = await service.serve({ request, context, trace, ask: { route, key, options } });
    if (varies) response.headers.append('Vary', 'Accept');
    return response;
  }

  /**
   * @param {Request} request
   * @param {{ route: import('./config.js').Route, key: string, trace: Trace }} what
   */
  async function purge(request, { route, key, trace }) {
    const given = request.headers.get('Authorization') ?? '';
    if (!(await sameSecret(given, `Bearer ${policy.purge_token}`))) {
      throw new Refusal(403, 'purge: wrong token');
    }
    await service.purge({ route, key, options: null }, trace.begun);
    return sendText(request, 'purged');
  }
}

/**
 * Presets are options texts, which only the core can judge; a wrong one is said at the start.
 * @param {import('./config.js').Route[]} routes
 * @param {Pick<import('./resizer.js').Thimble, 'canon'>} resizer
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
 * @param {{ policy: import('./config.js').Config, metrics: Metrics }} state
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

/** @param {unknown} error @returns {Refusal} */
function asRefusal(error) {
  if (error instanceof Refusal) return error;
  const { httpStatus, message } =
    error instanceof ThimbleError ? error : { httpStatus: 500, message: '' };
  if (httpStatus < 500) return new Refusal(httpStatus, message);
  if (httpStatus === 503)
    return new Refusal(503, 'busy, try again', { headers: { 'Retry-After': '1' } });
  return new Refusal(500, 'internal error');
}

/**
 * The headers every answer has.
 * @param {Response} response
 * @param {{ trace: Trace, detail: boolean }} how
 */
function seal({ headers, status }, { trace, detail }) {
  const { cache, reason } = trace.facts;
  const word = cache === 'hit' ? 'Hit' : status >= 400 && !cache ? 'Error' : 'Miss';
  const outcome = status >= 400 ? 'error' : reason ? 'pass' : cache;
  headers.set('X-Cache', `${word} from thimble`);
  headers.set('Server-Timing', trace.serverTiming);
  if (outcome) headers.set('X-Thimble', thimbleHeader(String(outcome), { trace, detail }));
}

/** @param {string} outcome @param {{ trace: Trace, detail: boolean }} how */
function thimbleHeader(outcome, { trace, detail }) {
  const { reason, in: from, out, peakMemory, work } = trace.facts;
  const told = detail ? { reason, in: from, out, memory: peakMemory, work } : { reason };
  const fields = Object.entries(told).filter(([, value]) => value !== undefined);
  return [outcome, ...fields.map(([name, value]) => `${name}=${quoted(value)}`)].join('; ');
}

/** A header's quoted string. @param {unknown} value */
function quoted(value) {
  return `"${String(value).replace(/[^\x20-\x7e]|["\\]/g, '?')}"`;
}
