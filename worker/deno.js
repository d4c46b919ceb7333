/** thimble on Deno: Deno.serve in front of the server all runtimes share. */
import { startServer } from './server/start.js';

/**
 * @param {Record<string, any>} source configuration: an environment, or names and values
 * @param {Parameters<typeof startServer>[2]} [options]
 */
export function serve(source, options) {
  return startServer(listen, source, options);
}

/** @type {import('./server/start.js').Listen} */
async function listen(handle, { host, port }) {
  const options = { hostname: host, port, onListen() {} };
  const server = Deno.serve(options, (request) => handle(request));
  return {
    port: server.addr.port,
    stop: () => server.shutdown(),
    // Deno breaks off nothing that shutdown() waits for; the end of the process does.
    kill() {},
  };
}
