#!/usr/bin/env node
/**
 * The command `thimble serve`: a server in the foreground, until it is told to stop.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { serve } from '#serve';
import { readSettingsFile } from './settings.js';

const HELP = `thimble serve - resizes the images of a folder, a bucket or another server

    thimble serve --config thimble.json
    thimble serve --root images --port 8080

    --config FILE   settings, as JSON; what it does not say is read from the environment
    --root FOLDER   serve this folder, instead of the origins and routes of the settings
    --host HOST     address to listen at (127.0.0.1)
    --port PORT     (8080)
    --help

One line of JSON per request goes to stdout. SIGTERM and SIGINT let running requests end, a
second one does not. All settings: docs/configuration.md.
`;

const OPTIONS = /** @type {const} */ ({
  config: { type: 'string' },
  root: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
});

/** @param {string[]} args */
async function main(args) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) return console.log(HELP.trimEnd());
  if (positionals.join(' ') !== 'serve') {
    throw new TypeError(`no such command: ${positionals.join(' ') || '(none)'}; see thimble --help`);
  }
  const server = await serve(await settings(values));
  console.error(`thimble: listening on ${server.url}, ${server.threads} threads`);
  stopOnSignals(server);
}

/** @param {{ config?: string, root?: string, host?: string, port?: string }} given */
async function settings({ config, root, host, port }) {
  const said = config === undefined ? process.env : await readSettingsFile(config, process.env);
  return {
    ...said,
    ...(root !== undefined && {
      ORIGINS: { files: { kind: 'file', root } },
      ROUTES: [{ path: '/*', origin: 'files' }],
    }),
    ...(host !== undefined && { HOST: host }),
    ...(port !== undefined && { PORT: port }),
  };
}

/** @param {import('./start.js').Server} server */
function stopOnSignals(server) {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, async () => {
      if (stopping) process.exit(1);
      stopping = true;
      console.error(`thimble: ${signal}, stopping`);
      await server.close();
      process.exit(0);
    });
  }
}

main(process.argv.slice(2)).catch((error) => {
  console.error(`thimble: ${error.message}`);
  process.exit(2);
});
