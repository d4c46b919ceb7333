// commands.test.mjs - what the pages tell people to type: make targets exist, wrangler knows the
// commands and flags, options are options, and the README's session goes as it is written there.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { nativeProgram, root } from '../lib/engines.mjs';
import { freePort, startServer } from '../lib/server.mjs';

/** The page whose session is played. */
const PLAYED = 'README.md';
const run = promisify(execFile);
const read = (page) => readFileSync(path.join(root, page), 'utf8');
const git = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
const pages = execFileSync('git', git, { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((page) => existsSync(path.join(root, page)));
const targets = new Set(read('Makefile').match(/^[a-z][\w-]*(?=.*:.*##)/gm));
const scripts = Object.keys(JSON.parse(read('package.json')).scripts ?? {});

/** How each program's command lines are held against what there is. */
const CHECKS = {
  make: checkMake,
  npx: checkNpx,
  npm: checkNpm,
  node: ([file]) => assert.ok(existsSync(path.join(root, file)), file),
  curl: checkAddresses,
  thimble: checkOptions,
  wasmtime: checkOptions,
  wazero: checkOptions,
};
/** Programs of the platforms, which cannot be asked here: their pages say how they were tried. */
const ELSEWHERE = ['aws', 'fastly', 'sudo', 'systemctl', 'spin', 'wash'];

/** The words of a command line, without quotes, variables before it and comments behind it. */
function wordsOf(line) {
  const words = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const end = words.findIndex((word) => word.startsWith('#'));
  const plain = words.slice(0, end < 0 ? undefined : end);
  while (/^[A-Z_]+=/.test(plain[0] ?? '')) plain.shift();
  return plain.map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}

/** Every command of a page: lines of `console` blocks behind a `$ `, and of indented blocks. */
function commandsOf(page) {
  const text = read(page);
  const sessions = [...text.matchAll(/^```console\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block.split('\n').filter((line) => line.startsWith('$ ') && !isPlayed(page, line)),
  );
  const scripts = [...text.matchAll(/^```(?:sh|bash)\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block.replaceAll('\\\n', ' ').split('\n'),
  );
  const indented = text.replace(/^```[^]*?^```/gm, '').match(/^ {4}\S.*$/gm) ?? [];
  return [...sessions, ...scripts, ...indented]
    .map((line) => line.trim().replace(/^\$ /, ''))
    .flatMap((line) => line.split(/ && /))
    .filter((line) => {
      const [program] = wordsOf(line);
      return program in CHECKS || ELSEWHERE.includes(program);
    });
}

/** Whether a line of a session is not only looked at but played, below. */
function isPlayed(page, line) {
  return page === PLAYED && line.startsWith('$ curl ');
}

function checkMake(words) {
  for (const word of words) {
    if (!/^[A-Z]+=|^-/.test(word) && !word.startsWith('test-')) assert.ok(targets.has(word), word);
  }
}

function checkNpm([command, name]) {
  assert.ok(['ci', 'install', 'pack', 'run', 'audit'].includes(command), command);
  if (command === 'run') assert.ok(scripts.includes(name), name);
}

/** The longest run of words that wrangler knows as a command; it must have the flags too. */
async function checkNpx([program, ...words]) {
  if (program !== 'wrangler') return;
  const flags = words.filter((word) => word.startsWith('--'));
  for (const count of [3, 2, 1]) {
    const command = ['wrangler', ...words.slice(0, count)];
    const { stdout } = await run('npx', [...command, '--help'], { cwd: root });
    if (!stdout.startsWith(command.join(' '))) continue;
    for (const flag of flags) assert.ok(stdout.includes(flag), `${command.join(' ')}: ${flag}`);
    return;
  }
  assert.fail(`wrangler ${words.join(' ')}: no such command`);
}

/** Addresses of ours carry options that are options. */
function checkAddresses(words) {
  for (const word of words) {
    const query = /^https?:\/\/[^?]*\?(.*)$/.exec(word)?.[1];
    if (query !== undefined) canonical(query);
  }
}

function checkOptions(words) {
  for (const word of words) if (/^\w+=[\w.&=%-]*$/.test(word)) canonical(word);
}

const canonical = (query) => execFileSync(nativeProgram, ['--canon', query], { encoding: 'utf8' });

for (const page of pages) {
  const commands = commandsOf(page);
  if (commands.length === 0) continue;
  test(`${page}: commands are commands`, async () => {
    for (const line of commands) {
      const [program, ...words] = wordsOf(line);
      await CHECKS[program]?.(words);
    }
  });
}

describe('the session in the README, against what make run starts', () => {
  let folder, server, port;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-'));
    port = await freePort();
    const env = { ...process.env, PORT: String(port), STATE: path.join(folder, 'bucket') };
    const url = `http://localhost:${port}/healthz`;
    server = await startServer('scripts/run', [], { url, cwd: root, env });
  });
  after(async () => {
    await server?.stop(); // wrangler and workerd with it
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  for (const { command, expected } of sessionOf(PLAYED)) {
    test(command, async () => {
      const here = command.replaceAll('localhost:8787', `localhost:${port}`);
      const { stdout } = await run('bash', ['-c', here], { cwd: folder });
      assert.equal(stdout.replaceAll('\r', '').trim(), expected);
    });
  }
});

/** The curl lines of a page's console blocks, each with the output written behind it. */
function sessionOf(page) {
  const blocks = [...read(page).matchAll(/^```console\n([^]*?)^```/gm)].map(([, block]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .filter((part) => part.startsWith('curl '))
      .map((part) => {
        const [command, ...lines] = part.trimEnd().split('\n');
        return { command, expected: lines.join('\n') };
      }),
  );
}
