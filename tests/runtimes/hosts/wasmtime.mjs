// wasmtime.mjs - wasi:http as `wasmtime serve` has it, with wasm/http/.
import { serve, wasmtimeMissing } from '../../http/serve.mjs';
import { serviceConfig } from '../service-config.mjs';

export const title = 'wasi:http (wasmtime serve)';
export const missing = wasmtimeMissing;

/** @param {{ originUrl: string }} options */
export async function start({ originUrl }) {
  return { ...(await serve('wasmtime', serviceConfig(originUrl))), traits: { cache: 'none' } };
}
