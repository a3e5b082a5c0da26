/** As much of WebAssembly's binary format as a short function takes (WebAssembly Core Specification 2.0, section 5). */

export type Code = readonly number[];

const TYPES = { i32: 0x7f, i64: 0x7e } as const;
const SECTIONS = { types: 1, functions: 3, memory: 5, exports: 7, code: 10 } as const;
const END = 0x0b;

export const getLocal = (at: number): Code => [0x20, ...unsigned(at)];
export const setLocal = (at: number): Code => [0x21, ...unsigned(at)];
/** Sets it, and leaves the value where it is. */
export const teeLocal = (at: number): Code => [0x22, ...unsigned(at)];
/** @param offset is added to the address */
export const load64 = (offset: number): Code => [0x29, 0, ...unsigned(offset)];
export const store64 = (offset: number): Code => [0x37, 0, ...unsigned(offset)];
export const number32 = (value: number): Code => [0x41, ...signed(value)];
export const number64 = (value: number): Code => [0x42, ...signed(value)];
export const LESS_32: Code = [0x49];
export const ADD_32: Code = [0x6a];
export const AND_32: Code = [0x71];
export const SHIFT_LEFT_32: Code = [0x74];
export const XOR_64: Code = [0x85];
export const SHIFT_RIGHT_64: Code = [0x88];
export const WRAP_64: Code = [0xa7];
/** Once, and again as long as the last of it says so. */
export const repeat = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, END];

/** A module of one function, `run`, that returns nothing, and of `memory`. */
export interface OneFunction {
  readonly parameters: readonly (keyof typeof TYPES)[];
  readonly locals: readonly (keyof typeof TYPES)[];
  readonly body: Code;
  /** Of 64 KiB. */
  readonly pages: number;
}

/** A module as it runs. */
export interface RunningFunction {
  run(...values: readonly number[]): void;
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** Node has it, and its types do not. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: RunningFunction };
};

export function start(one: OneFunction): RunningFunction {
  return new WebAssembly.Instance(new WebAssembly.Module(writeModule(one))).exports;
}

function writeModule({ parameters, locals, body, pages }: OneFunction): Uint8Array {
  const code = [...vector(locals.map((type) => [1, TYPES[type]])), ...body, END];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(SECTIONS.types, [[0x60, ...vector(parameters.map((type) => [TYPES[type]])), 0]]),
    ...section(SECTIONS.functions, [[0]]),
    ...section(SECTIONS.memory, [[0, ...unsigned(pages)]]),
    ...section(SECTIONS.exports, [
      [...name('run'), 0, 0],
      [...name('memory'), 2, 0],
    ]),
    ...section(SECTIONS.code, [[...unsigned(code.length), ...code]]),
  ]);
}

function section(id: number, items: readonly Code[]): Code {
  const content = vector(items);
  return [id, ...unsigned(content.length), ...content];
}

const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const name = (text: string): Code => vector([...Buffer.from(text)].map((byte) => [byte]));

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [0x80 | (value & 0x7f), ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [0x80 | (value & 0x7f), ...signed(value >> 7)];
}
