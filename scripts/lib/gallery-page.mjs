// gallery-page.mjs - the page that scripts/gallery.mjs hangs its pictures on: HTML and nothing
// else, no script, so that it can be kept, mailed or opened years later.

/**
 * @typedef {{ file: string, title: string, text: string, under?: string }} Frame a picture, and
 *   the one that is seen in its place while it is pressed
 * @typedef {{ heading: string, options: string, frames: Frame[] }} Row
 * @typedef {{ title: string, about?: string, rows: Row[] }} Wall
 */

const STYLE = `
:root { color-scheme: light dark; --paper: light-dark(#faf7f2, #15171b); --ink: light-dark(#241f1a, #ece7df); --soft: light-dark(#665d53, #a9a196); --thread: light-dark(#b03e1d, #f0906a); }
body { margin: 2rem auto; width: min(100% - 2rem, 100rem); background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h2 { margin-top: 3rem; border-top: 2px dashed var(--soft); padding-top: 1.5rem; }
h3 { font-size: 1rem; font-weight: 500; } code { color: var(--thread); }
p { max-width: 75ch; }
.row { display: flex; flex-wrap: wrap; gap: 1.2rem; align-items: start; }
figure { margin: 0; min-width: 0; max-width: 30rem; }
.picture { position: relative; }
img { display: block; max-width: 100%; background: repeating-conic-gradient(#8883 0 25%, #8881 0 50%) 0 0 / 16px 16px; }
figcaption { color: var(--soft); font-size: 0.85rem; } b { color: var(--ink); }
.under { position: absolute; inset: 0 auto auto 0; visibility: hidden; }
.flips { cursor: pointer; } .flips:active .under { visibility: visible; }`;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** @param {Frame} frame */
function drawFrame({ file, title, text, under }) {
  const other = under ? `<img class="under" src="${under}" alt="">` : '';
  return `<figure><div class="picture${under ? ' flips' : ''}"><img src="${file}" alt="${escaped(title)}" loading="lazy">${other}</div><figcaption><b>${escaped(title)}</b><br>${escaped(text)}</figcaption></figure>`;
}

/** @param {Row} row */
function drawRow({ heading, options, frames }) {
  return `
<section><h3>${escaped(heading)} <code>${escaped(options)}</code></h3>
<div class="row">${frames.map(drawFrame).join('\n')}</div></section>`;
}

/** @param {Wall} wall */
function drawWall({ title, about, rows }) {
  return `<h2>${escaped(title)}</h2>${about ? `<p>${escaped(about)}</p>` : ''}${rows.map(drawRow).join('')}`;
}

/** @param {Wall[]} walls @returns {string} the whole page */
export function drawPage(walls) {
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>thimble: the gallery</title>
<style>${STYLE}
</style>
<h1>thimble, beside the others</h1>
<p>Press one of thimble's pictures to see the other's in its place. PSNR and SSIM are against the whole image resized in doubles by Lanczos3, before encoding.</p>
${walls.map(drawWall).join('\n')}
</html>
`;
}
