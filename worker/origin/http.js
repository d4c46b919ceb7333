/**
 * HTTP: objects under one fixed base URL. Only the path below it comes from a
 * request, validated and encoded; redirects are not followed.
 */
import { encodeKey } from '../request/path.js';

/**
 * @param {{ base: string, headers?: Record<string, string>, fetch?: typeof fetch }} options
 *   base: `https://images.example.com/folder`; headers: sent with every request
 * @returns {import('./object.js').Origin}
 */
export function createHttpOrigin({ base, headers = {}, fetch = globalThis.fetch }) {
  const root = base.replace(/\/+$/, '');
  return {
    async get(key, { ifNoneMatch, ifMatch, range, signal }) {
      const asked = new Headers({ ...headers, 'Accept-Encoding': 'identity' });
      if (ifNoneMatch) asked.set('If-None-Match', ifNoneMatch);
      if (ifMatch) asked.set('If-Match', ifMatch);
      if (range) asked.set('Range', range);
      return await fetch(`${root}/${encodeKey(key)}`, {
        headers: asked,
        redirect: 'manual',
        signal,
      });
    },
  };
}
