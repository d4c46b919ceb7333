// What an origin's configuration may say: what is wrong names itself, and nothing is overlooked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrigins } from '../../worker/origin/origins.js';

const secrets = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'key', MY_BUCKET: {} };
const create = (origin) => createOrigins(/** @type {any} */ ({ origins: { o: origin } }), secrets);

const HTTP = { kind: 'http', base: 'https://o.example' };
const S3 = { kind: 's3', endpoint: 'https://s3.example', bucket: 'b' };

test('what is right is taken', () => {
  create({ kind: 'r2', binding: 'MY_BUCKET' });
  create({ ...HTTP, headers: { Authorization: 'Bearer x' }, allow_private: false, backend: 'main' });
  create({ ...S3, region: 'eu-west-1', style: 'host', credentials: 'S3', allow_private: false });
});

test('what is wrong names itself', () => {
  for (const [origin, message] of [
    [null, 'kind: one of r2, s3, http'],
    [7, 'kind: one of r2, s3, http'],
    [{}, 'kind: one of r2, s3, http'],
    [{ kind: 'toString' }, 'kind: one of r2, s3, http'],
    [{ kind: 'http' }, 'base: missing'],
    [{ ...S3, bucket: 7 }, 'bucket: missing'],
    [{ ...HTTP, headres: {} }, 'headres: no such option'],
    [{ ...HTTP, toString: 'x' }, 'toString: no such option'],
    [{ ...HTTP, bucket: 'b' }, 'bucket: no such option'],
    [{ ...S3, headers: {} }, 'headers: no such option'],
    [{ kind: 'r2', binding: 'MY_BUCKET', allow_private: true }, 'allow_private: no such option'],
    [{ ...HTTP, headers: 'Authorization: x' }, 'headers: not valid JSON'],
    [{ ...HTTP, headers: [] }, 'headers: a table'],
    [{ ...HTTP, headers: { 'a b': 'x' } }, 'headers: names and values of HTTP headers'],
    [{ ...HTTP, headers: { a: 'x\r\nb: y' } }, 'headers: names and values of HTTP headers'],
    [{ ...S3, style: 'hosts' }, 'style: one of path, host'],
    [{ ...S3, region: 7 }, 'region: a text'],
    [{ ...S3, credentials: 'AWS' }, null],
  ]) {
    const wanted = message ? `origins.o.${message}` : 'AWS_ACCESS_KEY_ID: configured, but not there';
    assert.throws(() => create(origin), { name: 'TypeError', message: `configuration: ${wanted}` });
  }
});
