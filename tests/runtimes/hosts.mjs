// hosts.mjs - the runtimes there are: one module in hosts/ each, found by its name. It exports
//
//     title     what docs/hosts/README.md calls it
//     missing   async () => why it cannot run here ('' when it can): its tests are then skipped
//     start     async ({ originUrl }) => { url, stop, traits? }
//
// start sets the runtime up as service-config.mjs says, with the origin at originUrl, and resolves
// once it answers at url. THIMBLE_HOSTS=node,deno runs only those.
import { readdirSync } from 'node:fs';

/**
 * In what a platform differs on purpose.
 * @typedef {object} Traits
 * @property {'own' | 'front' | 'none'} cache thimble's own (the default), that of a CDN in front, or
 *   none
 * @property {boolean} [originFirst] a CDN asks the origin before thimble does: what that refuses
 *   goes through, and a miss reads it twice
 * @property {{ status: number, reason: RegExp }} [cpuBudget] the answer of a CPU budget that is
 *   smaller than a 24 MP photo needs
 */
/**
 * @typedef {object} Host
 * @property {string} name
 * @property {string} title
 * @property {() => Promise<string>} missing
 * @property {(options: { originUrl: string }) => Promise<{ url: string, stop: () => Promise<any>,
 *   traits?: Partial<Traits> }>} start
 */

const folder = new URL('hosts/', import.meta.url);

/** @returns {Promise<Host[]>} */
export async function loadHosts() {
  const chosen = process.env.THIMBLE_HOSTS?.split(',');
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length));
  const unknown = chosen?.find((name) => !names.includes(name));
  if (unknown) throw new Error(`THIMBLE_HOSTS: no ${unknown}; there are ${names.join(', ')}`);
  return Promise.all(
    (chosen ?? names).map(async (name) => ({
      name,
      ...(await import(new URL(`${name}.mjs`, folder).href)),
    })),
  );
}
