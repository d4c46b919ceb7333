// engines.mjs - the builds of thimble that tests drive, behind one face:
//
//     const { status, bytes, message, info } = await engine(input, "w=100&f=png")
//
// status is a name of design.md section 4 ("OK" when it went well); nothing throws for a bad image.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const nativeProgram = path.join(root, 'build/native/thimble');
export const moduleFile = path.join(root, 'dist/thimble.wasm');
/** The module, linked with little stack and memory: both run out. */
export const narrowModuleFile = path.join(root, 'build/wasm/thimble-narrow.wasm');
export const commandFile = path.join(root, 'dist/thimble-cli.wasm');

/** Index = minus the status = the command's exit code. */
export const STATUS_NAMES = [
  'OK',
  'BAD_OPTION',
  'UNSUPPORTED',
  'CORRUPT',
  'TRUNCATED',
  'TOO_LARGE',
  'NO_MEMORY',
  'MISUSE',
  'INTERNAL',
];

/** A program that runs this long hangs. */
const HANGS_AFTER_MS = 60_000;

/**
 * Runs a program to its end; one that hangs is killed, which `signal` says.
 * @param {string} program
 * @param {string[]} args
 * @param {Uint8Array} [input]
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [where]
 * @returns {Promise<{ code: number | null, signal: string | null, stdout: Buffer, stderr: string }>}
 */
export function run(program, args, input = new Uint8Array(0), where = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...where,
      stdio: 'pipe',
      timeout: HANGS_AFTER_MS,
      killSignal: 'SIGKILL',
    });
    const out = [];
    const errors = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => errors.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({
        code,
        signal,
        stdout: Buffer.concat(out),
        stderr: Buffer.concat(errors).toString(),
      });
    });
    child.stdin.on('error', () => {}); // it may end before it has read everything
    child.stdin.end(input);
  });
}

/** The native command line tool. */
export async function native(input, query) {
  const { code, signal, stdout, stderr } = await run(nativeProgram, [query], input);
  const status =
    signal === null && code !== null ? (STATUS_NAMES[code] ?? `exit ${code}`) : `signal ${signal}`;
  return { status, bytes: stdout, message: stderr.trim() };
}

let compiled;
/** dist/thimble.wasm, compiled once per process. */
export async function thimbleModule() {
  compiled ??= WebAssembly.compile(readFileSync(moduleFile));
  return compiled;
}

/** worker/resizer/resizer.js's own class, so that tests see what hosts see. */
export async function makeThimble(options) {
  const { createThimble } = await import(path.join(root, 'worker/resizer/resizer.js'));
  return createThimble(await thimbleModule(), options);
}

let shared;
/** The module through worker/resizer/resizer.js. Input may be a Uint8Array or a ReadableStream. */
export async function wasm(input, query, options = {}) {
  shared ??= makeThimble();
  const thimble = options.thimble ?? (await shared);
  try {
    const { info, bytes } = await thimble.resize(input, query, options.job);
    return { status: 'OK', bytes: Buffer.from(bytes), message: '', info };
  } catch (error) {
    if (error?.name !== 'ThimbleError') throw error;
    return {
      status: error.status,
      bytes: Buffer.alloc(0),
      message: error.message,
      info: undefined,
    };
  }
}

/** Cuts bytes into chunks of `size` as a stream hands them out. */
export function streamOf(bytes, size) {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
      at += size;
    },
  });
}

/** Tests that need a build say so in one sentence instead of failing in a strange way. */
export function requireBuilt(file) {
  if (!existsSync(file))
    throw new Error(`${path.relative(root, file)} is not built: run make first`);
}
