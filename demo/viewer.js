/**
 * Viewer: before on the left of a seam, after on the right of it, both laid out in
 * the result's pixels, so that what lies under the seam is the same spot.
 */
import { element } from './element.js';

const ZOOMS = [0, 1, 2, 4, 8]; // 0: as large as there is room, at most 1

export class Viewer {
  #root;
  #scroll;
  #board;
  #before;
  #after;
  #seam;
  #split;
  #text;
  #zoomButtons;
  #zoom = 0;
  #size = { width: 1, height: 1 };

  /** @param {HTMLElement} root @param {HTMLElement} zoomGroup gets the zoom buttons */
  constructor(root, zoomGroup) {
    const part = (/** @type {string} */ selector) =>
      /** @type {any} */ (root.querySelector(selector));
    this.#root = root;
    this.#scroll = part('.viewer-scroll');
    this.#board = part('.viewer-board');
    this.#before = part('.before img');
    this.#after = part('.after img');
    this.#seam = part('.seam');
    this.#split = part('.split');
    this.#text = part('.viewer-text');
    this.#zoomButtons = ZOOMS.map((zoom) => this.#zoomButton(zoom));
    zoomGroup.append(...this.#zoomButtons);
    this.#listen();
    this.#setZoom(0);
  }

  /**
   * @param {object} picture
   * @param {string} picture.before address of the image under the seam's left
   * @param {string} picture.after
   * @param {{ width: number, height: number }} picture.size of the result
   * @param {import('./framing.js').Framing} picture.framing where the before image lies
   * @param {{ width: number, height: number }} picture.source size of the before image
   * @param {string} picture.label what the before image is
   */
  show({ before, after, size, framing, source, label }) {
    this.#text.hidden = true;
    this.#root.classList.remove('blank');
    this.#size = size;
    // An original that is larger than the result is shown smaller: smoothly, or it would flicker.
    this.#root.classList.toggle('equal', source.width === size.width);
    if (this.#before.src !== before) this.#before.src = before;
    this.#after.src = after;
    this.#before.alt = `Before: ${label}`;
    this.#after.alt = 'After: resized by thimble';
    const tag = /** @type {HTMLElement} */ (this.#root.querySelector('.tag-before'));
    tag.textContent = label;
    placeBefore(this.#before, { size, framing, source });
    this.#layOut();
  }

  /** Words where there is no picture. @param {string} words */
  tell(words) {
    this.#root.classList.add('blank');
    this.#text.hidden = false;
    this.#text.replaceChildren(element('p', {}, words));
  }

  #listen() {
    this.#split.oninput = () => this.#placeSeam();
    this.#scroll.addEventListener('scroll', () => this.#placeSeam());
    new ResizeObserver(() => this.#layOut()).observe(this.#scroll);
    const onMove = (/** @type {PointerEvent} */ event) => {
      const box = this.#root.getBoundingClientRect();
      this.#split.value = String((100 * (event.clientX - box.left)) / box.width);
      this.#placeSeam();
    };
    this.#root.addEventListener('pointerdown', (event) => {
      const onSeam = /** @type {Element} */ (event.target).closest('.seam') !== null;
      const scrolls =
        this.#scroll.scrollWidth > this.#scroll.clientWidth ||
        this.#scroll.scrollHeight > this.#scroll.clientHeight;
      if (event.button !== 0 || (!onSeam && scrolls)) return this.#dragBoard(event);
      this.#root.setPointerCapture(event.pointerId);
      onMove(event);
      this.#root.addEventListener('pointermove', onMove);
      this.#root.addEventListener(
        'lostpointercapture',
        () => this.#root.removeEventListener('pointermove', onMove),
        { once: true },
      );
    });
    this.#scroll.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const step = { '+': 1, '=': 1, '-': -1, 0: -ZOOMS.length }[event.key];
      if (step && !event.ctrlKey && !event.metaKey) this.#setZoom(clampIndex(this.#zoom + step));
    });
  }

  /** A mouse drags the zoomed picture about; a finger scrolls it anyway. @param {PointerEvent} down */
  #dragBoard(down) {
    if (down.pointerType !== 'mouse' || down.button !== 0) return;
    const { scrollLeft, scrollTop } = this.#scroll;
    this.#scroll.setPointerCapture(down.pointerId);
    this.#scroll.onpointermove = (/** @type {PointerEvent} */ event) => {
      this.#scroll.scrollTo(
        scrollLeft + down.clientX - event.clientX,
        scrollTop + down.clientY - event.clientY,
      );
    };
    this.#scroll.onlostpointercapture = () => void (this.#scroll.onpointermove = null);
  }

  /** @param {number} zoom */
  #zoomButton(zoom) {
    const button = element('button', { type: 'button' }, zoom === 0 ? 'Fit' : `${zoom}×`);
    button.onclick = () => this.#setZoom(ZOOMS.indexOf(zoom));
    return button;
  }

  /** @param {number} index of ZOOMS */
  #setZoom(index) {
    const { scrollLeft, scrollTop, clientWidth, clientHeight, scrollWidth, scrollHeight } =
      this.#scroll;
    const middle = {
      x: (scrollLeft + clientWidth / 2) / scrollWidth,
      y: (scrollTop + clientHeight / 2) / scrollHeight,
    };
    this.#zoom = index;
    this.#zoomButtons.forEach((button, i) =>
      button.setAttribute('aria-pressed', String(i === index)),
    );
    this.#layOut();
    this.#scroll.scrollTo(
      middle.x * this.#scroll.scrollWidth - clientWidth / 2,
      middle.y * this.#scroll.scrollHeight - clientHeight / 2,
    );
    this.#placeSeam();
  }

  #layOut() {
    const { width, height } = this.#size;
    const room = { width: this.#root.clientWidth, height: this.#root.clientHeight };
    const zoom = ZOOMS[this.#zoom] || Math.min(1, room.width / width, room.height / height);
    this.#board.style.width = `${width * zoom}px`;
    this.#board.style.height = `${height * zoom}px`;
    this.#root.classList.toggle('coarse', zoom >= 2);
    this.#placeSeam();
  }

  /** The seam stays where it is on the screen; the after layer is cut there. */
  #placeSeam() {
    const share = Number(this.#split.value) / 100;
    const root = this.#root.getBoundingClientRect();
    const board = this.#board.getBoundingClientRect();
    const x = root.width * share;
    this.#seam.style.left = `${x}px`;
    this.#root.style.setProperty('--split', `${Math.max(0, root.left + x - board.left)}px`);
  }
}

/** @param {HTMLElement} image @param {{ size: any, framing: any, source: any }} how */
function placeBefore(image, { size, framing, source }) {
  const scale = { x: framing.dw / framing.sw, y: framing.dh / framing.sh };
  const percent = (/** @type {number} */ part, /** @type {number} */ whole) =>
    `${(100 * part) / whole}%`;
  image.style.left = percent(framing.dx - framing.sx * scale.x, size.width);
  image.style.top = percent(framing.dy - framing.sy * scale.y, size.height);
  image.style.width = percent(source.width * scale.x, size.width);
  image.style.height = percent(source.height * scale.y, size.height);
}

/** @param {number} index */
function clampIndex(index) {
  return Math.min(Math.max(index, 0), ZOOMS.length - 1);
}
