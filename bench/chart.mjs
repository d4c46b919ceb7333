// chart.mjs - the ratios at a glance, as SVG: one line per job, one dot per contestant, CPU time
// relative to sharp on a logarithmic axis (half as much and twice as much are equally far from 1).

const ROW = 36;
const LEFT = 250;
const WIDTH = 900;
const COLOURS = ['#0b7285', '#868e96', '#adb5bd', '#e8590c', '#9c36b5', '#2f9e44', '#c2255c'];

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The first contestant is the one whose figures are written out. */
function drawRow({ job, ratios }, y, x) {
  const parts = [
    `<text x="${LEFT - 14}" y="${y + 4}" text-anchor="end">${escape(job)}</text>`,
    `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y}" y2="${y}" stroke="#f1f3f5"/>`,
  ];
  const dots = ratios.map((ratio, i) =>
    ratio === null
      ? ''
      : `<circle cx="${x(ratio).toFixed(1)}" cy="${y}" r="${i === 0 ? 7 : 5}" fill="${COLOURS[i % COLOURS.length]}"/>`,
  );
  parts.push(...dots.filter(Boolean).reverse());
  if (ratios[0] !== null)
    parts.push(
      `<text x="${x(ratios[0]).toFixed(1)}" y="${y - 10}" text-anchor="middle" font-size="11">${ratios[0].toFixed(2)}</text>`,
    );
  return parts;
}

/**
 * @param {{ title: string, names: string[], rows: { job: string, ratios: (number | null)[] }[] }} chart
 * @returns {string} SVG
 */
export function makeChart({ title, names, rows }) {
  const all = rows.flatMap((row) => row.ratios).filter((ratio) => ratio !== null);
  const low = Math.log2(Math.min(0.25, ...all));
  const high = Math.log2(Math.max(4, ...all));
  const x = (ratio) => LEFT + ((Math.log2(ratio) - low) / (high - low)) * (WIDTH - LEFT - 20);
  const top = 72 + Math.ceil(names.length / 3) * 18;
  const height = top + rows.length * ROW + 16;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="16" y="26" font-size="17">${escape(title)}</text>`,
  ];
  names.forEach((name, i) => {
    const [lx, ly] = [16 + (i % 3) * 290, 48 + Math.floor(i / 3) * 18];
    parts.push(
      `<circle cx="${lx + 6}" cy="${ly - 4}" r="5" fill="${COLOURS[i % COLOURS.length]}"/>`,
      `<text x="${lx + 18}" y="${ly}">${escape(name)}</text>`,
    );
  });
  for (let power = Math.ceil(low); power <= high; power++) {
    const gx = x(2 ** power).toFixed(1);
    const stroke = power === 0 ? '#212529' : '#dee2e6';
    parts.push(
      `<line x1="${gx}" x2="${gx}" y1="${top - 24}" y2="${height - 26}" stroke="${stroke}"/>`,
      `<text x="${gx}" y="${height - 10}" text-anchor="middle">${power < 0 ? `1/${2 ** -power}` : 2 ** power}</text>`,
    );
  }
  rows.forEach((row, r) => parts.push(...drawRow(row, top + r * ROW, x)));
  return `${parts.join('\n')}\n</svg>\n`;
}
