// ask.mjs - one HTTP request, with a path that is sent as it is written: fetch would tidy it up.
import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * @param {string} url of a host
 * @param {string} target path and query
 * @param {{ method?: string, headers?: Record<string, string> }} [init]
 * @returns {Promise<{ status: number, headers: Headers, bytes: Buffer }>}
 */
export function ask(url, target, { method = 'GET', headers = {} } = {}) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path: target, method, headers });
    sent.on('error', reject);
    sent.on('response', async (response) => {
      try {
        const bytes = await buffer(response);
        const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({ status: response.statusCode ?? 0, headers: new Headers(pairs), bytes });
      } catch (error) {
        reject(error);
      }
    });
    sent.end();
  });
}
