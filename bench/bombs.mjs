// bombs.mjs - every bomb of tests/bombs/files through the module, and a table of what it took.
//
//     node bench/bombs.mjs [--rounds N] [--only TEXT]
//
// Each job has an instance of its own; time and CPU are medians. Fails when a bomb ends otherwise
// than its list says (tests/bombs holds work and memory to it as well).
import { parseArgs } from 'node:util';
import { bombs } from '../tests/bombs/files/index.mjs';
import { runBomb } from '../tests/lib/bomb-job.mjs';

const MIB = 1 << 20;
const { values: flags } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
});

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

async function measure({ name, make, expect }) {
  const input = make();
  const runs = [];
  for (let i = 0; i < Number(flags.rounds); i++) runs.push(await runBomb(input));
  const { status, outBytes, work, linearMemory } = runs[0];
  return {
    name,
    input: input.length,
    ended: status === 'OK' ? `${outBytes} bytes` : status,
    ok: status === expect,
    ms: median(runs.map((run) => run.ms)),
    cpuMs: median(runs.map((run) => run.cpuMs)),
    mib: linearMemory / MIB,
    work,
  };
}

let wrong = 0;
const refused = { count: 0, cpuMsMax: 0, mibMax: 0 };
console.log('| bomb | bytes | ends with | ms | CPU ms | MiB | work |');
console.log('|---|--:|---|--:|--:|--:|--:|');
for (const bomb of bombs.filter(({ name }) => name.includes(flags.only))) {
  const row = await measure(bomb);
  const figures = [row.ms, row.cpuMs, row.mib].map((figure) => figure.toFixed(1));
  console.log(`| ${[row.name, row.input, row.ended, ...figures, row.work].join(' | ')} |`);
  if (!row.ok) wrong++;
  if (row.ended.endsWith(' bytes')) continue;
  refused.count++;
  refused.cpuMsMax = Math.max(refused.cpuMsMax, row.cpuMs);
  refused.mibMax = Math.max(refused.mibMax, row.mib);
}
console.log(
  `\n${refused.count} are refused, in at most ${refused.cpuMsMax.toFixed(0)} ms of CPU and ` +
    `${refused.mibMax.toFixed(1)} MiB.`,
);
if (wrong > 0) {
  console.error(`${wrong} ended otherwise than their list says`);
  process.exitCode = 1;
}
