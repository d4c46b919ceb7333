/**
 * Controls: one for each option of the module's own table (th_describe). Nothing
 * about a single option is known here, only how a type is put on a page.
 */
import { gravityPoint } from './framing.js';
import { element } from './element.js';

/** @typedef {import('./query.js').Option} Option */
/**
 * @typedef {object} Control
 * @property {(value: string | undefined) => void} show makes it look like this value
 * @property {Node[]} nodes
 */
/** @typedef {(value: string) => void} Tell is told the option's new text, '' for none */

/** A range of integers up to this wide is a slider of even steps. */
const EVEN_RANGE_MAX = 1000;
const STEPS = 400;

/** @type {Record<string, (option: Option, tell: Tell, id: string) => Control>} */
const BUILDERS = { integer, number, flag, word, point, color, text };

/**
 * @param {HTMLElement} form gets the controls
 * @param {Option[]} table
 * @param {(changes: Record<string, string>) => void} onChange
 * @returns {{ show: (options: Map<string, string>) => void }}
 */
export function createControls(form, table, onChange) {
  /** @type {Map<string, Control>} */
  const controls = new Map();
  const host = element(
    'details',
    { className: 'host' },
    element('summary', {}, 'Read by the service, not by the module'),
  );
  for (const option of table) {
    const id = `option-${option.name}`;
    const tell = (/** @type {string} */ value) =>
      onChange({ [option.name]: value === option.default ? '' : value });
    const control = (BUILDERS[option.type] ?? text)(option, tell, id);
    controls.set(option.name, control);
    (option.host ? host : form).append(frame(option, control, id));
  }
  if (host.childElementCount > 1) form.append(host);
  form.append(resetButton(table, onChange));
  return {
    show(options) {
      for (const { name } of table) controls.get(name)?.show(options.get(name));
    },
  };
}

/** @param {Option} option @param {Control} control @param {string} id */
function frame(option, { nodes }, id) {
  const names = [option.name, ...option.aliases].join(', ');
  const grouped = ['word', 'point', 'color'].includes(option.type);
  const title = element(
    grouped ? 'legend' : 'label',
    grouped ? { title: names } : { title: names, htmlFor: id },
  );
  title.append(element('code', {}, option.name), ' ', element('span', {}, option.help));
  return element(
    grouped ? 'fieldset' : 'div',
    { className: `control ${option.type}` },
    title,
    ...nodes,
  );
}

/** @param {Option[]} table @param {(changes: Record<string, string>) => void} onChange */
function resetButton(table, onChange) {
  const button = element('button', { type: 'button', className: 'button' }, 'Clear all options');
  button.onclick = () => onChange(Object.fromEntries(table.map(({ name }) => [name, ''])));
  return button;
}

/** A number to type and a slider to drag; far ranges are dragged in growing steps. @type {typeof BUILDERS.integer} */
function integer(option, tell, id) {
  const { min = 0, max = 100 } = option;
  const even = max - min <= EVEN_RANGE_MAX;
  const power = even ? 1 : Math.log10(max - min) * 0.75;
  const toValue = (/** @type {number} */ step) =>
    round(min + (max - min) * (step / STEPS) ** power, even);
  const toStep = (/** @type {number} */ value) =>
    STEPS * ((value - min) / (max - min)) ** (1 / power);
  const box = element('input', {
    type: 'number',
    id,
    min: String(min),
    max: String(max),
    inputMode: 'numeric',
  });
  box.placeholder = option.default ?? 'auto';
  const slider = element('input', {
    type: 'range',
    min: '0',
    max: String(even ? max - min : STEPS),
  });
  slider.setAttribute('aria-label', `${option.name}, slider`);
  slider.oninput = () =>
    tell(String(even ? min + Number(slider.value) : toValue(Number(slider.value))));
  box.oninput = () => tell(box.value);
  return {
    nodes: [slider, box],
    show(value) {
      setUnlessTyping(box, value ?? '');
      const known = Number(value ?? option.default ?? min) || min;
      slider.value = String(even ? known - min : Math.round(toStep(Math.min(known, max))));
      slider.setAttribute('aria-valuetext', value ?? option.default ?? 'auto');
    },
  };
}

/** @type {typeof BUILDERS.number} */
function number(option, tell, id) {
  const slider = element('input', {
    type: 'range',
    id,
    step: '0.25',
    min: String(option.min),
    max: String(option.max),
  });
  const shown = element('output', { htmlFor: id });
  slider.oninput = () => tell(slider.value);
  return {
    nodes: [slider, shown],
    show(value) {
      slider.value = value ?? option.default ?? String(option.min);
      shown.textContent = value ?? option.default ?? '';
    },
  };
}

