// fastly.mjs - Fastly Compute, as Viceroy runs it, with wasm/fastly/.
import { missing, startViceroy } from '../../fastly/viceroy.mjs';
import { serviceConfig } from '../service-config.mjs';

export { missing };
export const title = 'Fastly Compute (Viceroy)';

/** @param {{ originUrl: string }} options */
export const start = ({ originUrl }) => startViceroy(serviceConfig(originUrl));
