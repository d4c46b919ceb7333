/**
 * Chart: linear memory and time against the bytes read, twice: beside the limit of
 * an isolate and a decoder that holds the frame, and alone, enlarged.
 */
import { element } from './element.js';
import { duration, fileSize, memorySize } from './text.js';

/** @typedef {import('./stream-job.js').Sample} Sample */

const MIB = 1048576;
const ISOLATE_MIB = 128;
/** A narrow screen gets a narrow drawing, so that its letters stay readable. */
const WIDTH = innerWidth < 640 ? 350 : 560;
const HEIGHT = 250;
const LEFT = 34;
const RIGHT = 60;
const TOP = 16;
const BOTTOM = 34;
/** Points drawn, at most. */
const POINTS_MAX = 300;

export class Chart {
  #parent;
  /** @type {Sample[]} */
  #samples = [];
  #totalBytes = 1;
  #frameMib = 0;

  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.#parent = parent;
    this.#draw();
  }

  /** @param {number} totalBytes of the file to come */
  begin(totalBytes) {
    this.#samples = [];
    this.#totalBytes = totalBytes;
    this.#frameMib = 0;
    this.#draw();
  }

  /** @param {{ samples: Sample[], inWidth: number, inHeight: number }} progress */
  add({ samples, inWidth, inHeight }) {
    this.#samples.push(...samples);
    this.#frameMib = (4 * inWidth * inHeight) / MIB;
    this.#draw();
  }

  #draw() {
    const points = thin(this.#samples).map(({ inBytes, ms, memory }) => ({
      x: inBytes / this.#totalBytes,
      ms,
      mib: memory / MIB,
    }));
    const most = Math.max(4, ...points.map(({ mib }) => mib));
    const last = points.at(-1);
    this.#parent.replaceChildren(
      panel('Beside an isolate of 128 MB', this.#isolatePanel(points)),
      panel('The same, enlarged, with time', this.#closePanel(points, Math.ceil(most * 1.3))),
      last ? table(this.#samples) : '',
    );
  }

  /** @param {{ x: number, mib: number }[]} points */
  #isolatePanel(points) {
    const top = 150;
    const y = scale(top);
    const parts = axes({ top, step: 32, unit: 'MiB', totalBytes: this.#totalBytes });
    parts.push(
      line('limit', [
        { x: 0, y: y(ISOLATE_MIB) },
        { x: 1, y: y(ISOLATE_MIB) },
      ]),
      label('limit', LEFT + 6, y(ISOLATE_MIB) - 6, 'isolate: 128 MB'),
    );
    if (this.#frameMib > 0) {
      const out = Math.min(1, top / this.#frameMib);
      parts.push(
        line('frame', [
          { x: 0, y: y(0) },
          { x: out, y: y(this.#frameMib * out) },
        ]),
      );
      const words = `the whole frame: ${Math.round(this.#frameMib)} MiB${out < 1 ? ' ↗' : ''}`;
      parts.push(label('frame', Math.min(at(out) + 10, WIDTH - 225), y(86), words));
    }
    parts.push(area(points, y), ...endLabel(points, y));
    return svg(parts, this.#summary());
  }

  /** @param {{ x: number, mib: number, ms: number }[]} points @param {number} top */
  #closePanel(points, top) {
    const y = scale(top);
    const parts = axes({
      top,
      step: Math.max(1, Math.ceil(top / 5)),
      unit: 'MiB',
      totalBytes: this.#totalBytes,
    });
    parts.push(area(points, y));
    const msMost = Math.max(1, points.at(-1)?.ms ?? 1);
    const time = points.map(({ x, ms }) => ({ x, y: scale(msMost * 1.15)(ms) }));
    const end = time.at(-1);
    if (end && points.length > 1) {
      parts.push(line('time', time), label('time', WIDTH - RIGHT + 5, end.y + 4, duration(msMost)));
      parts.push(label('thread', LEFT + 6, y(points[points.length - 1].mib) - 7, 'linear memory'));
    }
    return svg(parts, 'Linear memory and time in the module, enlarged');
  }

  #summary() {
    const last = this.#samples.at(-1);
    if (!last) return 'Empty chart: nothing streamed yet';
    return [
      `${fileSize(last.inBytes)} read in ${duration(last.ms)}`,
      `linear memory ended at ${memorySize(last.memory)} of 128`,
      `the whole frame would take ${Math.round(this.#frameMib)} MiB`,
    ].join('; ');
  }
}

/** @param {string} title @param {Node} picture */
function panel(title, picture) {
  return element('figure', {}, element('figcaption', {}, title), picture);
}

/** The figures for those who do not see the curves. @param {Sample[]} samples */
function table(samples) {
  const rows = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => samples[Math.round(share * (samples.length - 1))],
  );
  const body = rows.map(({ inBytes, ms, memory }) =>
    element(
      'tr',
      {},
      ...[fileSize(inBytes), duration(ms), memorySize(memory)].map((cell) =>
        element('td', {}, cell),
      ),
    ),
  );
  const head = element(
    'tr',
    {},
    ...['read', 'time', 'linear memory'].map((cell) => element('th', { scope: 'col' }, cell)),
  );
  return element(
    'details',
    {},
    element('summary', {}, 'As a table'),
    element('table', {}, head, ...body),
  );
}

/** Few enough points to draw, the last one among them. @param {Sample[]} samples */
function thin(samples) {
  const step = Math.ceil(samples.length / POINTS_MAX) || 1;
  return samples.filter((_, i) => i % step === 0 || i === samples.length - 1);
}

/** @param {{ top: number, step: number, unit: string, totalBytes: number }} range */
function axes({ top, step, unit, totalBytes }) {
  const y = scale(top);
  const parts = [];
  for (let value = 0; value < top * 0.95; value += step) {
    parts.push(
      line('grid', [
        { x: 0, y: y(value) },
        { x: 1, y: y(value) },
      ]),
      label('axis end', LEFT - 6, y(value) + 4, String(value)),
    );
  }
  parts.push(label('axis end', LEFT - 6, TOP - 4, unit));
  for (const share of [0, 0.5, 1]) {
    const words = totalBytes > 1 ? fileSize(Math.round(totalBytes * share)) : '';
    parts.push(
      label(
        `axis ${share === 1 ? 'end' : share ? 'middle' : ''}`,
        at(share),
        HEIGHT - 12,
        share ? words : 'read: 0',
      ),
    );
  }
  return parts;
}

/** @param {number} share of the way from left to right */
function at(share) {
  return LEFT + share * (WIDTH - LEFT - RIGHT);
}

/** @param {number} top the value at the upper edge */
function scale(top) {
  return (/** @type {number} */ value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
}

/** @param {{ x: number, mib: number }[]} points @param {(mib: number) => number} y */
function area(points, y) {
  if (points.length === 0) return shape('g', {});
  const steps = points
    .map(({ x, mib }, i) => `${i ? `V${y(mib).toFixed(1)}` : ''}H${at(x).toFixed(1)}`)
    .join('');
  const from = `M${at(0)} ${y(0)}V${y(points[0].mib).toFixed(1)}`;
  return shape('path', { class: 'memory', d: `${from}${steps}V${y(0)}Z` });
}

/** @param {{ x: number, mib: number }[]} points @param {(mib: number) => number} y */
function endLabel(points, y) {
  const last = points.at(-1);
  return last && points.length > 1
    ? [
        label(
          'thread',
          WIDTH - RIGHT - 4,
          y(last.mib) - 7,
          `thimble: ${last.mib.toFixed(1)} MiB`,
          'end',
        ),
      ]
    : [];
}

/** @param {string} kind @param {{ x: number, y: number }[]} points x as a share */
function line(kind, points) {
  return shape('polyline', {
    class: kind,
    points: points.map(({ x, y }) => `${at(x).toFixed(1)},${y.toFixed(1)}`).join(' '),
  });
}

/** @param {string} kind @param {number} x @param {number} y @param {string} words @param {string} [anchor] */
function label(kind, x, y, words, anchor = '') {
  const made = shape('text', { class: `label ${kind} ${anchor}`, x: String(x), y: String(y) });
  made.textContent = words;
  return made;
}

/** @param {Node[]} parts @param {string} summary */
function svg(parts, summary) {
  const made = shape('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': summary,
  });
  made.append(...parts);
  return made;
}

/** @param {string} tag @param {Record<string, string>} attributes */
function shape(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
