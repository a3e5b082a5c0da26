import { MAX_PACKET } from './srtp-cipher.ts';
import {
  ADD_32,
  AND_32,
  type Code,
  getLocal,
  LESS_32,
  load64,
  number32,
  number64,
  type OneFunction,
  repeat,
  setLocal,
  SHIFT_LEFT_32,
  SHIFT_RIGHT_64,
  start,
  store64,
  teeLocal,
  WRAP_64,
  XOR_64,
} from './wasm.ts';
import type { Words } from './words.ts';

/** What the tags of AES-GCM are made of: GHASH (NIST SP 800-38D section 6.4) under one key. */
export interface Ghash {
  /** Of the first `length` bytes of `hashed`, which are whole blocks. @returns four words that are good until anybody's next call */
  hash(length: number): Uint32Array;
}

const BLOCK = 16;
/** A table has an entry of a block for each value of a half byte in each of its 32 places. */
const PLACE = 16 * BLOCK;
const TABLE = 32 * PLACE;
/** Memory begins with the table of whoever hashes; behind it stand what comes out and what goes in. */
const RESULT = TABLE;
const TEXT = RESULT + BLOCK;
/** A packet, what stands beside it and how long both are, each filled up to a block. */
const ROOM = MAX_PACKET + 3 * BLOCK;

const { run, memory } = start(describe());
const result = new Uint32Array(memory.buffer, RESULT, BLOCK / 4);
const tableInUse = new Uint8Array(memory.buffer, 0, TABLE);
let user: Ghash | undefined;

/** Where to write what is to be hashed. One for all. */
export const hashed: Words = {
  words: new Uint32Array(memory.buffer, TEXT, ROOM / 4),
  bytes: Buffer.from(memory.buffer, TEXT, ROOM),
};

/**
 * A product is the sum of those of its half bytes, and these stand in a table. Node has no GHASH but inside of a cipher, which has to be made
 * anew for each packet, at several times the cost.
 * @param key what AES makes of a block of zeros
 */
export function createGhash(key: Buffer): Ghash {
  const table = writeTable(key);
  const ghash: Ghash = {
    hash(length) {
      // Memory is one for all, so that none has to be given back.
      if (user !== ghash) tableInUse.set(table);
      user = ghash;
      run(TEXT, TEXT + length);
      return result;
    },
  };
  return ghash;
}

function writeTable(key: Buffer): Buffer {
  const table = Buffer.alloc(TABLE);
  const products = productsOf(key);
  for (let place = 0; place < 32; place++) {
    // Half bytes are taken off a word from the one that counts least: of the first byte, its second half.
    const first = 8 * (place >> 1) + (place % 2 === 0 ? 4 : 0);
    for (let value = 0; value < 16; value++) {
      let sum = 0n;
      for (let bit = 0; bit < 4; bit++) if (((value >> (3 - bit)) & 1) === 1) sum ^= products[first + bit] as bigint;
      table.write(sum.toString(16).padStart(2 * BLOCK, '0'), place * PLACE + value * BLOCK, 'hex');
    }
  }
  return table;
}

/** What x^128 is, where the first bit counts least (section 6.3). */
const REDUCTION = 0xe1n << 120n;

/** The key times each power of x. */
function productsOf(key: Buffer): bigint[] {
  const products: bigint[] = [];
  let product = BigInt(`0x${key.toString('hex')}`);
  for (let bit = 0; bit < 8 * BLOCK; bit++) {
    products.push(product);
    product = (product >> 1n) ^ ((product & 1n) === 1n ? REDUCTION : 0n);
  }
  return products;
}

/** Two words of 64 bits that are hashed, block for block, from one address to another: in JavaScript it takes four times as long. */
function describe(): OneFunction {
  const [FROM, TO, FIRST, SECOND, SUM_1, SUM_2, ENTRY] = [0, 1, 2, 3, 4, 5, 6] as const;
  const addTo = (word: number, address: Code, offset: number): Code => [
    ...address,
    ...load64(offset),
    ...getLocal(word),
    ...XOR_64,
    ...setLocal(word),
  ];
  /** Sixteen times the value of a half byte. */
  const half = (word: number, at: number): Code =>
    at === 0
      ? [...getLocal(word), ...WRAP_64, ...number32(4), ...SHIFT_LEFT_32]
      : [...getLocal(word), ...number64(4 * at - 4), ...SHIFT_RIGHT_64, ...WRAP_64];
  const multiply = (word: number, place: number): Code => [
    ...half(word, place % 16),
    ...number32(15 * BLOCK),
    ...AND_32,
    ...addTo(SUM_1, teeLocal(ENTRY), PLACE * place),
    ...addTo(SUM_2, getLocal(ENTRY), PLACE * place + 8),
  ];
  const halves = Array.from({ length: 16 }, (_, at) => at);
  const block: Code = [
    ...addTo(FIRST, getLocal(FROM), 0),
    ...addTo(SECOND, getLocal(FROM), 8),
    ...[...number64(0), ...setLocal(SUM_1), ...number64(0), ...setLocal(SUM_2)],
    ...halves.flatMap((at) => multiply(FIRST, at)),
    ...halves.flatMap((at) => multiply(SECOND, 16 + at)),
    ...[...getLocal(SUM_1), ...setLocal(FIRST), ...getLocal(SUM_2), ...setLocal(SECOND)],
    ...[...getLocal(FROM), ...number32(BLOCK), ...ADD_32, ...teeLocal(FROM), ...getLocal(TO), ...LESS_32],
  ];
  return {
    parameters: ['i32', 'i32'],
    locals: ['i64', 'i64', 'i64', 'i64', 'i32'],
    body: [
      ...repeat(block),
      ...[...number32(RESULT), ...getLocal(FIRST), ...store64(0)],
      ...[...number32(RESULT), ...getLocal(SECOND), ...store64(8)],
    ],
    pages: 1,
  };
}
