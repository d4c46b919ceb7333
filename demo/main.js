/** The page: a picture, a question, and everything that follows from the two. */
import { answerFailure, answerImage, answerOriginal } from './answer.js';
import { Chart } from './chart.js';
import { createControls } from './controls.js';
import { byId } from './element.js';
import { showFigures } from './figures.js';
import { framingOf } from './framing.js';
import { Jobs } from './jobs.js';
import { changeQuery, readQuery } from './query.js';
import { createSnippets } from './snippets.js';
import { createSource } from './source.js';
import { duration, fileSize, memorySize } from './text.js';
import { Viewer } from './viewer.js';

const FIRST_QUERY = 'w=960&h=600&f=webp';

const edge = new Jobs(); // what the edge does
const studio = new Jobs(); // what only this page does: painting, comparing, the long stream
const viewer = new Viewer(byId('viewer'), byId('zoom'));
const chart = new Chart(byId('chart'));
const showSnippets = createSnippets(byId('snippets'));

/** @type {import('./query.js').Option[]} */
let table = [];
let query = decodeURI(location.hash.slice(1)) || FIRST_QUERY;
/** @type {{ name: string, blob: Blob, url: string, size: { width: number, height: number } | null } | null} */
let picture = null;
/** @type {{ info: import('../worker/resizer/resizer.js').Info, canon: string, blob: Blob, url: string, framing: any } | null} */
let result = null;
let drawnUrl = '';

start().catch((error) => complain(error));

async function start() {
  table = await edge.ask('describe');
  const controls = createControls(byId('controls'), table, (changes) =>
    ask(changeQuery(query, changes, table)),
  );
  const showQuery = () => {
    controls.show(readQuery(query, table));
    if (document.activeElement !== byId('query')) byId('query').value = query;
  };
  byId('query').oninput = () => ask(byId('query').value.replace(/^\?/, ''));
  byId('query').onblur = showQuery;
  addEventListener('hashchange', () => ask(decodeURI(location.hash.slice(1))));
  addEventListener('thimble-query', showQuery);
  byId('against').onchange = showPicture;
  byId('stream-hundred').onclick = () => stream(studio.ask('hundred'), 'making 100 megapixels…');
  byId('stream-this').onclick = () => picture && stream(Promise.resolve(picture.blob), '');
  new IntersectionObserver(
    (seen) => seen.some(({ isIntersecting }) => isIntersecting) && compare(),
  ).observe(byId('beside'));
  showQuery();
  createSource(open, studio).begin();
}

/** @param {string} next the new question */
function ask(next) {
  if (next === query) return;
  query = next;
  history.replaceState(null, '', `#${query}`);
  dispatchEvent(new Event('thimble-query'));
  resize();
}

/** @param {import('./source.js').Picture} opened */
async function open({ name, blob }) {
  if (picture) URL.revokeObjectURL(picture.url);
  picture = { name, blob, url: URL.createObjectURL(blob), size: null };
  byId('query-path').textContent = `/dev/${name}`;
  byId('stream-this').textContent = 'Stream the picture above';
  await Promise.all([resize(), describe(picture)]);
}

/** @param {NonNullable<typeof picture>} described */
async function describe(described) {
  try {
    const { bytes } = await edge.ask('resize', { blob: described.blob, query: 'f=json' });
    byId('metadata').textContent = JSON.stringify(
      JSON.parse(new TextDecoder().decode(bytes)),
      null,
      2,
    );
  } catch (error) {
    byId('metadata').textContent =
      `${/** @type {any} */ (error).status}: ${/** @type {any} */ (error).message}`;
  }
}

async function resize() {
  if (!picture) return;
  const asked = { query, picture };
  document.body.dataset.state = 'busy';
  try {
    const made = await edge.askNewest('resize', { blob: picture.blob, query });
    if (made && asked.picture === picture) showMade(made, asked);
  } catch (error) {
    if (asked.query === query && asked.picture === picture) showFailure(/** @type {any} */ (error));
  }
}

/** @param {any} made @param {{ query: string }} asked */
function showMade({ info, bytes, canon, ms }, asked) {
  if (!picture) return;
  const inBytes = picture.blob.size;
  const type = info.outFormat === 'json' ? 'application/json' : `image/${info.outFormat}`;
  const blob = new Blob([bytes], { type });
  if (result) URL.revokeObjectURL(result.url);
  picture.size = { width: info.inWidth, height: info.inHeight };
  const size = { width: info.outWidth, height: info.outHeight };
  const framing =
    info.outFormat === 'json'
      ? null
      : framingOf(picture.size, size, new Map(new URLSearchParams(canon)));
  result = { info, canon, blob, url: URL.createObjectURL(blob), framing };
  drawnUrl = '';
  showPicture();
  if (info.outFormat === 'json') viewer.tell(new TextDecoder().decode(bytes));
  const sentence = showFigures({ info, outBytes: bytes.length, inBytes, ms });
  const original = { type: `image/${info.inFormat}`, bytes: inBytes };
  showAnswer(
    canon === ''
      ? answerOriginal('no options', original)
      : answerImage(info, { outBytes: bytes.length, inBytes }),
  );
  offerResult();
  settle('done', sentence, asked.query);
  compareSoon();
}

