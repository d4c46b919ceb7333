// inputs.mjs - the photographs: those of Debian's mate-backgrounds, downloaded by apt and never
// committed, cut at their own resolution and laid side by side up to the size a job wants. Without
// them (no apt, no network) the made-up scenes of tests/images take their place, and the
// bench says so.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { makeScene } from '../tests/images/scene.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'build/bench');
const PACKAGE = 'mate-backgrounds';
/** Photographs that were not squeezed too hard by their makers. */
const PHOTOS = [
  'Blinds',
  'Dune',
  'RainDrops',
  'Storm',
  'TwoWings',
  'GreenMeadow',
  'Wood',
  'LadyBird',
];

const WANTED = {
  'opaque.png': { width: 800, height: 800 },
  'alpha.png': { width: 800, height: 800, alpha: true },
  '6mp.jpg': { width: 2725, height: 2225 },
  '12mp.jpg': { width: 4000, height: 3000 },
  '24mp.jpg': { width: 6000, height: 4000 },
  '24mp-progressive.jpg': { width: 6000, height: 4000, progressive: true },
  '8mp.png': { width: 3456, height: 2304 },
  '8mp.webp': { width: 3456, height: 2304 },
  '100mp.jpg': { width: 12000, height: 8400 },
};

/** The photographs' paths; empty when they cannot be had. */
function fetchPhotos() {
  const unpacked = path.join(folder, 'photos');
  const nature = path.join(unpacked, 'usr/share/backgrounds/mate/nature');
  if (!fs.existsSync(nature)) {
    console.error(`bench: downloading the photographs of Debian's ${PACKAGE} (47 MB, once)`);
    fs.mkdirSync(unpacked, { recursive: true });
    try {
      execFileSync('apt-get', ['download', '-o', 'APT::Sandbox::User=root', PACKAGE], {
        cwd: unpacked,
        stdio: 'pipe',
      });
      const archive = fs.readdirSync(unpacked).find((name) => name.endsWith('.deb'));
      execFileSync('dpkg', ['-x', archive, '.'], { cwd: unpacked });
      fs.rmSync(path.join(unpacked, archive));
    } catch (error) {
      console.error(
        `bench: no photographs: ${String(error.stderr ?? error)
          .trim()
          .split('\n')
          .pop()}`,
      );
      return [];
    }
  }
  return PHOTOS.map((name) => path.join(nature, `${name}.jpg`));
}

/** RGB pixels: tiles cut from the middle of the photographs, row by row. */
async function makeCollage(photos, width, height) {
  const tile = { width: Math.min(width, 1250), height: Math.min(height, 1000) };
  const tiles = await Promise.all(photos.map((file) => cutTile(file, tile)));
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += tile.width) {
      const index = (Math.floor(y / tile.height) * 3 + Math.floor(x / tile.width)) % tiles.length;
      const from = (y % tile.height) * tile.width * 3;
      const count = Math.min(tile.width, width - x) * 3;
      tiles[index].copy(pixels, (y * width + x) * 3, from, from + count);
    }
  }
  return pixels;
}

async function cutTile(file, { width, height }) {
  const image = sharp(file);
  const about = await image.metadata();
  const left = (about.width - width) >> 1;
  const top = (about.height - height) >> 1;
  return image.extract({ left, top, width, height }).removeAlpha().raw().toBuffer();
}

/** A soft round window, as product pictures have. */
function addAlpha(rgb, width, height) {
  const rgba = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const u = ((i % width) + 0.5) / width - 0.5;
    const v = (Math.floor(i / width) + 0.5) / height - 0.5;
    rgb.copy(rgba, i * 4, i * 3, i * 3 + 3);
    rgba[i * 4 + 3] = Math.round(
      255 * Math.min(1, Math.max(0, (0.48 - Math.sqrt(u * u + v * v)) * 12)),
    );
  }
  return rgba;
}

async function makeInput(name, photos) {
  const { width, height, alpha, progressive = false } = WANTED[name];
  const rgb =
    photos.length > 0
      ? await makeCollage(photos, width, height)
      : Buffer.from(makeScene(width, height, { noise: 5 }));
  const pixels = alpha ? addAlpha(rgb, width, height) : rgb;
  const image = sharp(pixels, {
    raw: { width, height, channels: alpha ? 4 : 3 },
    limitInputPixels: false,
  });
  if (name.endsWith('.png')) return image.png({ compressionLevel: 6 }).toBuffer();
  if (name.endsWith('.webp')) return image.webp({ quality: 85 }).toBuffer();
  return image.jpeg({ quality: 85, progressive }).toBuffer();
}

/**
 * Makes what is missing.
 * @param {string[]} names
 * @returns {Promise<{ files: Record<string, string>, real: boolean }>} real: from photographs
 */
export async function makeInputs(names) {
  const photos = fetchPhotos();
  const kind = photos.length > 0 ? 'photo' : 'scene';
  const files = {};
  for (const name of new Set(names)) {
    const file = path.join(folder, `${kind}-${name}`);
    files[name] = file;
    if (fs.existsSync(file)) continue;
    console.error(`bench: making ${name}`);
    const bytes = await makeInput(name, photos);
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(`${file}.new`, bytes);
    fs.renameSync(`${file}.new`, file);
  }
  return { files, real: photos.length > 0 };
}
