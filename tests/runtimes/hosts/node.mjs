// node.mjs - Node, with `thimble serve` (worker/node.js).
import { startCommand } from '../../server/command.mjs';
import { serviceConfig } from '../service-config.mjs';

export const title = 'Node';

/** It runs this. */
export const missing = async () => '';

/** @param {{ originUrl: string }} options */
export const start = ({ originUrl }) => startCommand('node', serviceConfig(originUrl));
