import { ByteReader } from './byte-reader.ts';
import { type SocketAddress, readXorAddress } from './stun-address.ts';
import { findSeals, type Seals } from './stun-seals.ts';

export { checkStunIntegrity, hasStunFingerprint } from './stun-seals.ts';

/** A STUN message of ICE's connectivity checks (RFC 8489, RFC 8445): binding, and nothing else. */
export interface StunMessage {
  readonly kind: 'request' | 'indication' | 'response' | 'error';
  /** 12 bytes, random, the same in a request and its answer. */
  readonly transaction: Buffer;
  readonly username?: string;
  readonly priority?: number;
  readonly useCandidate: boolean;
  /** The role that the sender has, with its tie-breaker. */
  readonly controlling?: bigint;
  readonly controlled?: bigint;
  readonly mappedAddress?: SocketAddress;
  readonly errorCode?: number;
  /** Types below 0x8000 that this reader does not know: a request with one is answered by 420 (RFC 8489 section 6.3.1). */
  readonly unknown: readonly number[];
  /** Where MESSAGE-INTEGRITY and FINGERPRINT stand; they are checked by those who have a password. */
  readonly seals: Seals;
  /** The message as it came. */
  readonly raw: Buffer;
}

export const STUN_HEADER = 20;
export const MAGIC_COOKIE = 0x2112a442;
/** What a check may be long: an answer fits the smallest packet that every network carries, and a request is shorter. */
export const MAX_STUN = 1280;

export const STUN_TYPES = { request: 0x0001, indication: 0x0011, response: 0x0101, error: 0x0111 } as const;

export const ATTRIBUTES = {
  username: 0x0006,
  integrity: 0x0008,
  errorCode: 0x0009,
  unknown: 0x000a,
  realm: 0x0014,
  nonce: 0x0015,
  integritySha256: 0x001c,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  software: 0x8022,
  fingerprint: 0x8028,
  controlled: 0x8029,
  controlling: 0x802a,
} as const;

/** Required to be understood, of no use here, and no reason to refuse a check. */
const IGNORED: readonly number[] = [
  ATTRIBUTES.integrity,
  ATTRIBUTES.integritySha256,
  ATTRIBUTES.realm,
  ATTRIBUTES.nonce,
  ATTRIBUTES.unknown,
];

/** @returns undefined for what is no whole STUN message. What it says is not checked yet: see checkStunIntegrity */
export function decodeStun(datagram: Uint8Array): StunMessage | undefined {
  if (datagram.length < STUN_HEADER || datagram.length > MAX_STUN || datagram.length % 4 !== 0) return undefined;
  const reader = new ByteReader(datagram);
  const type = reader.uint(2);
  const kind = kinds.find((kind) => STUN_TYPES[kind] === type);
  if (kind === undefined || reader.uint(2) !== datagram.length - STUN_HEADER || reader.uint(4) !== MAGIC_COOKIE) return undefined;
  const raw = Buffer.from(datagram.buffer, datagram.byteOffset, datagram.length);
  const transaction = reader.bytes(12);
  const seals = findSeals(raw);
  const found: { -readonly [key in keyof StunMessage]?: StunMessage[key] } = {};
  const unknown: number[] = [];
  while (reader.left > 0) {
    const offset = raw.length - reader.left;
    const attribute = reader.uint(2);
    const value = reader.vector(2);
    if (reader.left > 0) reader.bytes(-value.length & 3);
    if (reader.bad) return undefined;
    // What stands behind the integrity is not covered by it, and not looked at (RFC 8489 section 14.5).
    if (seals.integrity !== undefined && offset > seals.integrity) continue;
    const reading = readers.get(attribute);
    if (reading === undefined) {
      if (attribute < 0x8000 && !IGNORED.includes(attribute)) unknown.push(attribute);
    } else if (!reading(value, found, transaction)) return undefined;
  }
  return { kind, transaction, useCandidate: false, unknown, seals, raw, ...found };
}

type Found = { -readonly [key in keyof StunMessage]?: StunMessage[key] };
type Reading = (value: Buffer, found: Found, transaction: Buffer) => boolean;

const kinds = ['request', 'indication', 'response', 'error'] as const;

/** An attribute counts once: of several the first one (RFC 8489 section 14). */
const readers = new Map<number, Reading>([
  [ATTRIBUTES.username, (value, found) => value.length <= 513 && ((found.username ??= value.toString('utf8')), true)],
  [ATTRIBUTES.priority, (value, found) => value.length === 4 && ((found.priority ??= value.readUInt32BE(0)), true)],
  [ATTRIBUTES.useCandidate, (value, found) => value.length === 0 && ((found.useCandidate = true), true)],
  [ATTRIBUTES.controlled, (value, found) => value.length === 8 && ((found.controlled ??= value.readBigUInt64BE(0)), true)],
  [ATTRIBUTES.controlling, (value, found) => value.length === 8 && ((found.controlling ??= value.readBigUInt64BE(0)), true)],
  [
    ATTRIBUTES.xorMappedAddress,
    (value, found, transaction) => {
      const address = readXorAddress(value, transaction);
      if (address === undefined) return false;
      found.mappedAddress ??= address;
      return true;
    },
  ],
  [
    ATTRIBUTES.errorCode,
    (value, found) => {
      const [, , group = 0, number = 0] = value;
      if (value.length < 4 || (group & 7) < 3 || (group & 7) > 6 || number > 99) return false;
      found.errorCode ??= (group & 7) * 100 + number;
      return true;
    },
  ],
]);
