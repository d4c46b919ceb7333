// workerd.mjs - the workerd process that this process started, as Linux describes it.
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

/** Its process id; miniflare starts another one without a word when it dies. */
export function workerdPid() {
  const own = readdirSync('/proc').filter((pid) => {
    const status = /^\d+$/.test(pid) ? readOf(pid, 'status') : '';
    const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
    return /^Name:\s+workerd$/m.test(status) && !/^State:\s+Z/m.test(status) && parent === process.pid;
  });
  if (own.length !== 1) throw new Error(`${own.length} processes called workerd`);
  return Number(own[0]);
}

/** Resident size, bytes. @param {number} pid */
export function residentBytes(pid) {
  return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readOf(pid, 'status'))[1]);
}

/** CPU time so far, user's and system's, ms. @param {number} pid */
export function cpuMs(pid) {
  const fields = readOf(pid, 'stat').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** @param {number | string} pid @param {string} file */
function readOf(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
