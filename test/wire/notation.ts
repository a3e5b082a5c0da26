import { fromHex, toHex } from '../../src/protocol/index.ts';

/** Values of CBOR as JSON: bytes are strings of hexadecimal digits behind `0x`. No text in a vector begins so. */
export function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return `0x${toHex(value)}`;
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toJson(field)]));
}

export function fromJson(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('0x') ? readHex(value.slice(2)) : value;
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fromJson(field)]));
}

export function readHex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (!bytes) throw new Error(`no hexadecimal digits: ${text}`);
  return bytes;
}
