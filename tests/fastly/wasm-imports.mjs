// wasm-imports.mjs - a module's imports with their types, which JavaScript does not tell: lines of
// `module.name (i32 i64) -> i32`, read from its type and import sections.

const TYPES = { 0x7f: 'i32', 0x7e: 'i64', 0x7d: 'f32', 0x7c: 'f64', 0x7b: 'v128' };
const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION = 0;

/** Reads a module from front to back. */
class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  take() {
    const length = this.number();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  text() {
    return new TextDecoder().decode(this.take());
  }

  /** @template T @param {() => T} read @returns {T[]} */
  list(read) {
    return Array.from({ length: this.number() }, read);
  }
}

/** @param {Reader} section */
function readType(section) {
  section.byte(); // 0x60
  const types = () => section.list(() => TYPES[section.byte()]).join(' ');
  return `(${types()}) -> ${types()}`;
}

/** @param {Uint8Array} bytes of a module whose imports are functions @returns {string[]} sorted */
export function importLines(bytes) {
  const module = new Reader(bytes);
  module.at = 8; // magic and version
  let types = [];
  while (module.at < bytes.length) {
    const id = module.byte();
    const section = new Reader(module.take());
    if (id === TYPE_SECTION) types = section.list(() => readType(section));
    if (id !== IMPORT_SECTION) continue;
    const lines = section.list(() => {
      const name = `${section.text()}.${section.text()}`;
      if (section.byte() !== FUNCTION) throw new Error(`${name} is no function`);
      return `${name} ${types[section.number()]}`;
    });
    return lines.sort();
  }
  return [];
}
