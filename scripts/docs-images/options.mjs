// options.mjs - docs/options.svg: what fit, g, bg, dpr and up do to a picture. The geometry is
// measured: an image whose red is x and whose green is y goes through the module, and what comes
// out tells which part of the source lies where. The scene is then drawn just so.
import sharp from 'sharp';
import { SCENE, defineScene } from './scene.mjs';
import { drawSheet, write } from './svg.mjs';

const COLUMNS = 6;
const CELL = { width: 158, height: 190 };
const TOP = 56;

const square = 'w=96&h=96';
const upright = 'w=64&h=112';
/** The questions, row by row. */
const ROWS = [
  ['cover', 'inside', 'contain', 'fill', 'outside', 'scale-down'].map((fit) => `${square}&fit=${fit}`),
  [
    `${upright}&g=w`,
    upright,
    `${upright}&g=${SCENE.sun.x}x${SCENE.sun.y}`,
    `${upright}&fit=contain&g=n`,
    `${square}&fit=contain&bg=f0906a`,
    'w=64&dpr=2',
  ],
];

/** Red is x, green is y, blue is nothing; alpha so that padding shows as transparent. */
function coordinates() {
  const { width, height } = SCENE;
  const data = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i++) {
    data[4 * i] = i % width;
    data[4 * i + 1] = Math.floor(i / width);
    data[4 * i + 2] = 0;
  }
  return sharp(data, { raw: { width, height, channels: 4 } }).png().toBuffer();
}

/** Where the source lies in the result, from two pixels that are well inside of it. */
async function measure(thimble, query, source) {
  const padded = query.replace(/&bg=\w+/, '');
  const { info, bytes } = await thimble.resize(source, `${padded}&f=png`);
  const { data } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const [width, height] = [info.outWidth, info.outHeight];
  const at = (x, y) => 4 * (y * width + x);
  const inside = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (data[at(x, y) + 3] > 250) inside.push([x, y]);
  const [left, top] = inside[0];
  const [right, bottom] = inside.at(-1);
  const axis = (channel, from, to, pixel) => {
    const [a, b] = [from + Math.floor((to - from) / 4), to - Math.floor((to - from) / 4)];
    const perPixel = (data[pixel(b) + channel] - data[pixel(a) + channel]) / (b - a);
    return { scale: 1 / perPixel, origin: a + 0.5 - (data[pixel(a) + channel] + 0.5) / perPixel };
  };
  const middle = [(left + right) >> 1, (top + bottom) >> 1];
  const x = axis(0, left, right, (value) => at(value, middle[1]));
  const y = axis(1, top, bottom, (value) => at(middle[0], value));
  return { width, height, left, top, right: right + 1, bottom: bottom + 1, x, y };
}

function drawCell({ query, result, column, row }) {
  const asked = Object.fromEntries(new URLSearchParams(query));
  const dpr = Number(asked.dpr ?? 1);
  const box = { width: asked.w * dpr, height: (asked.h ?? result.height / dpr) * dpr };
  const centre = [16 + (column + 0.5) * CELL.width, TOP + row * CELL.height + 62];
  const [left, top] = [centre[0] - result.width / 2, centre[1] - result.height / 2];
  const id = `cell${row}-${column}`;
  const paint = asked.bg ? `#${asked.bg}` : 'none';
  const rest = query.replace(/^w=\d+(&h=\d+)?&?/, '') || 'g=center';
  return [
    `<clipPath id="${id}"><rect x="${result.left}" y="${result.top}" width="${result.right - result.left}" height="${result.bottom - result.top}"/></clipPath>`,
    `<g transform="translate(${left.toFixed(1)} ${top.toFixed(1)})"><rect width="${result.width}" height="${result.height}" fill="${paint}"/>`,
    `<g clip-path="url(#${id})"><use href="#scene" transform="translate(${result.x.origin.toFixed(2)} ${result.y.origin.toFixed(2)}) scale(${result.x.scale.toFixed(4)} ${result.y.scale.toFixed(4)})"/></g>`,
    `<rect class="line us" stroke-width="1.5" width="${result.width}" height="${result.height}"/></g>`,
    `<rect class="line asked" stroke-dasharray="4 3" x="${(centre[0] - box.width / 2).toFixed(1)}" y="${(centre[1] - box.height / 2).toFixed(1)}" width="${box.width}" height="${box.height}"/>`,
    write('ink middle code', [centre[0], centre[1] + 84], rest.replaceAll('&', ' ')),
    write('soft middle', [centre[0], centre[1] + 102], `${asked.w}${asked.h ? `x${asked.h}` : ''} → ${result.width}x${result.height}`),
  ].join('');
}

/** @param {import('../../worker/resizer/resizer.js').Thimble} thimble @returns {Promise<string>} SVG */
export async function drawOptions(thimble) {
  const source = await coordinates();
  const parts = [
    defineScene(),
    write('ink bold', [16, 26], 'What is asked (dashed), and what comes (red)'),
    write('soft', [16, 44], `out of a picture of ${SCENE.width}x${SCENE.height} pixels`),
  ];
  for (const [row, queries] of ROWS.entries()) {
    for (const [column, query] of queries.entries()) {
      const result = await measure(thimble, query, source);
      parts.push(drawCell({ query, result, column, row }));
    }
  }
  const sheet = {
    width: 32 + COLUMNS * CELL.width,
    height: TOP + ROWS.length * CELL.height,
    title: 'What fit, g, bg and dpr do to a picture',
  };
  return drawSheet(sheet, parts);
}
