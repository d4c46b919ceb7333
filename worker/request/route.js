/**
 * Routes: which origin and which object a path means. Pure.
 */
import { Refusal } from '../answer/refusal.js';
import { objectKey } from './path.js';

/** @typedef {import('../config/config.js').Route} Route */

/**
 * The first route whose path the request's begins with, and the object there.
 * @param {Route[]} routes in order of priority
 * @param {string} pathname of the request's URL
 * @returns {{ route: Route, key: string, path: string }} path: the request's, decoded, without
 *   its first slash
 */
export function locate(routes, pathname) {
  const path = objectKey(pathname);
  const route = routes.find(({ match }) => path.startsWith(match));
  if (!route) throw new Refusal(404, 'no such route');
  const key = route.prefix + path.slice(route.strip.length);
  if (key === '' || key.endsWith('/')) throw new Refusal(404, 'not found');
  return { route, key, path };
}
