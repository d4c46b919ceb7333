// contestants.mjs - how each program is asked for the same work. Every entry gives
// `start()`, which loads it and answers with (bytes, job) => output bytes, and `modules`,
// the Wasm files it needs for these jobs. Nothing is loaded before start().
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const packageOf = (name) => path.join(here, 'node_modules', name);
const versionOf = (name) =>
  JSON.parse(fs.readFileSync(path.join(packageOf(name), 'package.json'), 'utf8')).version;
const compile = (file) => WebAssembly.compile(fs.readFileSync(file));

async function startThimble() {
  const { createThimble } = await import('../worker/resizer/resizer.js');
  const thimble = createThimble(await compile(path.join(here, '../dist/thimble.wasm')));
  return async (bytes, { width, height, format, quality }) => {
    const query = `w=${width}&h=${height}&fit=fill&f=${format}&q=${quality}`;
    return (await thimble.resize(bytes, query, { length: bytes.length })).bytes;
  };
}

async function startSharp(fastShrinkOnLoad) {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return async (bytes, { width, height, format, quality }) => {
    const image = sharp(bytes, { limitInputPixels: false }).resize(width, height, {
      fit: 'fill',
      kernel: 'lanczos3',
      fastShrinkOnLoad,
    });
    return image.toFormat(format, format === 'png' ? {} : { quality }).toBuffer();
  };
}

async function startVips() {
  const { default: Vips } = await import('wasm-vips');
  const vips = await Vips({ dynamicLibraries: [] });
  vips.concurrency(1);
  vips.Cache.max(0);
  return async (bytes, { width, height, format, quality }) => {
    const image = vips.Image.thumbnailBuffer(bytes, width, {
      height,
      size: 'force',
      no_rotate: true,
    });
    const suffix = { jpeg: '.jpg', png: '.png', webp: '.webp' }[format];
    const out = image.writeToBuffer(suffix, format === 'png' ? {} : { Q: quality });
    image.delete();
    return out;
  };
}

/** As on Workers: modules compiled beforehand and given to each codec's init. */
async function startJsquash() {
  const from = (file) => compile(path.join(packageOf('@jsquash'), file));
  const load = (file) => import(path.join(packageOf('@jsquash'), file));
  globalThis.ImageData ??= class ImageData {
    constructor(data, width, height) {
      Object.assign(this, { data, width, height });
    }
  };
  const codecs = {};
  const init = async (name, file, wasm) => {
    const codec = await load(file);
    await codec.init(await from(wasm));
    codecs[name] = codec.default;
  };
  const need = {
    'jpeg in': () => init('jpeg in', 'jpeg/decode.js', 'jpeg/codec/dec/mozjpeg_dec.wasm'),
    'jpeg out': () => init('jpeg out', 'jpeg/encode.js', 'jpeg/codec/enc/mozjpeg_enc.wasm'),
    'webp in': () => init('webp in', 'webp/decode.js', 'webp/codec/dec/webp_dec.wasm'),
    'webp out': () => init('webp out', 'webp/encode.js', 'webp/codec/enc/webp_enc_simd.wasm'),
    'png in': () => init('png in', 'png/decode.js', 'png/codec/pkg/squoosh_png_bg.wasm'),
    'png out': () => init('png out', 'png/encode.js', 'png/codec/pkg/squoosh_png_bg.wasm'),
  };
  const { default: resize, initResize } = await load('resize/index.js');
  await initResize(await from('resize/lib/resize/pkg/squoosh_resize_bg.wasm'));
  const codec = async (name) => {
    if (!codecs[name]) await need[name]();
    return codecs[name];
  };
  return async (bytes, { width, height, format, quality }) => {
    const source = bytes[0] === 0xff ? 'jpeg' : bytes[0] === 0x89 ? 'png' : 'webp';
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const image = await (await codec(`${source} in`))(buffer);
    const small = await resize(image, {
      width,
      height,
      method: 'lanczos3',
      fitMethod: 'stretch',
      premultiply: true,
      linearRGB: false,
    });
    const plain = {
      baseline: true,
      progressive: false,
      optimize_coding: false,
      quant_table: 0,
      auto_subsample: false,
      chroma_subsample: 2,
    };
    const options = format === 'jpeg' ? { quality, ...plain } : { quality };
    return new Uint8Array(
      await (
        await codec(`${format} out`)
      )(small, format === 'png' ? {} : options),
    );
  };
}

