/** thimble on Node: node:http in front of the server all runtimes share. */
import { listen } from './server/http.js';
import { startServer } from './server/start.js';

/**
 * @param {Record<string, any>} source configuration: an environment, or names and values
 * @param {Parameters<typeof startServer>[2]} [options]
 */
export function serve(source, options) {
  return startServer(listen, source, options);
}
