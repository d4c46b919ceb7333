// worker/resizer/resizer.js with the real module: what a program gets that imports it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createThimble, ThimbleError } from '../../worker/resizer/resizer.js';
import { sampleBytes } from '../images/make-samples.mjs';
import { streamOf, thimbleModule } from '../lib/engines.mjs';

const thimble = createThimble(await thimbleModule());
const thumbnail = await sampleBytes('thumbnail.png');
const photo = await sampleBytes('photo.jpg');

/** Collects a stream. */
async function read(body) {
  return new Uint8Array(await new Response(body).arrayBuffer());
}

/** A stream of which a test holds the other end. */
function heldStream() {
  const held = { cancelled: undefined };
  held.stream = new ReadableStream({
    start(controller) {
      held.controller = controller;
    },
    cancel(reason) {
      held.cancelled = reason ?? true;
    },
  });
  return held;
}

describe('resize', () => {
  test("the article's request", async () => {
    const { info, bytes } = await thimble.resize(thumbnail, 'w=200&h=150&f=webp&q=90');
    assert.deepEqual(
      { ...info, peakMemory: 0, linearMemory: 0, work: 0 },
      {
        status: 'DONE',
        message: '',
        inFormat: 'png',
        inWidth: 800,
        inHeight: 800,
        outFormat: 'webp',
        outWidth: 200,
        outHeight: 150,
        peakMemory: 0,
        linearMemory: 0,
        work: 0,
      },
    );
    assert.ok(info.peakMemory > 0 && info.work > 0);
    assert.ok(info.linearMemory >= info.peakMemory);
    assert.equal(Buffer.from(bytes).toString('latin1', 8, 12), 'WEBP');
  });

  test('an array, a view into a larger one, and a stream of any chunks give the same bytes', async () => {
    const whole = (await thimble.resize(photo, 'w=160')).bytes;
    const shifted = new Uint8Array(photo.length + 7);
    shifted.set(photo, 7);
    const view = new DataView(shifted.buffer, 7);
    assert.deepEqual((await thimble.resize(view, 'w=160')).bytes, whole);
    for (const size of [977, 4096, 65536, 100_000, photo.length]) {
      const { bytes } = await thimble.resize(streamOf(photo, size), 'w=160', {
        length: photo.length,
      });
      assert.deepEqual(bytes, whole, `chunks of ${size}`);
    }
  });

  test('empty chunks are skipped', async () => {
    const chunks = [
      new Uint8Array(0),
      photo.subarray(0, 10),
      new Uint8Array(0),
      photo.subarray(10),
    ];
    const stream = new ReadableStream({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk) controller.enqueue(new Uint8Array(chunk));
        else controller.close();
      },
    });
    assert.deepEqual(
      (await thimble.resize(stream, 'w=160')).bytes,
      (await thimble.resize(photo, 'w=160')).bytes,
    );
  });

  test('a length that lies does no harm', async () => {
    const whole = (await thimble.resize(thumbnail, 'w=60')).bytes;
    for (const length of [0, 1, thumbnail.length * 2, 2 ** 40]) {
      assert.deepEqual(
        (await thimble.resize(thumbnail, 'w=60', { length })).bytes,
        whole,
        `${length}`,
      );
    }
  });

  test('f=auto follows the Accept header', async () => {
    const webp = await thimble.resize(photo, 'w=50&f=auto', {
      accept: 'image/avif,image/webp,*/*;q=0.8',
    });
    const safe = await thimble.resize(photo, 'w=50&f=auto', { accept: 'image/png,*/*' });
    assert.equal(webp.info.outFormat, 'webp');
    assert.equal(safe.info.outFormat, 'jpeg');
  });

  test('an Accept header changes nothing else', async () => {
    const answer = async (query, accept) => {
      const job = thimble.resize(photo, query, { accept });
      return job.then(({ bytes }) => Buffer.from(bytes), ({ message }) => message);
    };
    for (const query of ['', 'height=33&width=20&foo=1', 'w=%31%30&f=png', 'f=safe', 'w=0', 'q=x&w=5'])
      assert.deepEqual(await answer(query, '*/*'), await answer(query), query);
  });

  test('f=json tells what the image is', async () => {
    const { info, bytes } = await thimble.resize(thumbnail, 'f=json');
    assert.equal(info.outFormat, 'json');
    const { width, height, format } = JSON.parse(new TextDecoder().decode(bytes));
    assert.deepEqual([width, height, format], [800, 800, 'png']);
  });
});

describe('resizeStream', () => {
  test('the same bytes as resize, and what is known when the first of them comes', async () => {
    const { bytes } = await thimble.resize(photo, 'w=900&f=png');
    const { info, body } = await thimble.resizeStream(streamOf(photo, 4096), 'w=900&f=png');
    assert.equal(info.inFormat, 'jpeg');
    assert.equal(info.outWidth, 900);
    assert.deepEqual(await read(body), bytes);
  });

  test('reads its input only as its output is read', async () => {
    let pulled = 0;
    const chunks = streamOf(photo, 4096).getReader();
    const counted = new ReadableStream(
      {
        async pull(controller) {
          const { done, value } = await chunks.read();
          if (done) return controller.close();
          pulled += value.length;
          controller.enqueue(value);
        },
      },
      { highWaterMark: 0 },
    );
    const { body } = await thimble.resizeStream(counted, 'w=1000&f=png');
    const before = pulled;
    assert.ok(before < photo.length, 'everything was read before anything was asked for');
    await read(body);
    assert.ok(pulled > before);
  });

  test('an error before the first byte rejects', async () => {
    await assert.rejects(thimble.resizeStream(photo.subarray(0, 100), 'w=10'), ThimbleError);
  });

  test('cancelling the output cancels the input and frees the instance', async () => {
    const held = heldStream();
    held.controller.enqueue(new Uint8Array(photo.subarray(0, photo.length - 1000)));
    const { body } = await thimble.resizeStream(held.stream, 'w=1000&f=png');
    await body.cancel('enough');
    assert.equal(held.cancelled, 'enough');
    assert.equal((await thimble.resize(photo, 'w=10')).info.outWidth, 10);
  });
});

