// child.mjs - one contestant in a process of its own, so that CPU time and memory are its own.
// The parent sends { job, file } and gets { wall, cpu, memory, bytes }; it asks the children in
// turn, so that whatever else the machine does hits all of them alike.
//
//     node child.mjs NAME            answers jobs over IPC
//     node child.mjs NAME --cold     one job, timed from before the import
import fs from 'node:fs';

const begun = performance.now();
const [name, mode] = process.argv.slice(2);

// Every linear memory that is made, by whomever: what a Workers isolate would have to hold.
const memories = new Set();
const note = (exportsOrMemory) => {
  for (const value of Object.values(exportsOrMemory))
    if (value instanceof WebAssembly.Memory) memories.add(value);
};
const { Instance, instantiate, Memory } = WebAssembly;
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    const instance = new target(...args);
    note(instance.exports);
    return instance;
  },
});
WebAssembly.instantiate = async (...args) => {
  const result = await instantiate(...args);
  note((result.instance ?? result).exports);
  return result;
};
WebAssembly.Memory = new Proxy(Memory, {
  construct(target, args) {
    const memory = new target(...args);
    memories.add(memory);
    return memory;
  },
});
const linearMemory = () => [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

const { contestants } = await import('./contestants.mjs');

async function measure(resize, job, file) {
  const bytes = new Uint8Array(fs.readFileSync(file));
  const cpuBefore = process.cpuUsage();
  const wallBefore = performance.now();
  const out = await resize(bytes, job);
  const wall = performance.now() - wallBefore;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall, cpu: (user + system) / 1000, memory: linearMemory(), out };
}

if (mode === '--cold') {
  const { job, file } = JSON.parse(process.argv[4]);
  const bytes = new Uint8Array(fs.readFileSync(file));
  const resize = await contestants[name].start();
  await resize(bytes, job);
  console.log(performance.now() - begun);
  process.exit(0);
}

const resize = await contestants[name].start();
process.on('message', async ({ job, file, save }) => {
  try {
    const { out, ...figures } = await measure(resize, job, file);
    if (save) fs.writeFileSync(save, out);
    process.send({ ...figures, bytes: out.length });
  } catch (error) {
    process.send({ error: String(error?.message ?? error).split('\n')[0] });
  }
});
process.send('ready');
