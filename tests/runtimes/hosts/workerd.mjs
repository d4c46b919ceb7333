// workerd.mjs - Cloudflare's runtime, as wrangler brings it, with worker/cloudflare.js.
import { startService } from '../../worker/service.mjs';
import { serviceVariables } from '../service-config.mjs';

export const title = 'Cloudflare Workers (workerd)';

/** npm ci brings it. */
export const missing = async () => '';

/** @param {{ originUrl: string }} options */
export async function start({ originUrl }) {
  const service = await startService({ vars: serviceVariables(originUrl) });
  return { url: `${service.url}`, stop: () => service.stop() };
}