describe('errors', () => {
  test('name, HTTP status and the words of the image', async () => {
    const cases = [
      ['w=0', thumbnail, 'BAD_OPTION', 400, /w/],
      ['w=1&w=2', thumbnail, 'BAD_OPTION', 400, /w/],
      ['w=10', await sampleBytes('document.pdf'), 'UNSUPPORTED', 415, /pdf/i],
      ['w=10', thumbnail.subarray(0, 5000), 'TRUNCATED', 422, /png/],
      ['w=10', photo.subarray(0, 5000), 'TRUNCATED', 422, /jpeg/],
    ];
    for (const [query, input, status, httpStatus, message] of cases) {
      await assert.rejects(thimble.resize(input, query), {
        name: 'ThimbleError',
        status,
        httpStatus,
        message,
      });
    }
  });

  test('limits, as text or record, refuse from the header', async () => {
    for (const limits of ['pixels=1000', { pixels: 1000 }]) {
      const strict = createThimble(await thimbleModule(), { limits });
      await assert.rejects(strict.resize(photo, 'w=10'), { status: 'TOO_LARGE', httpStatus: 413 });
    }
  });

  test('limits that cannot be read are said at once', async () => {
    const wrong = createThimble(await thimbleModule(), { limits: 'pixels=many' });
    assert.throws(() => wrong.canon('w=1'), { status: 'BAD_OPTION' });
    await assert.rejects(wrong.resize(photo, 'w=1'), { status: 'BAD_OPTION' });
  });

  test("the input stream's own error is what one gets", async () => {
    const trouble = new Error('the line went dead');
    const held = heldStream();
    held.controller.enqueue(new Uint8Array(photo.subarray(0, 70_000)));
    const result = thimble.resize(held.stream, 'w=10');
    setTimeout(() => held.controller.error(trouble), 5);
    await assert.rejects(result, trouble);
    assert.equal((await thimble.resize(photo, 'w=10')).info.outWidth, 10);
  });

  test('a stream of something else than bytes', async () => {
    const text = new ReadableStream({ start: (controller) => controller.enqueue('text') });
    await assert.rejects(thimble.resize(text, 'w=10'), TypeError);
  });

  test('a bad option cancels the input stream', async () => {
    const held = heldStream();
    await assert.rejects(thimble.resize(held.stream, 'w=-1'), { status: 'BAD_OPTION' });
    assert.ok(held.cancelled);
  });
});

describe('abort', () => {
  test('while waiting for input: rejects with the reason, cancels the stream', async () => {
    const held = heldStream();
    const abort = new AbortController();
    held.controller.enqueue(new Uint8Array(photo.subarray(0, 70_000)));
    const result = thimble.resize(held.stream, 'w=10', { signal: abort.signal });
    const reason = new Error('nobody waits any more');
    setTimeout(() => abort.abort(reason), 5);
    await assert.rejects(result, reason);
    assert.equal(held.cancelled, reason);
    assert.equal((await thimble.resize(photo, 'w=10')).info.outWidth, 10);
  });

  test('before the beginning', async () => {
    await assert.rejects(thimble.resize(photo, 'w=10', { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });

  test('at once, while the engine is made', async () => {
    const held = heldStream();
    const abort = new AbortController();
    const fresh = createThimble(await thimbleModule());
    const result = fresh.resize(held.stream, 'w=10', { signal: abort.signal });
    const reason = new Error('changed its mind');
    abort.abort(reason);
    await assert.rejects(result, reason);
    assert.equal(held.cancelled, reason);
  });

  test('while the output of resizeStream is read', async () => {
    const held = heldStream();
    const abort = new AbortController();
    held.controller.enqueue(new Uint8Array(photo.subarray(0, photo.length - 1000)));
    const { body } = await thimble.resizeStream(held.stream, 'w=1000&f=png', {
      signal: abort.signal,
    });
    setTimeout(() => abort.abort(new Error('stop')), 5);
    await assert.rejects(read(body), /stop/);
    assert.equal(held.cancelled.message, 'stop');
  });
});

describe('canon and describe', () => {
  test('both orders of the request are one text', () => {
    const text = thimble.canon('w=200&h=150&f=webp&q=90');
    assert.equal(thimble.canon('h=150&width=200&quality=90&format=webp&utm_source=x'), text);
  });

  test('a canonical text is its own canonical text', () => {
    for (const query of ['w=200&f=auto', 'q=80', 'g=0.5x0.3&fit=cover&w=10&h=10', 'dpr=2&w=100']) {
      const text = thimble.canon(query, 'image/webp');
      assert.equal(thimble.canon(text), text);
    }
  });

  test('answers while jobs run', async () => {
    const held = heldStream();
    held.controller.enqueue(new Uint8Array(photo.subarray(0, 70_000)));
    const result = thimble.resize(held.stream, 'w=10');
    assert.equal(thimble.canon('w=10'), 'w=10');
    assert.ok(thimble.describe().length > 5);
    held.controller.error(new Error('end of test'));
    await assert.rejects(result);
  });
});
