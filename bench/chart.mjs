// chart.mjs - the ratios at a glance, as SVG: one group of bars per job, CPU time relative to
// sharp, on a logarithmic axis (half as much and twice as much are equally far from 1).

const BAR = 13;
const GAP = 14;
const LEFT = 250;
const WIDTH = 900;
const COLOURS = ['#0b7285', '#868e96', '#adb5bd', '#e8590c', '#9c36b5', '#2f9e44', '#c2255c'];

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * @param {{ title: string, names: string[], rows: { job: string, ratios: (number | null)[] }[] }} chart
 * @returns {string} SVG
 */
export function makeChart({ title, names, rows }) {
  const all = rows.flatMap((row) => row.ratios).filter((ratio) => ratio !== null);
  const low = Math.log2(Math.min(0.25, ...all));
  const high = Math.log2(Math.max(4, ...all));
  const x = (ratio) => LEFT + ((Math.log2(ratio) - low) / (high - low)) * (WIDTH - LEFT - 70);
  const groupHeight = names.length * BAR + GAP;
  const top = 64 + Math.ceil(names.length / 3) * 18;
  const height = top + rows.length * groupHeight + 30;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="16" y="26" font-size="17">${escape(title)}</text>`,
  ];
  names.forEach((name, i) => {
    const [lx, ly] = [16 + (i % 3) * 290, 48 + Math.floor(i / 3) * 18];
    parts.push(
      `<rect x="${lx}" y="${ly - 10}" width="11" height="11" fill="${COLOURS[i % COLOURS.length]}"/>`,
    );
    parts.push(`<text x="${lx + 16}" y="${ly}">${escape(name)}</text>`);
  });
  for (let power = Math.ceil(low); power <= high; power++) {
    const gx = x(2 ** power);
    const stroke = power === 0 ? '#212529' : '#dee2e6';
    parts.push(
      `<line x1="${gx}" x2="${gx}" y1="${top - 8}" y2="${height - 26}" stroke="${stroke}"/>`,
    );
    parts.push(
      `<text x="${gx}" y="${height - 10}" text-anchor="middle">${power < 0 ? `1/${2 ** -power}` : 2 ** power}</text>`,
    );
  }
  rows.forEach((row, r) => {
    const y = top + r * groupHeight;
    parts.push(
      `<text x="${LEFT - 10}" y="${y + (names.length * BAR) / 2 + 4}" text-anchor="end">${escape(row.job)}</text>`,
    );
    row.ratios.forEach((ratio, i) => {
      if (ratio === null) return;
      const [from, to] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))];
      const by = y + i * BAR;
      parts.push(
        `<rect x="${from}" y="${by}" width="${Math.max(1, to - from)}" height="${BAR - 2}" fill="${COLOURS[i % COLOURS.length]}"/>`,
      );
      const anchor = ratio < 1 ? 'end' : 'start';
      parts.push(
        `<text x="${ratio < 1 ? from - 4 : to + 4}" y="${by + 10}" font-size="10" text-anchor="${anchor}">${ratio.toFixed(2)}</text>`,
      );
    });
  });
  return `${parts.join('\n')}\n</svg>\n`;
}
