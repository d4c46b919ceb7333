// radosgw.mjs - Ceph's S3 gateway over the smallest cluster there is, one monitor and one disk in a
// file: a store that verifies signatures, keeps IAM's policies, and gives out session tokens (STS).
// scripts/engines unpacks it into build/engines/ceph; nothing of it is installed.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { AwsClient } from 'aws4fetch';
import { root } from './engines.mjs';
import { freePort, startServer } from './server.mjs';

const ceph = path.join(root, 'build/engines/ceph');
const libraries = path.join(ceph, 'usr/lib/x86_64-linux-gnu');
const REGION = 'us-east-1';
const CLUSTER = randomUUID();

/** Each takes a second or two, the first user ten. */
const HANGS_AFTER_MS = 120_000;

export const missing = existsSync(path.join(ceph, 'usr/bin/radosgw'))
  ? ''
  : 'no radosgw (make engines)';

/** How clients find the monitor. @param {number} port */
const address = (port) => `v2:127.0.0.1:${port}`;

/**
 * No secrets inside: everything listens on 127.0.0.1. A session may last a second.
 * @param {string} folder
 * @param {{ mon: number, gateway: number }} ports
 */
const settings = (folder, { mon, gateway }) => `
[global]
fsid = ${CLUSTER}
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
mon host = ${address(mon)}
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon data avail crit = 1
mon data = ${folder}/mon
osd data = ${folder}/osd
osd objectstore = bluestore
bluestore block size = 1610612736
osd crush update on start = false
osd class update on start = false
osd class dir = ${libraries}/rados-classes
erasure code dir = ${libraries}/ceph/erasure-code
plugin dir = ${libraries}/ceph
run dir = ${folder}
admin socket = ${folder}/$name.asok
log file = ${folder}/$name.log
keyring = ${folder}/keyring
crash dir = ${folder}
rgw data = ${folder}
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw s3 auth use sts = true
rgw sts key = 0123456789abcdef
rgw sts min session duration = 1
`;

/**
 * @param {{ keys: { accessKeyId: string, secretAccessKey: string }, bucket: string }} options keys:
 *   of the user that owns the bucket
 */
export async function startRadosgw({ keys, bucket }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'thimble-ceph-'));
  const ports = { mon: await freePort(), gateway: await freePort() };
  const endpoint = `http://127.0.0.1:${ports.gateway}`;
  const programs = new Programs(folder);
  try {
    for (const name of ['mon', 'osd']) await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, 'ceph.conf'), settings(folder, ports));
    await writeFile(path.join(folder, 'keyring'), '');
    await startCluster(programs, { folder, port: ports.mon });
    const { accessKeyId, secretAccessKey } = keys;
    const given = [`--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`];
    await programs.run('radosgw-admin', 'user', 'create', '--uid=owner', '--display-name=owner', ...given);
    await programs.start('radosgw', ['-f', '-n', 'client.rgw'], endpoint);
    const owner = new AwsClient({ ...keys, service: 's3', region: REGION });
    const made = await owner.fetch(`${endpoint}/${bucket}`, { method: 'PUT' });
    if (!made.ok) throw new Error(`no bucket: ${made.status} ${await made.text()}`);
  } catch (error) {
    await programs.stop();
    throw error;
  }
  return {
    endpoint,
    region: REGION,
    bucket,
    createRole: (name, policy) => createRole(programs, { name, policy }),
    assumeRole: (name, seconds) => assumeRole(name, { seconds, keys, endpoint }),
    stop: () => programs.stop(),
  };
}

/** Ceph's programs, with the libraries and the settings of theirs. */
class Programs {
  #folder;
  #env;
  /** Ends what serves, the last one first. @type {Array<() => Promise<void>>} */
  #stops = [];

  /** @param {string} folder of all that they write; it goes with them */
  constructor(folder) {
    this.#folder = folder;
    this.#env = {
      ...process.env,
      CEPH_CONF: path.join(folder, 'ceph.conf'),
      PATH: `${path.join(ceph, 'usr/bin')}:${process.env.PATH}`,
      PYTHONPATH: path.join(ceph, 'usr/lib/python3/dist-packages'),
      LD_LIBRARY_PATH: `${libraries}:${libraries}/ceph:${path.join(ceph, 'lib/x86_64-linux-gnu')}`,
    };
  }

  run(program, ...args) {
    return promisify(execFile)(program, args, { env: this.#env, timeout: HANGS_AFTER_MS });
  }

  async start(program, args, url) {
    this.#stops.unshift((await startServer(program, args, { url, env: this.#env })).stop);
  }

  async stop() {
    for (const stop of this.#stops) await stop();
    await rm(this.#folder, { recursive: true });
  }
}

/** A monitor, and a disk for it to watch. */
async function startCluster(programs, { folder, port }) {
  const disk = randomUUID();
  const map = path.join(folder, 'monmap');
  const monitor = (...args) =>
    programs.run('/usr/bin/python3', path.join(ceph, 'usr/bin/ceph'), '--connect-timeout', '60', ...args);
  await programs.run('monmaptool', '--create', '--addv', 'a', `[${address(port)}]`, '--fsid', CLUSTER, map);
  await programs.run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map);
  await programs.start('ceph-mon', ['-f', '-i', 'a']);
  await monitor('osd', 'create', disk, '0');
  await monitor('osd', 'crush', 'add', 'osd.0', '1.0', 'host=h', 'root=default');
  await programs.run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', disk);
  await programs.start('ceph-osd', ['-f', '-i', '0']);
}

/**
 * A role that the owner of the bucket may take on, with that policy and no other right.
 * @param {Programs} programs
 * @param {{ name: string, policy: object }} role policy: as IAM's
 */
async function createRole(programs, { name, policy }) {
  const admin = (...args) => programs.run('radosgw-admin', ...args, `--role-name=${name}`);
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: ['arn:aws:iam:::user/owner'] }, Action: ['sts:AssumeRole'] },
    ],
  };
  await admin('role', 'create', '--path=/', `--assume-role-policy-doc=${JSON.stringify(trust)}`);
  await admin('role-policy', 'put', '--policy-name=all', `--policy-doc=${JSON.stringify(policy)}`);
}

/**
 * Credentials for a while, by STS.
 * @param {string} name of a role
 * @returns {Promise<{ accessKeyId: string, secretAccessKey: string, sessionToken: string }>}
 */
async function assumeRole(name, { seconds, keys, endpoint }) {
  const sts = new AwsClient({ ...keys, service: 'sts', region: REGION });
  const body = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: `arn:aws:iam:::role/${name}`,
    RoleSessionName: 'thimble',
    DurationSeconds: `${seconds}`,
  });
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const response = await sts.fetch(`${endpoint}/`, { method: 'POST', body: `${body}`, headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`no session: ${response.status} ${text}`);
  const field = (word) => new RegExp(`<${word}>([^<]+)</${word}>`).exec(text)?.[1];
  return {
    accessKeyId: field('AccessKeyId'),
    secretAccessKey: field('SecretAccessKey'),
    sessionToken: field('SessionToken'),
  };
}
