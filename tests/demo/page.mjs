// page.mjs - the demo page in Chromium, for the tests of this folder. One browser, one page
// for each test, without the network: only this machine's own server is reached.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { serveDemo } from '../../scripts/demo.mjs';
import { root } from '../lib/engines.mjs';

const FLAGS = [
  '--no-sandbox', // Chromium refuses to run as root with it, and CI is root
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const screenshots = path.join(root, 'build/screenshots');

/** Where Chromium is, or null: then the tests are skipped, which CI counts as a failure. */
export function findChromium() {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
}

/** @param {string} [elsewhere] the page's address, when its own little server is not meant */
export async function openBrowser(elsewhere) {
  const server = elsewhere ? null : await serveDemo(0);
  const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
  const address = elsewhere ?? `http://localhost:${server.address().port}/`;
  return {
    address,
    /** A page that has shown its first picture; `faults` collects what went wrong in it. */
    async open({ width = 1440, height = 900, colorScheme = 'light', hash = '' } = {}) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme });
      const faults = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (line) => line.type() === 'error' && faults.push(line.text()));
      page.on('request', (request) => {
        const url = request.url();
        if (!url.startsWith(address) && !/^(blob|data):/.test(url)) faults.push(`asked for ${url}`);
      });
      await page.goto(address + hash);
      await settled(page);
      return { page, faults };
    },
    async close() {
      await browser.close();
      server?.close();
    },
  };
}

/** Until the last question was answered. */
export async function settled(page) {
  await page.waitForFunction(() => ['done', 'failed'].includes(document.body.dataset.state), null, {
    timeout: 60_000,
  });
}

/** Gives the page a file, as from the file dialogue, and waits for its result. */
export async function give(page, file) {
  await changed(page, () => page.setInputFiles('#file', file));
}

/** Does something that asks a new question, and waits for the answer. */
export async function changed(page, action) {
  await page.evaluate(() => void (document.body.dataset.state = 'asked'));
  await action();
  await settled(page);
}

/** The bytes that Download would save. */
export async function downloaded(page) {
  const numbers = await page.evaluate(async () => {
    const link = document.getElementById('download');
    return Array.from(new Uint8Array(await (await fetch(link.href)).arrayBuffer()));
  });
  return Buffer.from(numbers);
}

/** A picture of the page into build/screenshots/, to be looked at. */
export async function screenshot(page, name) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: path.join(screenshots, `${name}.png`), fullPage: true });
}
