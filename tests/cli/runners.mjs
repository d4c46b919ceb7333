// runners.mjs - the command in every engine that runs it, behind one face:
//
//     const { code, stdout, stderr } = await runner.thimble(args, { input, folder, env })
//
// folder is where it works: names in args are relative to it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { commandFile, nativeProgram, root, run } from '../lib/engines.mjs';

/** The engines of scripts/engines, also where node --test is run by hand. */
process.env.PATH += `${path.delimiter}${path.join(root, 'build/engines')}`;

const answers = (program, ...args) => spawnSync(program, args).status === 0;
const hasWasmtime = answers('wasmtime', '--version');
// wasmtime compiles a second and more at every run; a module compiled before runs at once. Another
// test's wasmtime may have the file mapped: it is replaced, not written into.
const compiledCommand = path.join(root, 'build/test/thimble-cli.cwasm');
if (hasWasmtime) {
  mkdirSync(path.dirname(compiledCommand), { recursive: true });
  const fresh = `${compiledCommand}-${process.pid}`;
  execFileSync('wasmtime', ['compile', commandFile, '-o', fresh]);
  renameSync(fresh, compiledCommand);
}
// wazero keeps what it compiled in a folder.
const wazeroCache = path.join(root, 'build/test/wazero');
const nodeShim = path.join(root, 'tests/lib/wasi-command.mjs');

const pairs = (flag, env) =>
  Object.entries(env).flatMap(([name, value]) => [flag, `${name}=${value}`]);

/** From arguments, a folder and variables to a program and its arguments. */
const COMMANDS = {
  native: (args) => [nativeProgram, args],
  wasmtime: (args, env) => [
    'wasmtime',
    ['run', '--allow-precompiled', '--dir', '.', ...pairs('--env', env), compiledCommand, ...args],
  ],
  wazero: (args, env) => {
    const flags = ['-cachedir', wazeroCache, '-mount', '.:/', ...pairs('-env', env)];
    return ['wazero', ['run', ...flags, commandFile, ...args]];
  },
  'node:wasi': (args) => [process.execPath, ['--no-warnings', nodeShim, commandFile, ...args]],
};
const MISSING = {
  wasmtime: !hasWasmtime && 'wasmtime is not on PATH (make engines)',
  wazero: !answers('wazero', 'version') && 'wazero is not on PATH (make engines)',
};

export const runners = Object.entries(COMMANDS).map(([name, command]) => ({
  name,
  /** Why its tests are skipped, or false. */
  skip: MISSING[name] || false,
  /**
   * @param {string[]} args
   * @param {{ input?: Uint8Array, folder?: string, env?: Record<string, string> }} [how]
   */
  thimble(args, { input, folder, env = {} } = {}) {
    const [program, words] = command(args, env);
    return run(program, words, input, { cwd: folder, env: { ...process.env, ...env } });
  },
}));