async function startPhoton() {
  const photon = await import('@cf-wasm/photon');
  return async (bytes, { width, height, format, quality }) => {
    const image = photon.PhotonImage.new_from_byteslice(bytes);
    const small = photon.resize(image, width, height, photon.SamplingFilter.Lanczos3);
    const out = {
      jpeg: () => small.get_bytes_jpeg(quality),
      png: () => small.get_bytes(),
      webp: () => small.get_bytes_webp(),
    }[format]();
    image.free();
    small.free();
    return out;
  };
}

async function startWasmImageOptimization() {
  const { optimizeImage } = await import('wasm-image-optimization');
  return async (bytes, { width, height, format, quality }) =>
    (await optimizeImage({ image: bytes, width, height, fit: 'fill', format, quality })).data;
}

async function startMagick() {
  const magick = await import('@imagemagick/magick-wasm');
  await magick.initializeImageMagick(fs.readFileSync(magickModule()));
  return async (bytes, { width, height, format, quality }) =>
    magick.ImageMagick.read(bytes, (image) => {
      const geometry = new magick.MagickGeometry(width, height);
      geometry.ignoreAspectRatio = true;
      image.filterType = magick.FilterType.Lanczos;
      image.resize(geometry);
      image.quality = format === 'png' ? 75 : quality;
      if (format === 'jpeg')
        image.settings.setDefine(magick.MagickFormat.Jpeg, 'sampling-factor', '4:2:0');
      return image.write(format.toUpperCase(), (data) => data.slice());
    });
}

const magickModule = () => {
  const dist = path.join(packageOf('@imagemagick/magick-wasm'), 'dist');
  return ['magick.wasm', 'x86/magick.wasm']
    .map((file) => path.join(dist, file))
    .find((file) => fs.existsSync(file));
};

const jsquashModules = [
  'jpeg/codec/dec/mozjpeg_dec.wasm',
  'jpeg/codec/enc/mozjpeg_enc.wasm',
  'webp/codec/dec/webp_dec.wasm',
  'webp/codec/enc/webp_enc_simd.wasm',
  'png/codec/pkg/squoosh_png_bg.wasm',
  'resize/lib/resize/pkg/squoosh_resize_bg.wasm',
];

/** @type {Record<string, { start: () => Promise<(bytes: Uint8Array, job: import("./jobs.mjs").Job) => Promise<Uint8Array>>, label: () => string, modules: () => string[], note?: string, native?: boolean }>} */
export const contestants = {
  sharp: {
    start: () => startSharp(true),
    label: () => `sharp ${versionOf('sharp')}, native, 1 thread`,
    modules: () => [],
    native: true,
  },
  'sharp-full': {
    start: () => startSharp(false),
    label: () => 'sharp, fastShrinkOnLoad: false',
    modules: () => [],
    native: true,
  },
  thimble: {
    start: startThimble,
    label: () => 'thimble',
    modules: () => [path.join(here, '../dist/thimble.wasm')],
  },
  'wasm-vips': {
    start: startVips,
    label: () => `wasm-vips ${versionOf('wasm-vips')}`,
    modules: () => [path.join(packageOf('wasm-vips'), 'lib/vips.wasm')],
    note: 'needs threads: not on Workers',
  },
  jsquash: {
    start: startJsquash,
    label: () => `jSquash (jpeg ${versionOf('@jsquash/jpeg')})`,
    modules: () => jsquashModules.map((file) => path.join(packageOf('@jsquash'), file)),
  },
  magick: {
    start: startMagick,
    label: () => `magick-wasm ${versionOf('@imagemagick/magick-wasm')}`,
    modules: () => [magickModule()],
  },
  'wasm-image-optimization': {
    start: startWasmImageOptimization,
    label: () => `wasm-image-optimization ${versionOf('wasm-image-optimization')}`,
    modules: () => [
      path.join(packageOf('wasm-image-optimization'), 'dist/wasm-image-optimization.wasm'),
    ],
  },
  photon: {
    start: startPhoton,
    label: () => `photon ${versionOf('@cf-wasm/photon')}`,
    modules: () => [path.join(packageOf('@cf-wasm/photon'), 'dist/lib/photon_rs_bg.wasm')],
    note: 'WebP output is lossless',
  },
};
