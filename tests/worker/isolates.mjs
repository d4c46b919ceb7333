// isolates.mjs - the isolates of a workerd process, as V8 tells its inspector: the worker's own,
// and those in which miniflare plays bucket, cache and network.

/** How often a poke is repeated before an isolate that owes an answer is an error. */
const POKES_MAX = 50;
const POKE_PAUSE_MS = 20;

/**
 * @typedef {object} Isolates
 * @property {() => Promise<{ heap: number, buffers: number }>} memory bytes of the worker's own
 *   isolate, garbage included; buffers are what ArrayBuffers hold. Wasm memories are in neither: the
 *   size of the process tells of those
 * @property {(poke: () => Promise<unknown>) => Promise<void>} collect collects the garbage of every
 *   isolate that `poke`, a few requests, wakes: workerd puts it off until one has work to do
 * @property {() => void} close
 */

/**
 * @param {URL} inspectorUrl of a service that was started `inspected`
 * @returns {Promise<Isolates>}
 */
export async function inspectIsolates(inspectorUrl) {
  const list = new URL('/json/list', inspectorUrl);
  list.protocol = 'http:';
  const targets = await (await fetch(list)).json();
  const isolates = await Promise.all(targets.map(open));
  const own = isolates.find(({ id }) => id === 'core:user:thimble');
  return {
    async memory() {
      const { usedSize, backingStorageSize } = await own.call('Runtime.getHeapUsage');
      return { heap: usedSize, buffers: backingStorageSize };
    },
    async collect(poke) {
      // The second time finds what objects let go of when they went.
      for (let times = 0; times < 2; times += 1) {
        for (const isolate of isolates) isolate.collect();
        for (let pokes = 0; own.collecting || pokes === 0; pokes += 1) {
          if (pokes > POKES_MAX) throw new Error('the worker collects no garbage');
          await poke();
          await new Promise((resolve) => setTimeout(resolve, POKE_PAUSE_MS));
        }
      }
    },
    close: () => isolates.forEach(({ close }) => close()),
  };
}

/** A connection to one isolate's inspector. */
async function open({ id, webSocketDebuggerUrl }) {
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const answer = JSON.parse(data);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  };
  let serial = 0;
  async function call(method) {
    serial += 1;
    socket.send(JSON.stringify({ id: serial, method }));
    const { result, error } = await new Promise((resolve) => waiting.set(serial, resolve));
    if (error) throw new Error(`${id}: ${method}: ${error.message}`);
    return result;
  }
  return {
    id,
    call,
    /** Whether the isolate still owes its collection. */
    collecting: false,
    /** Asks for it once; those that nothing wakes never answer. */
    collect() {
      if (this.collecting) return;
      this.collecting = true;
      call('HeapProfiler.collectGarbage').finally(() => (this.collecting = false));
    },
    close: () => socket.close(),
  };
}
