// sandbox.mjs - what Lambda is to a function: a process of its own that has nothing but the unpacked
// package, imports `FILE.EXPORT`, and is given one event at a time, as JSON, for a result, as JSON.
import { execFileSync, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** Unpacks a package into a clean folder outside the checkout. @param {string} zip */
export async function unpack(zip) {
  const folder = await mkdtemp(path.join(tmpdir(), 'thimble-lambda-'));
  execFileSync('unzip', ['-q', zip, '-d', folder]);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/**
 * A function and as many sandboxes as it has events at one time, which are kept for the next ones.
 * @param {object} options
 * @param {string} options.folder of unpack
 * @param {string} options.handler such as worker/lambda-edge.originRequest
 * @param {Record<string, string>} [options.env] the role's credentials
 * @param {string} [options.node] the program
 */
export function createFunction({ folder, handler, env = {}, node = process.execPath }) {
  /** @type {Set<import('node:child_process').ChildProcess>} */
  const all = new Set();
  /** @type {import('node:child_process').ChildProcess[]} */
  const idle = [];
  /** What was printed: the logs. @type {string[]} */
  const logs = [];

  function launch() {
    const child = fork(here, [folder, handler], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', AWS_LAMBDA_FUNCTION_NAME: 'thimble', ...env },
      execPath: node,
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => logs.push(...text.trim().split('\n')));
    }
    all.add(child);
    return child;
  }

  return {
    logs,
    /** @param {any} event @returns {Promise<{ text: string, result: any }>} text: the result as sent */
    invoke(event) {
      const child = idle.pop() ?? launch();
      return new Promise((resolve, reject) => {
        const onExit = (/** @type {number} */ code) => {
          all.delete(child);
          reject(new Error(`the sandbox ended with ${code}: ${logs.join('\n')}`));
        };
        child.once('exit', onExit);
        child.once('message', (/** @type {any} */ { text, error }) => {
          child.off('exit', onExit);
          idle.push(child);
          if (error) reject(new Error(error));
          else resolve({ text, result: JSON.parse(text) });
        });
        child.send(JSON.stringify(event));
      });
    },
    stop() {
      for (const child of all) child.kill();
    },
  };
}

if (process.argv[1] === here) {
  const [folder, handler] = process.argv.slice(2);
  const [file, name] = handler.split('.');
  const module = await import(pathToFileURL(path.join(folder, `${file}.js`)).href);
  process.on('message', async (/** @type {string} */ text) => {
    try {
      process.send?.({ text: JSON.stringify(await module[name](JSON.parse(text), {})) });
    } catch (error) {
      process.send?.({ error: String(/** @type {any} */ (error)?.stack ?? error) });
    }
  });
}
