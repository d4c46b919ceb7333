// svg.mjs - what the pictures of docs/ have in common: one sheet, one set of colours by day and
// by night, one way to write on it. Text, so that a change of a picture shows in a diff.

const STYLE = `
.paper{fill:#fff}.ink{fill:#24292f}.soft{fill:#57606a}.grid{stroke:#d8dee4}.own{fill:#b03e1d;font-weight:700}.us{stroke:#b03e1d}.asked{stroke:#57606a}
.end{text-anchor:end}.middle{text-anchor:middle}.bold{font-weight:600}.code{font-family:ui-monospace,monospace}polyline,.line{fill:none}
@media (prefers-color-scheme:dark){.paper{fill:#15171b}.ink{fill:#ece7df}.soft{fill:#a9a196}.grid{stroke:#343840}.own{fill:#f0906a}.us{stroke:#f0906a}.asked{stroke:#a9a196}}`;

/**
 * A line of text; `kind` is a list of the classes above.
 * @param {string} kind
 * @param {[number, number]} at
 * @param {string | number} words
 */
export function write(kind, [x, y], words) {
  const text = String(words).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}">${text}</text>`;
}

/**
 * @param {{ width: number, height: number, title: string, style?: string }} sheet
 * @param {string[]} parts
 */
export function drawSheet({ width, height, title, style = '' }, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>${title}</title>
<style>${STYLE}
${style}</style>
<rect class="paper" width="${width}" height="${height}" rx="8"/>
${parts.join('\n')}
</svg>
`;
}