/** @type {typeof BUILDERS.flag} */
function flag(option, tell, id) {
  const box = element('input', { type: 'checkbox', id, className: 'switch' });
  box.setAttribute('role', 'switch');
  box.onchange = () => tell(box.checked ? '1' : '0');
  return { nodes: [box], show: (value) => void (box.checked = (value ?? option.default) === '1') };
}

/** @type {typeof BUILDERS.word} */
function word(option, tell, id) {
  const chips = radios(['', ...(option.values ?? [])], {
    id,
    tell,
    label: (value) => value || 'default',
  });
  return {
    nodes: [element('div', { className: 'chips' }, ...chips.labels)],
    show: (value) => chips.check(value ?? ''),
  };
}

/** The nine words on a compass, and any point by two sliders. @type {typeof BUILDERS.point} */
function point(option, tell, id) {
  const compass = radios(option.values ?? [], { id, tell, label: () => '' });
  compass.labels.forEach((label, i) => {
    const [x, y] = gravityPoint(/** @type {string[]} */ (option.values)[i]);
    label.style.gridArea = `${y * 2 + 1} / ${x * 2 + 1}`;
  });
  const axes = ['x', 'y'].map((axis) => {
    const slider = element('input', { type: 'range', min: '0', max: '1', step: '0.01' });
    slider.setAttribute('aria-label', `${option.name}, ${axis}`);
    slider.oninput = () => tell(axes.map((each) => each.value).join('x'));
    return slider;
  });
  return {
    nodes: [
      element(
        'div',
        { className: 'aim' },
        element('div', { className: 'compass' }, ...compass.labels),
        element('div', { className: 'axes' }, ...axes),
      ),
    ],
    show(value) {
      compass.check(value ?? option.default ?? '');
      gravityPoint(value ?? option.default ?? 'center').forEach(
        (part, i) => void (axes[i].value = String(part)),
      );
    },
  };
}

/** @type {typeof BUILDERS.color} */
function color(option, tell, id) {
  const use = element('input', { type: 'checkbox', className: 'switch', id: `${id}-use` });
  use.setAttribute('aria-label', `${option.name}: use a colour`);
  const pick = element('input', { type: 'color', id, value: '#b3401f' });
  pick.setAttribute('aria-label', `${option.name}: colour`);
  const opacity = element('input', { type: 'range', min: '0', max: '255', value: '255' });
  opacity.setAttribute('aria-label', `${option.name}: opacity`);
  const send = () => {
    const alpha =
      Number(opacity.value) === 255 ? '' : Number(opacity.value).toString(16).padStart(2, '0');
    tell(use.checked ? pick.value.slice(1) + alpha : '');
  };
  use.onchange = send;
  pick.oninput = opacity.oninput = () => {
    use.checked = true;
    send();
  };
  return {
    nodes: [element('div', { className: 'paint' }, use, pick, opacity)],
    show(value) {
      use.checked = value !== undefined;
      const hex = /^[0-9a-f]{3}$/i.test(value ?? '')
        ? (value ?? '').replace(/./g, '$&$&')
        : (value ?? '');
      if (/^[0-9a-f]{6}([0-9a-f]{2})?$/i.test(hex)) {
        pick.value = `#${hex.slice(0, 6)}`;
        opacity.value = String(Number.parseInt(hex.slice(6) || 'ff', 16));
      }
    },
  };
}

/** @type {typeof BUILDERS.text} */
function text(option, tell, id) {
  const box = element('input', { type: 'text', id, spellcheck: false });
  box.oninput = () => tell(box.value);
  return { nodes: [box], show: (value) => setUnlessTyping(box, value ?? '') };
}

/**
 * @param {string[]} values
 * @param {{ id: string, tell: Tell, label: (value: string) => string }} how
 */
function radios(values, { id, tell, label }) {
  const inputs = values.map((value) => element('input', { type: 'radio', name: id, value }));
  const labels = inputs.map((input) => {
    input.onchange = () => tell(input.value);
    const words = label(input.value);
    if (!words) input.setAttribute('aria-label', input.value);
    return element('label', { title: input.value }, input, element('span', {}, words));
  });
  const check = (/** @type {string} */ value) =>
    inputs.forEach((input) => void (input.checked = input.value === value));
  return { labels, check };
}

/** A number one can say: two digits that count. @param {number} value @param {boolean} exact */
function round(value, exact) {
  const unit = exact || value < 100 ? 1 : 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
}

/** @param {HTMLInputElement} box @param {string} value */
function setUnlessTyping(box, value) {
  if (document.activeElement !== box) box.value = value;
}
