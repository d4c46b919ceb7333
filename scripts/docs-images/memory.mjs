// memory.mjs - docs/memory.svg: the module's linear memory while a JPEG of 100 megapixels
// streams through it, beside the limit of an isolate and a resizer that holds the frame.
// Memory does not depend on the machine, so the picture changes only when the code does.
import { openAsBlob } from 'node:fs';
import { runStream } from '../../demo/stream-job.js';
import { samplePath } from '../../tests/images/make-samples.mjs';
import { thimbleModule } from '../../tests/lib/engines.mjs';
import { Engine } from '../../worker/resizer/engine.js';
import { drawSheet, write } from './svg.mjs';

const MIB = 1 << 20;
const ISOLATE_MIB = 128;
const TOP_MIB = 160;
const [WIDTH, HEIGHT] = [860, 330];
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 190, 44, 46];

const x = (share) => LEFT + share * (WIDTH - LEFT - RIGHT);
const y = (mib) => HEIGHT - BOTTOM - (mib / TOP_MIB) * (HEIGHT - BOTTOM - TOP);
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
      `<path class="line grid" d="M${LEFT} ${y(mib)}H${x(1)}"/>${write('soft end', [LEFT - 8, y(mib) + 4], mib)}`,
  );
  const megabytes = [0, 5, 10, 15, 20].map((mb) =>
    write('soft middle', [x((mb * 1e6) / total), HEIGHT - 24], mb),
  );
  const frameMiB = Math.round(frameMib);
  const sheet = {
    width: WIDTH,
    height: HEIGHT,
    title: `Memory while a JPEG of 100 megapixels is resized: thimble ${peakMib.toFixed(1)} MiB, a whole frame ${frameMiB} MiB`,
    style: `.limit{stroke:#24292f;stroke-dasharray:7 5}.frame{stroke:#8c959f}.limit,.frame{stroke-width:2}.us{stroke-width:3.5}
@media (prefers-color-scheme:dark){.limit{stroke:#ece7df}}`,
  };
  return drawSheet(sheet, [
    write('ink bold', [16, 26], 'Memory while a JPEG of 100 megapixels is resized'),
    ...grid,
    ...megabytes,
    write('soft', [x(1) + 12, HEIGHT - 24], 'MB read'),
    write('soft end', [LEFT - 8, y(TOP_MIB) + 4], 'MiB'),
    `<path class="line limit" d="M${LEFT} ${y(ISOLATE_MIB)}H${x(1)}"/>`,
    write('ink bold', [x(1) + 12, y(ISOLATE_MIB) + 4], 'an edge isolate: 128'),
    `<path class="line frame" d="M${LEFT} ${y(0)}L${out.toFixed(1)} ${y(TOP_MIB)}"/>`,
    write('soft', [out - 30, y(84)], `the whole frame as RGBA: ${frameMiB} at the end`),
    `<polyline class="us" points="${stairs(samples, total)}"/>`,
    write('own', [x(1) + 12, y(peakMib) + 5], `thimble: ${peakMib.toFixed(1)}`),
  ]);
}

/** @returns {Promise<string>} SVG */
export async function drawMemory() {
  const blob = await openAsBlob(await samplePath('big/100mp.jpg'));
  const engine = new Engine(await WebAssembly.instantiate(await thimbleModule(), {}), '');
  const samples = [];
  const onProgress = (progress) => samples.push(...progress.samples);
  const { info } = await runStream(engine, { blob, query: 'w=800&f=webp', onProgress });
  const frameMib = (4 * info.inWidth * info.inHeight) / MIB;
  return draw({ samples, total: blob.size, frameMib, peakMib: info.linearMemory / MIB });
}
