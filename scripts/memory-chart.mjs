// memory-chart.mjs - docs/memory.svg: the module's linear memory while a JPEG of 100 megapixels
// streams through it, beside the limit of an isolate and a resizer that holds the frame.
//
//     node scripts/memory-chart.mjs
//
// Memory does not depend on the machine, so the picture changes only when the code does.
import { openAsBlob } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runStream } from '../demo/stream-job.js';
import { samplePath } from '../tests/images/make-samples.mjs';
import { root, thimbleModule } from '../tests/lib/engines.mjs';
import { Engine } from '../worker/engine.js';

const MIB = 1 << 20;
const ISOLATE_MIB = 128;
const TOP_MIB = 160;
const [WIDTH, HEIGHT] = [860, 330];
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 190, 44, 46];

const x = (share) => LEFT + share * (WIDTH - LEFT - RIGHT);
const y = (mib) => HEIGHT - BOTTOM - (mib / TOP_MIB) * (HEIGHT - BOTTOM - TOP);
const text = (kind, at, words, rest = '') =>
  `<text class="${kind}" x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" ${rest}>${words}</text>`;

/** Corners of the staircase: a point only where the memory changes. */
function stairs(samples, total) {
  const corners = [];
  let last = -1;
  for (const { inBytes, memory } of samples) {
    if (memory === last) continue;
    const at = x(inBytes / total).toFixed(1);
    if (last >= 0) corners.push(`${at},${y(last / MIB).toFixed(1)}`);
    corners.push(`${at},${y(memory / MIB).toFixed(1)}`);
    last = memory;
  }
  return [...corners, `${x(1)},${y(last / MIB).toFixed(1)}`].join(' ');
}

function draw({ samples, total, frameMib, peakMib }) {
  const out = x(TOP_MIB / frameMib);
  const grid = [0, 32, 64, 96, 128].map(
    (mib) =>
      `<path class="grid" d="M${LEFT} ${y(mib)}H${x(1)}"/>${text('soft end', [LEFT - 8, y(mib) + 4], mib)}`,
  );
  const megabytes = [0, 5, 10, 15, 20].map((mb) =>
    text('soft middle', [x((mb * 1e6) / total), HEIGHT - 24], mb),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">
<title>Memory while a JPEG of 100 megapixels is resized: thimble ${peakMib.toFixed(1)} MiB, a whole frame ${Math.round(frameMib)} MiB</title>
<style>
.paper{fill:#fff}.ink{fill:#24292f}.soft{fill:#57606a}.grid{stroke:#d8dee4}.limit{stroke:#24292f;stroke-dasharray:7 5}.frame{stroke:#8c959f}.us{stroke:#b03e1d}.own{fill:#b03e1d;font-weight:700}
.end{text-anchor:end}.middle{text-anchor:middle}polyline,path{fill:none;stroke-width:1}.limit,.frame{stroke-width:2}.us{stroke-width:3.5}.bold{font-weight:600}
@media (prefers-color-scheme:dark){.paper{fill:#15171b}.ink{fill:#ece7df}.soft{fill:#a9a196}.grid{stroke:#343840}.limit{stroke:#ece7df}.us{stroke:#f0906a}.own{fill:#f0906a}}
</style>
<rect class="paper" width="${WIDTH}" height="${HEIGHT}" rx="8"/>
${text('ink bold', [16, 26], 'Memory while a JPEG of 100 megapixels is resized', 'font-size="16"')}
${grid.join('\n')}
${megabytes.join('')}
${text('soft', [x(1) + 12, HEIGHT - 24], 'MB read')}
${text('soft end', [LEFT - 8, y(TOP_MIB) + 4], 'MiB')}
<path class="limit" d="M${LEFT} ${y(ISOLATE_MIB)}H${x(1)}"/>
${text('ink bold', [x(1) + 12, y(ISOLATE_MIB) + 4], 'an edge isolate: 128')}
<path class="frame" d="M${LEFT} ${y(0)}L${out.toFixed(1)} ${y(TOP_MIB)}"/>
${text('soft', [out - 30, y(84)], `the whole frame as RGBA: ${Math.round(frameMib)} at the end`)}
<polyline class="us" points="${stairs(samples, total)}"/>
${text('own', [x(1) + 12, y(peakMib) + 5], `thimble: ${peakMib.toFixed(1)}`)}
</svg>
`;
}

const blob = await openAsBlob(await samplePath('big/100mp.jpg'));
const engine = new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), '');
const samples = [];
const onProgress = (progress) => samples.push(...progress.samples);
const { info } = await runStream(engine, { blob, query: 'w=800&f=webp', onProgress });
const frameMib = (4 * info.inWidth * info.inHeight) / MIB;
const peakMib = info.linearMemory / MIB;
await writeFile(
  path.join(root, 'docs/memory.svg'),
  draw({ samples, total: blob.size, frameMib, peakMib }),
);
console.log(`thimble: docs/memory.svg: ${peakMib.toFixed(2)} MiB`);
