import { randomBytes } from 'node:crypto';
import { ATTRIBUTES, MAGIC_COOKIE, STUN_HEADER, STUN_TYPES } from './stun.ts';
import { type SocketAddress, writeXorAddress } from './stun-address.ts';
import { sealStun } from './stun-seals.ts';

export interface BindingRequest {
  /** `theirs:ours`: the user fragments of both sides (RFC 8445 section 7.2.2). */
  readonly username: string;
  /** The other side's. */
  readonly password: string;
  readonly priority: number;
  readonly role: 'controlling' | 'controlled';
  readonly tieBreaker: bigint;
  readonly useCandidate?: boolean;
  /** 12 bytes; random where it is left out. */
  readonly transaction?: Uint8Array;
}

export function encodeBindingRequest(request: BindingRequest): Buffer {
  const { role, tieBreaker, priority, username, useCandidate = false, transaction = randomBytes(12) } = request;
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(tieBreaker);
  const rank = Buffer.alloc(4);
  rank.writeUInt32BE(priority);
  const attributes = [
    attribute(ATTRIBUTES.username, Buffer.from(username)),
    attribute(ATTRIBUTES[role], number),
    attribute(ATTRIBUTES.priority, rank),
    ...(useCandidate ? [attribute(ATTRIBUTES.useCandidate, Buffer.alloc(0))] : []),
  ];
  return sealStun(message('request', transaction, attributes), request.password);
}

/** @param from whence the request came: what the answer tells the one who asked */
export function encodeBindingResponse(transaction: Uint8Array, from: SocketAddress, password: string): Buffer {
  const address = writeXorAddress(from, transaction);
  if (address === undefined) throw new RangeError('no address of a socket');
  return sealStun(message('response', transaction, [attribute(ATTRIBUTES.xorMappedAddress, address)]), password);
}

/** @param code three digits, 300 to 699; 487 where both sides have one role, 420 with the types that were not understood */
export function encodeBindingError(transaction: Uint8Array, code: number, password: string, unknown: readonly number[] = []): Buffer {
  const types = Buffer.alloc(2 * Math.min(unknown.length, MOST_UNKNOWN));
  for (const [at, type] of unknown.slice(0, MOST_UNKNOWN).entries()) types.writeUInt16BE(type, 2 * at);
  const attributes = [
    attribute(ATTRIBUTES.errorCode, Buffer.from([0, 0, Math.floor(code / 100), code % 100])),
    ...(types.length > 0 ? [attribute(ATTRIBUTES.unknown, types)] : []),
  ];
  return sealStun(message('error', transaction, attributes), password);
}

/** An answer is not to grow with what somebody asks. */
const MOST_UNKNOWN = 8;

function message(kind: keyof typeof STUN_TYPES, transaction: Uint8Array, attributes: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(STUN_HEADER);
  header.writeUInt16BE(STUN_TYPES[kind], 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  header.set(transaction, 8);
  return Buffer.concat([header, ...attributes]);
}

function attribute(type: number, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + value.length + (-value.length & 3));
  padded.writeUInt16BE(type, 0);
  padded.writeUInt16BE(value.length, 2);
  padded.set(value, 4);
  return padded;
}
