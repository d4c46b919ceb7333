// deno.mjs - Deno, with `thimble serve` (worker/deno.js).
import { startCommand } from '../../server/command.mjs';
import { serviceConfig } from '../service-config.mjs';

export const title = 'Deno';

/** npm ci brings it. */
export const missing = async () => '';

/** @param {{ originUrl: string }} options */
export const start = ({ originUrl }) => startCommand('deno', serviceConfig(originUrl));