/** @param {{ status: string, message: string }} failure */
function showFailure(failure) {
  if (!picture) return;
  result = null;
  const original = {
    type: picture.blob.type || 'application/octet-stream',
    bytes: picture.blob.size,
  };
  const answer = answerFailure(failure, original, query);
  showAnswer(answer);
  viewer.tell(`${answer.status} ${answer.phrase}\n${failure.message}`);
  offerResult();
  settle('failed', `${answer.status} ${answer.phrase}: ${failure.message}`, query);
}

/** @param {string} state @param {string} sentence for those who listen @param {string} asked */
function settle(state, sentence, asked) {
  byId('status').textContent = sentence;
  byId('canon').textContent = result?.canon ?? '…';
  if (asked === query) document.body.dataset.state = state;
}

function offerResult() {
  const link = byId('download');
  link.setAttribute('aria-disabled', String(result === null));
  if (result) link.href = result.url;
  else link.removeAttribute('href');
  const stem = (picture?.name ?? 'picture').replace(/\.\w+$/, '');
  const format = result?.info.outFormat ?? '';
  link.download = `${stem}-thimble.${format === 'jpeg' ? 'jpg' : format}`;
  const path = `/dev/${encodeURIComponent(picture?.name ?? 'picture')}`;
  showSnippets({
    origin: location.origin,
    path,
    query: result?.canon ?? query,
    table,
    info: result?.info ?? null,
  });
}

/** @param {import('./answer.js').Answer} answer */
function showAnswer({ status, phrase, headers, body, note }) {
  const lines = [
    `HTTP/1.1 ${status} ${phrase}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  byId('answer-text').textContent = lines.join('\n') + (body ? `\n\n${body}` : '');
  byId('answer').dataset.kind = status >= 400 ? 'error' : note ? 'pass' : 'fine';
  byId('answer-note').textContent = note;
  byId('answer-note').hidden = note === '';
}

async function showPicture() {
  if (!result?.framing || !picture?.size) return;
  const shown = result;
  const size = { width: shown.info.outWidth, height: shown.info.outHeight };
  if (byId('against').querySelector(':checked').value === 'canvas') {
    await compare();
    if (shown !== result || !drawnUrl) return;
    const { width, height } = size;
    const whole = { sx: 0, sy: 0, sw: width, sh: height, dx: 0, dy: 0, dw: width, dh: height };
    viewer.show({
      before: drawnUrl,
      after: shown.url,
      size,
      framing: whole,
      source: size,
      label: 'canvas.drawImage',
    });
  } else {
    viewer.show({
      before: picture.url,
      after: shown.url,
      size,
      framing: shown.framing,
      source: picture.size,
      label: 'Original',
    });
  }
}

/** Where the comparison is looked at, it follows. */
function compareSoon() {
  const { top, bottom } = byId('beside').getBoundingClientRect();
  if (top < innerHeight && bottom > 0) compare();
}

/** Has the browser resize the same, and puts both side by side. */
async function compare() {
  if (!result?.framing || !picture || drawnUrl) return;
  const { info, canon, framing, url, blob } = result;
  const options = new URLSearchParams(canon);
  const job = {
    blob: picture.blob,
    framing,
    width: info.outWidth,
    height: info.outHeight,
    type: blob.type,
    quality: Number(options.get('q') ?? 80),
    background: options.has('bg')
      ? `#${options.get('bg')}`
      : info.outFormat === 'jpeg'
        ? '#fff'
        : '',
  };
  const theirs = byId('beside-theirs-text');
  byId('beside-ours').src = url;
  byId('beside-ours-text').textContent =
    `${byId('fig-time').textContent}, ${fileSize(blob.size)}, ${memorySize(info.linearMemory)}`;
  try {
    const drawn = await studio.askNewest('redraw', job);
    if (!drawn || result?.url !== url) return;
    URL.revokeObjectURL(drawnUrl);
    drawnUrl = URL.createObjectURL(drawn.blob);
    byId('beside-theirs').src = drawnUrl;
    theirs.textContent = `${duration(drawn.ms)}, ${fileSize(drawn.blob.size)}, ${memorySize(drawn.memory)} of pixels, native code`;
  } catch (error) {
    theirs.textContent = `cannot: ${/** @type {any} */ (error).message}`;
  }
}

/** @param {Promise<Blob>} coming @param {string} meanwhile */
async function stream(coming, meanwhile) {
  const status = byId('stream-status');
  const buttons = [byId('stream-hundred'), byId('stream-this')];
  for (const button of buttons) button.disabled = true;
  document.body.dataset.stream = 'busy';
  status.textContent = meanwhile;
  try {
    const blob = await coming;
    status.textContent = `streaming ${fileSize(blob.size)}…`;
    chart.begin(blob.size);
    const {
      info,
      ms,
      blob: made,
    } = await studio.ask('stream', { blob, query: 'w=800&f=webp' }, (progress) =>
      chart.add(progress),
    );
    const megapixels = Math.round((info.inWidth * info.inHeight) / 1e6);
    const size = `${info.outWidth} × ${info.outHeight} WebP (${fileSize(made.size)})`;
    const cost = `${duration(ms)} and ${memorySize(info.linearMemory)}`;
    status.textContent = `${megapixels} megapixels to ${size} in ${cost}.`;
    document.body.dataset.stream = 'done';
  } catch (error) {
    status.textContent = /** @type {any} */ (error).message;
    document.body.dataset.stream = 'failed';
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

/** The page itself does not work. @param {Error} error */
function complain(error) {
  document.body.dataset.state = 'failed';
  viewer.tell(`This page did not start: ${error.message}`);
}
