// judges.mjs - what others make of files: djpeg (libjpeg-turbo), dwebp (libwebp) and libpng, in
// builds that are not ours; and our own readers by themselves, natively, sample for sample.
//
// A folder of files at a time: starting a process from node for each would take longest.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from '../lib/engines.mjs';

const execute = promisify(execFile);
const OUTPUT_BYTES_MAX = 1 << 30;

/** enum th_layout */
const LAYOUTS = ['gray', 'ycc', 'ycca', 'rgbx', 'rgba'];
/** enum th_status, minus the sign */
const STATUSES = ['OK', 'BAD_OPTION', 'UNSUPPORTED', 'CORRUPT', 'TRUNCATED', 'TOO_LARGE'];

/**
 * @typedef {object} Decoded what our reader made of a file
 * @property {string} status
 * @property {string} message
 * @property {string} [layout]
 * @property {{ width: number, height: number, data: Buffer }[]} planes
 */
/**
 * @typedef {object} Verdict
 * @property {boolean} accepts it read the file without a word
 * @property {string} complaint
 * @property {Buffer} [output] PNM of djpeg, PAM or YUV of dwebp, R G B A of libpng
 */

/** Files in a folder of their own while `use` runs. */
export async function withFiles(name, files, use) {
  const own = `${name.replaceAll('/', '-')}-${process.pid}`;
  const folder = path.join(root, 'build/test/mutation', own);
  mkdirSync(folder, { recursive: true });
  try {
    const paths = files.map((_, i) => path.join(folder, `${i}`));
    files.forEach((bytes, i) => writeFileSync(paths[i], bytes));
    return await use(paths, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines and the bytes behind each, one after the other. */
class Reader {
  #bytes;
  #at = 0;
  constructor(bytes) {
    this.#bytes = bytes;
  }
  line() {
    const end = this.#bytes.indexOf('\n', this.#at);
    const line = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return line;
  }
  take(count) {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}

const program = (name) => path.join(root, 'build/native', name);
const outputOf = (file, args) =>
  execute(file, args, { encoding: 'buffer', maxBuffer: OUTPUT_BYTES_MAX }).then(
    ({ stdout }) => new Reader(stdout),
  );

/** @param {string[]} paths @returns {Promise<Decoded[]>} */
export async function decodeOurs(paths) {
  const reader = await outputOf(program('decode'), paths);
  return paths.map(() => {
    const [first, ...rest] = reader.line().split(' ');
    if (first !== 'OK')
      return { status: STATUSES[-first] ?? first, message: rest.join(' '), planes: [] };
    const [layout, ...sizes] = rest.map(Number);
    const pixelBytes = LAYOUTS[layout].startsWith('rgb') ? 4 : 1;
    const planes = [];
    for (let i = 0; i < sizes.length; i += 2) {
      const [width, height] = sizes.slice(i, i + 2);
      planes.push({ width, height, data: reader.take(width * height * pixelBytes) });
    }
    return { status: 'OK', message: '', layout: LAYOUTS[layout], planes };
  });
}

/** @returns {Promise<Verdict[]>} */
async function askLibpng(paths) {
  const reader = await outputOf(program('libpng'), paths);
  return paths.map(() => {
    const [answer, ...rest] = reader.line().split(' ');
    if (answer !== 'OK') return { accepts: false, complaint: rest.join(' ') };
    return { accepts: true, complaint: '', output: reader.take(rest[0] * rest[1] * 4) };
  });
}

// A damaged header may ask for gigabytes: that ends them, which is a complaint.
const LIMITS = 'ulimit -f 65536; ulimit -v 1000000; ulimit -t 20';
/** The assembler of libjpeg-turbo overflows elsewhere than its definition in C. */
const PLAIN = { ...process.env, JSIMD_FORCENONE: '1' };
const JUDGED = '>"$f.out" 2>"$f.err" || echo "exit $?" >>"$f.err"';

/**
 * A tool for each file, with flags of its own.
 * @param {string} command with $flags and $f in it
 * @param {string[]} paths
 * @param {string[]} flags
 * @returns {Promise<Verdict[]>}
 */
async function askTool(command, paths, flags) {
  const each = `f=$1 flags=$2; shift 2; ${command} ${JUDGED}`;
  const script = `${LIMITS}; while [ $# -gt 0 ]; do ${each}; done`;
  const args = paths.flatMap((file, i) => [file, flags[i]]);
  await execute('bash', ['-c', script, 'judge', ...args], { env: PLAIN });
  return paths.map((file) => {
    const complaint = readFileSync(`${file}.err`, 'utf8').trim();
    if (complaint !== '') return { accepts: false, complaint };
    return { accepts: true, complaint: '', output: readFileSync(`${file}.out`) };
  });
}

/** DRI: a restart marker every 65535 MCUs, that is, never. */
const RESTARTS = Buffer.from([0xff, 0xdd, 0, 4, 0xff, 0xff]);

/**
 * Where there may be restart markers, libjpeg-turbo decodes with care; elsewhere its fast loop
 * takes a code that does not exist for a zero, without a word.
 */
const withCare = (bytes) => Buffer.concat([bytes.subarray(0, 2), RESTARTS, bytes.subarray(2)]);

/** Chroma as it is stored where ours is handed out so; else as the library makes pixels of it. */
async function askDjpeg(paths, ours) {
  for (const file of paths) writeFileSync(file, withCare(readFileSync(file)));
  const flags = ours.map(({ layout }) => (layout === 'ycc' ? '-nosmooth' : ''));
  return askTool('djpeg $flags -dct int "$f"', paths, flags);
}

async function askDwebp(paths, ours) {
  const flags = ours.map(({ layout }) => (layout === 'ycc' ? '-yuv' : '-pam'));
  return askTool('dwebp -quiet $flags -o - -- "$f"', paths, flags);
}

/**
 * @param {string} format of all of them, as far as they are still of one
 * @param {string[]} paths
 * @param {Decoded[]} ours
 * @returns {Promise<Verdict[]>}
 */
export function judge(format, paths, ours) {
  if (format === 'png') return askLibpng(paths);
  return format === 'jpeg' ? askDjpeg(paths, ours) : askDwebp(paths, ours);
}
