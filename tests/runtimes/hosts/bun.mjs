// bun.mjs - Bun, with `thimble serve` (worker/bun.js).
import { startCommand } from '../../server/command.mjs';
import { serviceConfig } from '../service-config.mjs';

export const title = 'Bun';

/** npm ci brings it. */
export const missing = async () => '';

/** @param {{ originUrl: string }} options */
export const start = ({ originUrl }) => startCommand('bun', serviceConfig(originUrl));
