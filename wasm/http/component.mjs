// component.mjs - makes a wasi:http component of the module in wasm/http/:
//
//     node wasm/http/component.mjs MODULE.wasm COMPONENT.wasm
//
// The interfaces' descriptions are those that jco brings; 0.2.0, the oldest, is what is asked for,
// so that every 0.2 host has it.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { componentEmbed, componentNew } from '@bytecodealliance/jco';

const VERSION = '0.2.12';
const PACKAGES = ['io', 'clocks', 'random', 'filesystem', 'sockets', 'cli', 'http'];
const WORLD = `package thimble:http;
world service {
  import wasi:cli/environment@0.2.0;
  include wasi:http/proxy@0.2.0;
}
`;

/** A package of WIT as a block inside another file. @param {string} name */
async function nested(name) {
  const file = `../lib/wit/builtin/${VERSION}/wasi-${name}/package.wit`;
  const url = new URL(file, import.meta.resolve('@bytecodealliance/jco'));
  const text = (await readFile(fileURLToPath(url), 'utf8')).replaceAll(VERSION, '0.2.0');
  return text.replace(/^package ([^;]+);/, 'package $1 {') + '}\n';
}

const [module, component] = process.argv.slice(2);
const witSource = WORLD + (await Promise.all(PACKAGES.map(nested))).join('');
const embedded = await componentEmbed({
  binary: await readFile(module),
  witSource,
  world: 'service',
});
await writeFile(component, await componentNew(embedded, []));
