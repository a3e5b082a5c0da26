import * as v from 'valibot';
import { type Identity, verifySignature } from '../../crypto/index.ts';
import { concatBytes, decodeValue, encodeValue, SIZES, utf8 } from '../../protocol/index.ts';
import { wordKinds } from './kinds.ts';

export type WordKind = keyof typeof wordKinds;
export type WordBody<K extends WordKind> = v.InferOutput<(typeof wordKinds)[K]>;
export type Word = { [K in WordKind]: { readonly kind: K; readonly body: WordBody<K> } }[WordKind];

/** Where and when a word is said: what a signature holds for, and nothing else. */
export interface Saying {
  readonly room: Uint8Array;
  readonly epoch: number;
  /** One run of the speaker's program, by chance. */
  readonly run: Uint8Array;
  /** Rises with each word of a run. */
  readonly n: number;
}

/** Bytes of a run's name. */
export const RUN = 16;
/** What is sealed is as long as a multiple of this, so that its size does not say what changed. */
const BLOCK = 256;
const VERSION = 0;
const LABEL = utf8('corrillo ephemeral v0\0');

const uint = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);
const sized = (size: number) => v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === size);
const envelope = v.strictTuple([sized(RUN), uint, v.instance(Uint8Array), sized(SIZES.signature)]);
const inner = v.strictObject({ v: uint, k: v.string(), b: v.record(v.string(), v.unknown()) });

/** Every field before the last has a fixed length, so that no two sayings have the same bytes. */
function signedBytes({ room, epoch, run, n }: Saying, said: Uint8Array): Uint8Array {
  const numbers = new Uint8Array(16);
  const view = new DataView(numbers.buffer);
  view.setBigUint64(0, BigInt(epoch));
  view.setBigUint64(8, BigInt(n));
  return concatBytes(LABEL, room, numbers, run, said);
}

/** @returns what is to be sealed for the epoch */
export async function encodeWord(identity: Identity, saying: Saying, { kind, body }: Word): Promise<Uint8Array> {
  const said = encodeValue({ v: VERSION, k: kind, b: body });
  const signature = await identity.sign(signedBytes(saying, said));
  return pad(encodeValue([saying.run, saying.n, said, signature]));
}

/** @returns undefined for what is malformed, of a kind or version that is not known here, or not signed by `device` for this room and epoch */
export async function decodeWord(
  plain: Uint8Array,
  { device, room, epoch }: { readonly device: Uint8Array; readonly room: Uint8Array; readonly epoch: number },
): Promise<(Word & Pick<Saying, 'run' | 'n'>) | undefined> {
  const bytes = unpad(plain);
  const outer = v.safeParse(envelope, bytes && decoded(bytes));
  if (!outer.success) return undefined;
  const [run, n, said, signature] = outer.output;
  if (!(await verifySignature(device, signedBytes({ room, epoch, run, n }, said), signature))) return undefined;
  const parsed = v.safeParse(inner, decoded(said));
  if (!parsed.success || parsed.output.v > VERSION || !Object.hasOwn(wordKinds, parsed.output.k)) return undefined;
  const kind = parsed.output.k as WordKind;
  const body = v.safeParse(wordKinds[kind], parsed.output.b);
  return body.success ? { kind, body: body.output, run, n } : undefined;
}

/** Two bytes of length, then the bytes, then zeros. */
function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((2 + bytes.length) / BLOCK) * BLOCK);
  new DataView(padded.buffer).setUint16(0, bytes.length);
  padded.set(bytes, 2);
  return padded;
}

function unpad(padded: Uint8Array): Uint8Array | undefined {
  if (padded.length < 2 || padded.length % BLOCK !== 0) return undefined;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint16(0);
  return length <= padded.length - 2 ? padded.subarray(2, 2 + length) : undefined;
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return decodeValue(bytes);
  } catch {
    return undefined;
  }
}
