// Which addresses an origin and a CDN's API may have, read as the worker reads them at its start.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCdnPurge } from '../../worker/cdn/purge.js';
import { createOrigins } from '../../worker/origin/origins.js';
import { HOSTS, SPELLINGS } from './hosts.mjs';

const secrets = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'key' };
const create = (origin) => createOrigins(/** @type {any} */ ({ origins: { o: origin } }), secrets);

const createPurge = (cdn_purge) =>
  createCdnPurge(/** @type {any} */ ({ cdn_purge }), { FASTLY_API_TOKEN: 'token' });

const MESSAGES = {
  private: /^configuration: (origins\.o\.base|origins\.o\.endpoint|cdn_purge\.endpoint): .+ is a private address: allow_private = true, if that is meant$/,
  never: /^configuration: (origins\.o\.base|origins\.o\.endpoint|cdn_purge\.endpoint): .+ is a link-local, multicast or reserved address$/,
  wrong: /^configuration: (origins\.o\.base|origins\.o\.endpoint|cdn_purge\.endpoint): a URL such as https:\/\/images\.example\/folder$/,
};

for (const [kind, hosts] of Object.entries(HOSTS)) {
  test(`${kind} hosts, of http and of s3`, () => {
    for (const host of hosts) {
      for (const origin of [
        { kind: 'http', base: `http://${host}/folder` },
        { kind: 'http', base: `https://${host}:8443` },
        { kind: 's3', endpoint: `https://${host}`, bucket: 'b' },
      ]) {
        const message = MESSAGES[kind];
        if (message) assert.throws(() => create(origin), { name: 'TypeError', message }, host);
        else create(origin);
        const opted = { ...origin, allow_private: true };
        if (['never', 'wrong'].includes(kind)) assert.throws(() => create(opted), { message }, host);
        else create(opted);
      }
    }
  });
}

for (const [kind, hosts] of Object.entries(HOSTS)) {
  test(`${kind} hosts, of a CDN's API`, () => {
    for (const host of hosts) {
      const purge = { kind: 'fastly', service: 's', endpoint: `https://${host}` };
      const message = MESSAGES[kind];
      const opted = { ...purge, allow_private: true };
      if (message) assert.throws(() => createPurge(purge), { name: 'TypeError', message }, host);
      else createPurge(purge);
      if (['never', 'wrong'].includes(kind)) assert.throws(() => createPurge(opted), { message }, host);
      else createPurge(opted);
    }
  });
}

test('IPv4 in decimal, octal, hexadecimal, short and in other letters', () => {
  for (const host of SPELLINGS) {
    const origin = { kind: 'http', base: `http://${host}` };
    assert.throws(() => create(origin), /: (127|10|169\.254)\.\S+ is a (private|link-local)/, host);
  }
});

describe('the setting and the URL', () => {
  test('allow_private is true or false', () => {
    for (const allowed of ['yes', 'true', 1, null]) {
      assert.throws(
        () => create({ kind: 'http', base: 'http://10.0.0.1', allow_private: allowed }),
        { message: 'configuration: origins.o.allow_private: true or false' },
      );
      assert.throws(
        () => createPurge({ kind: 'fastly', service: 's', allow_private: allowed }),
        { message: 'configuration: cdn_purge.allow_private: true or false' },
      );
    }
  });

  test('a base is http or https, without user, query and fragment', () => {
    for (const base of [
      'ftp://o.example',
      'file:///etc',
      'o.example',
      'http://',
      'http://user@o.example',
      'http://o.example?a=',
      'http://o.example#',
      'http://o.example\\@10.0.0.1',
      'javascript:1',
    ]) {
      assert.throws(() => create({ kind: 'http', base }), { message: MESSAGES.wrong }, base);
    }
  });

  test("a bucket's name before the host does not lead elsewhere", () => {
    const s3 = { kind: 's3', endpoint: 'https://s3.example', style: 'host' };
    create({ ...s3, bucket: 'pictures' });
    for (const bucket of ['10.0.0.1/', '169.254.169.254/', 'localhost:80/']) {
      assert.throws(() => create({ ...s3, bucket }), /private|link-local/, bucket);
    }
  });
});
