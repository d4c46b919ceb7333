/** thimble on Bun: Bun.serve in front of the server all runtimes share. */
import { startServer } from './server/start.js';

/** Seconds without a byte, after which Bun closes a connection: its largest. */
const IDLE_SECONDS = 255;

/**
 * @param {Record<string, any>} source configuration: an environment, or names and values
 * @param {Parameters<typeof startServer>[2]} [options]
 */
export function serve(source, options) {
  return startServer(listen, source, options);
}

/** @type {import('./server/start.js').Listen} */
async function listen(handle, { host, port }) {
  const server = Bun.serve({
    hostname: host,
    port,
    idleTimeout: IDLE_SECONDS,
    fetch: (request) => handle(request),
  });
  return {
    port: server.port,
    stop: () => server.stop(),
    kill: () => server.stop(true),
  };
}
