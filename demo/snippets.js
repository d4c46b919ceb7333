/** Snippets: the same question as a URL, a curl line and an <img>, each to copy. */
import { element } from './element.js';
import { changeQuery } from './query.js';

/**
 * @typedef {object} Ask
 * @property {string} origin of the service
 * @property {string} path
 * @property {string} query
 * @property {import('./query.js').Option[]} table
 * @property {{ outWidth: number, outHeight: number, outFormat: string } | null} info of the result
 */

/** @type {{ title: string, text: (ask: Ask) => string }[]} */
const SNIPPETS = [
  { title: 'URL', text: ({ origin, path, query }) => origin + path + mark(query) },
  { title: 'curl', text: curlLine },
  { title: '<img srcset>', text: imageTag },
];

/** Widths of a picture whose size is left to the page. */
const WIDTHS = [320, 640, 960, 1280, 1920];

/**
 * @param {HTMLElement} parent
 * @returns {(ask: Ask) => void} shows them anew
 */
export function createSnippets(parent) {
  const blocks = SNIPPETS.map(({ title, text }) => {
    const code = element('pre', { tabIndex: 0 });
    code.setAttribute('aria-label', title);
    const copy = element('button', { type: 'button', className: 'button small' }, 'Copy');
    copy.setAttribute('aria-label', `Copy: ${title}`);
    copy.onclick = () => copyText(code.textContent ?? '', copy);
    parent.append(
      element(
        'div',
        { className: 'snippet' },
        element('div', { className: 'row' }, element('h3', {}, title), copy),
        code,
      ),
    );
    return { code, text };
  });
  return (ask) => {
    for (const { code, text } of blocks) code.textContent = text(ask);
  };
}

/** @param {Ask} ask */
function curlLine({ origin, path, query, info }) {
  const extension = info?.outFormat === 'jpeg' ? 'jpg' : (info?.outFormat ?? 'bin');
  const stem = path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  return `curl -o '${stem}-small.${extension}' '${origin}${path}${mark(query)}'`;
}

/** A fixed size in several densities, or a free one in several widths. @param {Ask} ask */
function imageTag({ path, query, table, info }) {
  const options = new URLSearchParams(query);
  const source = (/** @type {Record<string, string>} */ changes) =>
    escape(path + mark(changeQuery(query, { dpr: '', ...changes }, table)));
  if (!options.has('w') && !options.has('h')) {
    const set = WIDTHS.map((width) => `${source({ w: String(width) })} ${width}w`);
    const sizes = '\n     sizes="(max-width: 60rem) 100vw, 60rem"';
    return tag(source({ w: '960' }), set, sizes);
  }
  const set = ['1', '2', '3'].map((dpr) => `${source({ dpr: dpr === '1' ? '' : dpr })} ${dpr}x`);
  return tag(source({}), set, sizeAttributes(info, Number(options.get('dpr') ?? 1)));
}

/** @param {string} source @param {string[]} set @param {string} rest */
function tag(source, set, rest) {
  return `<img src="${source}"\n     srcset="${set.join(',\n             ')}"${rest} alt="…">`;
}

/** The size in points, which keeps the page from jumping. @param {Ask['info']} info @param {number} dpr */
function sizeAttributes(info, dpr) {
  if (!info?.outWidth) return '';
  const [width, height] = [info.outWidth, info.outHeight].map((side) => Math.round(side / dpr));
  return `\n     width="${width}" height="${height}"`;
}

/** @param {string} query */
function mark(query) {
  return query === '' ? '' : `?${query}`;
}

/** @param {string} text for an attribute's value */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

/** @param {string} text @param {HTMLElement} button says how it went */
async function copyText(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Press Ctrl+C'; // no clipboard without https: the text is marked instead
    const code = button.closest('.snippet')?.querySelector('pre');
    if (code) getSelection()?.selectAllChildren(code);
  }
  setTimeout(() => void (button.textContent = 'Copy'), 1600);
}
