/** Source: where a picture comes from: the disk, the clipboard, an address, a sample. */
import { byId, element } from './element.js';

/** @typedef {{ name: string, blob: Blob }} Picture */

/** Drawn on the spot, see painter.js. */
const PAINTED = [
  { key: 'dusk', title: 'Dusk', name: 'dusk.jpg', hint: 'JPEG, 6 megapixels' },
  {
    key: 'dusk-24mp',
    title: 'Dusk, 24 MP',
    name: 'dusk-24mp.jpg',
    hint: 'JPEG as a camera makes it',
  },
  { key: 'rings', title: 'Rings', name: 'rings.png', hint: 'PNG that shows a careless resizer' },
  { key: 'glass', title: 'Glass', name: 'glass.png', hint: 'PNG with transparency' },
  { key: 'torn', title: 'Torn file', name: 'torn.jpg', hint: 'JPEG whose end is missing' },
  { key: 'letter', title: 'No picture', name: 'letter.txt', hint: 'a text' },
];

/** What a thimble started by `make run` or `make demo` has in its bucket. */
const SERVED = [
  'thumbnail.png',
  'photo.jpg',
  'progressive.jpg',
  'photo.webp',
  'alpha.png',
  'document.pdf',
];
const SERVED_AT = 'dev/';

/**
 * @param {(picture: Picture) => void} onPicture
 * @param {import('./jobs.js').Jobs} jobs
 */
export function createSource(onPicture, jobs) {
  const complain = complaint(byId('source-complaint'));
  const take = (/** @type {Promise<Picture>} */ coming) => {
    complain('');
    return coming.then(onPicture, (error) => complain(error.message));
  };
  const takeFile = (/** @type {File | undefined | null} */ file) => {
    if (file) take(Promise.resolve({ name: file.name || 'pasted.png', blob: file }));
  };
  byId('file').onchange = () => {
    takeFile(byId('file').files[0]);
    byId('file').value = ''; // so that the same file may be chosen again
  };
  listenToDrops(takeFile);
  addEventListener('paste', (event) => {
    const item = Array.from(event.clipboardData?.items ?? []).find(({ kind }) => kind === 'file');
    takeFile(item?.getAsFile());
  });
  byId('url-form').onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    take(fetchPicture(byId('url').value));
  };
  const buttons = byId('samples');
  for (const { key, title, name, hint } of PAINTED) {
    const paint = async () => ({ name, blob: await jobs.ask('sample', { name: key }) });
    buttons.append(sampleButton(title, hint, () => take(paint())));
  }
  offerServed(buttons, (name) => take(fetchPicture(`${SERVED_AT}${name}`)));
  return { begin: () => buttons.firstElementChild.click() };
}

/** @param {string} title @param {string} hint @param {() => void} onClick */
function sampleButton(title, hint, onClick) {
  const button = element('button', { type: 'button', className: 'chip', title: hint }, title);
  button.onclick = onClick;
  return button;
}

/** Asked once, quietly: a page that was merely copied somewhere has no samples beside it. */
async function offerServed(
  /** @type {HTMLElement} */ buttons,
  /** @type {(name: string) => void} */ onName,
) {
  if (!(await served())) return;
  for (const name of SERVED)
    buttons.append(
      sampleButton(name, `from ${SERVED_AT}${name} on this server`, () => onName(name)),
    );
}

async function served() {
  try {
    return (await fetch(SERVED_AT + SERVED[0], { method: 'HEAD' })).ok;
  } catch {
    return false;
  }
}

/** @param {string} address @returns {Promise<Picture>} */
async function fetchPicture(address) {
  const url = new URL(address, location.href);
  let response;
  try {
    response = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch {
    throw new Error(
      `${url.host} does not let other pages read it (CORS), or is not there. Save the picture and drop it here.`,
    );
  }
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}.`);
  return {
    name: url.pathname.slice(url.pathname.lastIndexOf('/') + 1) || 'picture',
    blob: await response.blob(),
  };
}

/** @param {(file: File | undefined) => void} takeFile */
function listenToDrops(takeFile) {
  const veil = byId('veil');
  let depth = 0; // dragenter and dragleave come for every element on the way
  const show = (/** @type {number} */ change) => {
    depth = Math.max(0, depth + change);
    veil.classList.toggle('shown', depth > 0);
  };
  addEventListener('dragenter', () => show(1));
  addEventListener('dragleave', () => show(-1));
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    show(-depth);
    takeFile(event.dataTransfer?.files[0]);
  });
}

/** @param {HTMLElement} line */
function complaint(line) {
  return (/** @type {string} */ words) => {
    line.textContent = words;
    line.hidden = words === '';
  };
}
