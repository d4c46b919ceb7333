// The wasi:http component beyond tests/runtimes: what it imports, failures that cannot return from
// libjpeg, and the memory it takes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sampleBytes } from '../images/make-samples.mjs';
import { native, root } from '../lib/engines.mjs';
import { MEMORY_BYTES_MAX, serve, wasmtimeMissing } from './serve.mjs';

test('the module imports wasi 0.2.0 and nothing else', async () => {
  const bytes = readFileSync(path.join(root, 'build/wasm/thimble-http.core.wasm'));
  const imports = WebAssembly.Module.imports(await WebAssembly.compile(bytes));
  assert.ok(imports.length > 30);
  for (const { module } of imports) assert.match(module, /^wasi:(cli|clocks|http|io)\/.*@0\.2\.0$/);
});

/** A JPEG whose failure is found inside libjpeg, by its Huffman decoder. */
async function damagedJpeg() {
  const bytes = Buffer.from(await sampleBytes('jpeg/420.jpg'));
  for (const at of [1, 2, 3]) bytes[600 + ((at * 47_514) % (bytes.length - 700))] ^= 0x60;
  return bytes;
}

const skip = await wasmtimeMissing();
describe('wasmtime serve', { skip: skip || false }, () => {
  let origin, server, files;
  before(async () => {
    files = {
      '/damaged.jpg': await damagedJpeg(),
      '/good.jpg': await sampleBytes('jpeg/420.jpg'),
      '/24mp.jpg': await sampleBytes('big/24mp.jpg'),
    };
    origin = createServer((request, response) => 
      response.end(files[request.url.replace('/pass', '')]),
    ).listen(0);
    await once(origin, 'listening');
    server = await serve('wasmtime', {
      origins: { main: { kind: 'http', base: `http://127.0.0.1:${origin.address().port}`, allow_private: true } },
      routes: [
        { path: '/pass/*', origin: 'main', on_error: 'pass' },
        { path: '/*', origin: 'main', on_error: 'status' },
      ],
    });
  });
  after(async () => {
    await server?.stop();
    origin.closeAllConnections();
    origin.close();
  });

  async function get(target) {
    const response = await fetch(`${server.url}${target}`);
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  test('what libjpeg gives up on is a 422 or the original, and the next request works', async () => {
    const expected = await native(files['/damaged.jpg'], 'w=50');
    assert.equal(expected.status, 'CORRUPT');
    for (let i = 0; i < 3; i++) {
      const refused = await get('/damaged.jpg?w=50');
      assert.equal(refused.status, 422);
      assert.equal(`thimble: ${refused.bytes}`.trim(), expected.message);
      const passed = await get('/pass/damaged.jpg?w=50');
      assert.equal(passed.status, 200);
      assert.ok(passed.bytes.equals(files['/damaged.jpg']));
      const good = await get('/good.jpg?w=50');
      assert.ok(good.bytes.equals((await native(files['/good.jpg'], 'w=50')).bytes));
    }
  });

  test(`a 24 MP photo in ${MEMORY_BYTES_MAX >> 20} MiB of linear memory`, async () => {
    const { status, bytes } = await get('/24mp.jpg?w=800&f=webp');
    assert.equal(status, 200);
    assert.ok(bytes.equals((await native(files['/24mp.jpg'], 'w=800&f=webp')).bytes));
  });
});
