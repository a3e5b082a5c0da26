/*
 * The SFrame header (RFC 9605 section 4.3): a configuration byte `X K K K Y C C C`, the key id, the counter. A number below eight stands in the
 * configuration byte itself, a larger one in one to eight bytes behind it.
 */

export interface FrameHeader {
  /** KID: which key it is sealed under. */
  readonly keyId: bigint;
  /** CTR: of the frames under that key, which. */
  readonly counter: bigint;
}

/** Numbers below this need no bytes of their own. */
const INLINE = 8n;
const LARGER = 8;
export const LARGEST_NUMBER = 2n ** 64n - 1n;

/** @throws RangeError where a number has more than 64 bits */
export function encodeFrameHeader({ keyId, counter }: FrameHeader): Uint8Array<ArrayBuffer> {
  const [key, count] = [encodeNumber(keyId), encodeNumber(counter)];
  const bytes = new Uint8Array(1 + key.bytes.length + count.bytes.length);
  bytes[0] = (key.config << 4) | count.config;
  bytes.set(key.bytes, 1);
  bytes.set(count.bytes, 1 + key.bytes.length);
  return bytes;
}

/** @returns the header and its length in bytes; undefined where `bytes` is too short to have one */
export function decodeFrameHeader(bytes: Uint8Array): (FrameHeader & { readonly length: number }) | undefined {
  const config = bytes[0];
  if (config === undefined) return undefined;
  const key = decodeNumber(config >> 4, bytes, 1);
  const count = key && decodeNumber(config & 0x0f, bytes, key.end);
  return count && { keyId: key.value, counter: count.value, length: count.end };
}

function encodeNumber(value: bigint): { readonly config: number; readonly bytes: Uint8Array } {
  if (value < 0n || value > LARGEST_NUMBER) throw new RangeError('a number of SFrame has 64 bits');
  if (value < INLINE) return { config: Number(value), bytes: new Uint8Array(0) };
  const bytes = [];
  for (let rest = value; rest > 0n; rest >>= 8n) bytes.unshift(Number(rest & 0xffn));
  return { config: LARGER | (bytes.length - 1), bytes: Uint8Array.from(bytes) };
}

function decodeNumber(config: number, bytes: Uint8Array, from: number): { readonly value: bigint; readonly end: number } | undefined {
  if (config < LARGER) return { value: BigInt(config), end: from };
  const end = from + (config & 7) + 1;
  if (end > bytes.length) return undefined;
  let value = 0n;
  for (let at = from; at < end; at++) value = (value << 8n) | BigInt(bytes[at] as number);
  return { value, end };
}
