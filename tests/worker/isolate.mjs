// isolate.mjs - the memory of the worker's own isolate, as V8 tells its inspector.

/**
 * @param {URL} inspectorUrl of a service that was started `inspected`
 * @returns {Promise<{ memory: () => Promise<{ heap: number, buffers: number }>, close: () => void }>}
 *   memory: bytes, garbage included (workerd collects for nobody); buffers are what ArrayBuffers hold
 */
export async function inspectIsolate(inspectorUrl) {
  const targets = await (await fetch(new URL('/json/list', httpOf(inspectorUrl)))).json();
  const { webSocketDebuggerUrl } = targets.find(({ id }) => /thimble/.test(id)) ?? targets[0];
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    waiting.get(id)?.({ result, error });
    waiting.delete(id);
  };
  let serial = 0;
  const call = (method) =>
    new Promise((resolve, reject) => {
      serial += 1;
      waiting.set(serial, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      );
      socket.send(JSON.stringify({ id: serial, method }));
    });
  return {
    async memory() {
      const { usedSize, backingStorageSize } = await call('Runtime.getHeapUsage');
      return { heap: usedSize, buffers: backingStorageSize };
    },
    close: () => socket.close(),
  };
}

/** @param {URL} url */
function httpOf(url) {
  const own = new URL(url);
  own.protocol = 'http:';
  return own;
}
