// scene.mjs - the picture in the pictures: a dusk of a few shapes, so that one sees what was
// cropped, stretched or turned. Defined once a sheet, then placed as often as wanted.

export const SCENE = { width: 252, height: 168, sun: { x: 0.63, y: 0.45 } };

/** Hills from left to right, as shares of width and height. @type {[string, number[]][]} */
const RIDGES = [
  ['#a9546a', [0.62, 0.5, 0.58, 0.42, 0.6, 0.55, 0.66, 0.5, 0.6]],
  ['#6d3d5c', [0.72, 0.66, 0.76, 0.7, 0.6, 0.72, 0.78, 0.68, 0.74]],
  ['#2b2440', [0.88, 0.82, 0.9, 0.8, 0.88, 0.92, 0.82, 0.9, 0.84]],
];

function ridge(colour, heights) {
  const { width, height } = SCENE;
  const line = heights.map(
    (share, i) => `L${((i * width) / (heights.length - 1)).toFixed(0)} ${(share * height).toFixed(0)}`,
  );
  return `<path fill="${colour}" d="M0 ${height}${line.join('')}L${width} ${height}z"/>`;
}

/** Goes once into each sheet that places the scene. */
export function defineScene() {
  const { width, height, sun } = SCENE;
  return `<defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#1d2547"/><stop offset=".45" stop-color="#8d5278"/><stop offset=".75" stop-color="#fbb98a"/></linearGradient>
<g id="scene"><rect width="${width}" height="${height}" fill="url(#sky)"/><circle cx="${sun.x * width}" cy="${sun.y * height}" r="14" fill="#fff3d6"/>${RIDGES.map(([colour, heights]) => ridge(colour, heights)).join('')}</g></defs>`;
}
