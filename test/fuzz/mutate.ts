import type { SeededRandom } from '../sim/random.ts';

/** A frame as a value, whatever it holds: mutants are no frames of any type. */
export type Value = Record<string, unknown>;

/** One value put out of shape: fields lost, exchanged, of another type or size, beside themselves in number. */
export function mutateValue(value: Value, random: SeededRandom): Value {
  const fields = Object.entries(value);
  // A map without fields can only get one.
  if (fields.length === 0) return { [random.pick(NAMES)]: strangeValue(random) };
  const at = random.below(fields.length);
  const [key, field] = fields[at] as [string, unknown];
  const replace = (next: unknown) => Object.fromEntries(fields.map(([name, old], i) => [name, i === at ? next : old]));
  switch (random.below(8)) {
    case 0:
      return Object.fromEntries(fields.toSpliced(at, 1));
    case 1: {
      const [otherKey, other] = random.pick(fields);
      return { ...value, [key]: other, [otherKey]: field };
    }
    case 2:
      return { ...value, [random.pick(NAMES)]: strangeValue(random) };
    case 3:
      return replace([field, field]);
    case 4:
      if (field instanceof Uint8Array) return replace(mutateLength(field, random));
      return replace(strangeValue(random));
    case 5:
      if (typeof field === 'number') return replace(random.pick(NUMBERS));
      return replace(strangeValue(random));
    case 6:
      if (isPlain(field)) return replace(mutateValue(field, random));
      return replace(strangeValue(random));
    default:
      return Object.fromEntries(fields.toReversed());
  }
}

const isPlain = (field: unknown): field is Value =>
  typeof field === 'object' && field !== null && !Array.isArray(field) && !(field instanceof Uint8Array);

/** Names of fields, and names that mean something to JavaScript. */
const NAMES = [
  't',
  'q',
  'room',
  'id',
  'change',
  'info',
  'door',
  'epoch',
  'knock',
  'open',
  'welcome',
  'last',
  '__proto__',
  'constructor',
  'toString',
  'then',
  '',
  '\u0000',
];
const NUMBERS = [0, 1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -1, -(2 ** 31), 0.5, 1e300];
const STRANGE: ReadonlyArray<(random: SeededRandom) => unknown> = [
  () => null,
  () => true,
  () => '',
  () => 'message',
  (random) => random.pick(NAMES),
  () => 'x'.repeat(4_000),
  (random) => random.pick(NUMBERS),
  (random) => random.bytes(random.pick([0, 1, 15, 16, 17, 31, 32, 33, 64, 65, 1_000])),
  () => [],
  () => ({}),
  (random) => Array.from({ length: random.pick([1, 64, 65, 300]) }, () => random.bytes(32)),
  (random) => ({ adds: [random.bytes(32)], removes: [], door: null }),
  () => ({ t: 'hello' }),
  (random) => nest(random.below(200)),
];

/** Anything, as a program may hand it over by mistake. */
export function strangeValue(random: SeededRandom): unknown {
  return random.pick(STRANGE)(random);
}

function nest(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { t: value };
  return value;
}

function mutateLength(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const change = random.pick([-1, 1, -bytes.length, bytes.length, 7]);
  const next = new Uint8Array(Math.max(0, bytes.length + change));
  next.set(bytes.subarray(0, next.length));
  return next;
}

/** Pieces of CBOR that promise more than there is, that another decoder would take, or that go deep. */
const LIES: ReadonlyArray<(random: SeededRandom) => Uint8Array> = [
  () => hex('9bffffffffffffffff'),
  () => hex('bbffffffffffffffff'),
  () => hex('5bffffffffffffffff'),
  () => hex('7bffffffffffffffff'),
  () => hex('9a7fffffff'),
  () => hex('ba7fffffff'),
  () => hex('5a0007ffff'),
  () => hex('1bffffffffffffffff'),
  () => hex('3bffffffffffffffff'),
  () => hex('1800'),
  () => hex('5fff'),
  () => hex('9fff'),
  () => hex('bfff'),
  () => hex('c11a514b67b0'),
  () => hex('d9d9f7'),
  () => hex('f7'),
  () => hex('f97e00'),
  () => hex('fb7ff0000000000000'),
  () => hex('ff'),
  () => hex('61ff'),
  (random) => new Uint8Array(random.pick([10, 100, 3_000])).fill(0x81),
  (random) => new Uint8Array(random.pick([10, 100, 3_000])).fill(0xa1),
];

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** Bytes damaged: bits, cuts, doubles, pieces of others, lies about sizes. */
export function mutateBytes(bytes: Uint8Array, other: Uint8Array, random: SeededRandom): Uint8Array {
  const at = random.below(bytes.length + 1);
  const size = random.below(Math.min(64, bytes.length - at) + 1);
  switch (random.below(9)) {
    case 0:
    case 1: {
      const next = bytes.slice();
      for (let i = 1 + random.below(4); i > 0 && next.length > 0; i--) {
        const place = random.below(next.length);
        next[place] = (next[place] as number) ^ (1 << random.below(8));
      }
      return next;
    }
    case 2:
      return bytes.slice(0, at);
    case 3:
      return Buffer.concat([bytes.subarray(0, at + size), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
    case 5: {
      const from = random.below(other.length + 1);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from)]);
    }
    case 6:
      return Buffer.concat([bytes.subarray(0, at), random.pick(LIES)(random), bytes.subarray(at)]);
    case 7: {
      const lie = random.pick(LIES)(random);
      return Buffer.concat([bytes.subarray(0, at), lie, bytes.subarray(Math.min(bytes.length, at + lie.length))]);
    }
    default:
      return Buffer.concat([bytes, random.bytes(1 + random.below(16))]);
  }
}

/** A body with its length in front, or with another one. */
export function frameOf(body: Uint8Array, length: number = body.length): Uint8Array {
  const framed = Buffer.alloc(4 + body.length);
  framed.writeUInt32BE(length);
  framed.set(body, 4);
  return framed;
}
