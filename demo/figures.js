/** Figures: what a job cost, in numbers and as the level in an isolate. */
import { byId } from './element.js';
import { duration, fileSize, formatName, memorySize, sides } from './text.js';

const ISOLATE_BYTES = 128 << 20;

/**
 * @param {{ info: import('../worker/resizer/resizer.js').Info, outBytes: number, inBytes: number, ms: number }} result
 * @returns {string} the same in a sentence
 */
export function showFigures({ info, outBytes, inBytes, ms }) {
  const format = formatName(info.outFormat);
  const share = (100 * outBytes) / inBytes;
  byId('fig-size').textContent = info.outWidth ? sides(info.outWidth, info.outHeight) : format;
  byId('fig-source').textContent =
    `${format}, from ${formatName(info.inFormat)} ${sides(info.inWidth, info.inHeight)}`;
  byId('fig-bytes').textContent = fileSize(outBytes);
  byId('fig-share').textContent =
    `${share < 10 ? share.toFixed(1) : Math.round(share)} % of ${fileSize(inBytes)}`;
  byId('fig-time').textContent = duration(ms);
  byId('fig-memory').textContent = memorySize(info.linearMemory);
  byId('fig-frame').textContent =
    `linear memory; the frame alone: ${memorySize(4 * info.inWidth * info.inHeight)}`;
  showIsolate(info);
  const size = info.outWidth ? `, ${info.outWidth} by ${info.outHeight} pixels` : '';
  return `${format}${size}, ${fileSize(outBytes)}, ${duration(ms)}, ${memorySize(info.linearMemory)} of memory.`;
}

/** @param {import('../worker/resizer/resizer.js').Info} info */
function showIsolate({ linearMemory, inWidth, inHeight }) {
  const percent = (100 * linearMemory) / ISOLATE_BYTES;
  const frame = (400 * inWidth * inHeight) / ISOLATE_BYTES;
  const tube = byId('isolate');
  tube.style.setProperty('--level', `${percent}%`);
  tube.style.setProperty('--frame', `${Math.min(100, frame)}%`);
  tube.classList.toggle('over', frame > 100);
  tube.setAttribute('aria-valuenow', percent.toFixed(1));
  byId('isolate-share').textContent = `${percent.toFixed(1)} %`;
  const words =
    frame > 100 ? `${Math.round(frame)} %: it would be killed` : `${Math.round(frame)} %`;
  byId('isolate-frame').textContent = `a resizer that decodes the whole frame (${words})`;
}
