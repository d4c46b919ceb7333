// jco.mjs - wasi:http as `jco serve` has it on Node, with wasm/http/.
import { serve } from '../../http/serve.mjs';
import { serviceConfig } from '../service-config.mjs';

export const title = 'wasi:http (jco serve)';

/** `make http` brings it. */
export const missing = async () => '';

/** @param {{ originUrl: string }} options */
export async function start({ originUrl }) {
  return { ...(await serve('jco', serviceConfig(originUrl))), traits: { cache: 'none' } };
}
