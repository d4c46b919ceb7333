// The server that plays CloudFront's part refuses what CloudFront is documented to refuse; otherwise
// what passes behind it would say nothing.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startOrigin } from '../runtimes/origin.mjs';
import { startCloudfront } from './cloudfront.mjs';

let origin;
before(async () => {
  origin = await startOrigin();
});
after(() => origin.stop());

/** What a viewer gets when the function returns that. */
async function answerTo(event, result) {
  const lambda = {
    async invoke(given) {
      const text = JSON.stringify(typeof result === 'function' ? result(given) : result);
      return { text, result: JSON.parse(text) };
    },
  };
  const cloudfront = await startCloudfront({ originUrl: origin.url, [event]: lambda });
  try {
    const response = await fetch(`${cloudfront.url}/dev/photo.jpg?w=1`);
    return { status: response.status, text: await response.text(), headers: response.headers };
  } finally {
    await cloudfront.stop();
  }
}

const good = { status: '200', headers: { 'x-own': [{ key: 'X-Own', value: 'yes' }] }, body: 'hello' };
const withHeader = (name, value = 'x', key = name) => ({
  ...good,
  headers: { [name]: [{ key, value }] },
});

describe('a generated response', () => {
  test('goes out, as text or base64', async () => {
    const { status, text, headers } = await answerTo('originRequest', good);
    assert.deepEqual([status, text, headers.get('X-Own')], [200, 'hello', 'yes']);
    const coded = { ...good, body: 'aGVsbG8=', bodyEncoding: 'base64' };
    assert.equal((await answerTo('originRequest', coded)).text, 'hello');
  });

  for (const [what, result] of [
    ['over 1 MB', { ...good, body: 'a'.repeat(1_000_000) }],
    ['with a number for a status', { ...good, status: 200 }],
    ['with X-Cache', withHeader('x-cache')],
    ['with Connection', withHeader('connection')],
    ['with X-Amz-Cf-Id', withHeader('x-amz-cf-id')],
    ['with an upper-case name', withHeader('X-Own')],
    ['with a key of another name', withHeader('x-own', 'x', 'X-Other')],
    ['with a number for a header', withHeader('x-own', 5)],
    ['with an unknown encoding', { ...good, bodyEncoding: 'gzip' }],
    ['with a body to 204', { ...good, status: '204' }],
  ]) {
    test(`${what} is a 502`, async () => {
      const { status, text } = await answerTo('originRequest', result);
      assert.equal(status, 502, text);
      assert.match(text, /LambdaValidationError/);
    });
  }
});

describe('an origin response', () => {
  const own = ({ Records: [{ cf }] }) => cf.response;

  test('keeps its body when none is given', async () => {
    const { status, headers } = await answerTo('originResponse', own);
    assert.equal(status, 200);
    assert.equal(headers.get('Content-Type'), 'image/jpeg');
  });

  test('with another Via is a 502', async () => {
    const changed = (event) => {
      const { headers, ...rest } = own(event);
      return { ...rest, headers: { ...headers, via: [{ key: 'Via', value: 'me' }] } };
    };
    assert.equal((await answerTo('originResponse', changed)).status, 502);
  });
});
