// main.mjs - the pictures that README and docs/ show, anew from what the module does now.
//
//     node scripts/docs-images/main.mjs
//
// They are text (SVG) and under version control, because a page on a code host cannot run
// scripts; tests/docs holds them against the module.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeThimble, root } from '../../tests/lib/engines.mjs';
import { drawMemory } from './memory.mjs';
import { drawOptions } from './options.mjs';
import { drawResult } from './result.mjs';

/** @type {Record<string, (thimble: any) => Promise<string>>} */
export const images = {
  'docs/memory.svg': drawMemory,
  'docs/options.svg': drawOptions,
  'docs/result.svg': drawResult,
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [file, draw] of Object.entries(images)) {
    // An instance of its own for each: memory that was grown once is not given back.
    await writeFile(path.join(root, file), await draw(await makeThimble()));
    console.log(`thimble: ${file}`);
  }
}
