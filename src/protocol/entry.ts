import { sha256 } from '@noble/hashes/sha2.js';
import * as v from 'valibot';
import { decodeValue, encodeValue } from './codec.ts';
import { CodedError } from './errors.ts';
import { bytesUpTo, change, device, type Change, type EntryKind, entryKind, hash, id, uint } from './frames/fields.ts';
import { LIMITS } from './limits.ts';

/**
 * One entry of a room's log as it is stored, sent and hashed: a CBOR array in this order. Its hash is the SHA-256 of
 * exactly these bytes, and `prev` is the hash of the entry before (for the first: of the room id).
 */
export interface Entry {
  /** 1, 2, 3 … */
  readonly seq: number;
  readonly prev: Uint8Array;
  /** The relay's clock when it took the entry, ms since 1970. Not authenticated by the author. */
  readonly at: number;
  readonly kind: EntryKind;
  /** The device that appended it, proved to the relay. */
  readonly device: Uint8Array;
  /** Chosen by that device; the same id twice is stored once. */
  readonly id: Uint8Array;
  readonly epoch: number;
  /** Sealed: an MLSMessage (RFC 9420 section 6). */
  readonly body: Uint8Array;
  readonly change: Change | null;
}

const entryTuple = v.strictTuple([uint, hash, uint, entryKind, device, id, uint, bytesUpTo(LIMITS.body), v.nullable(change)]);

export function encodeEntry(e: Entry): Uint8Array {
  return encodeValue([e.seq, e.prev, e.at, e.kind, e.device, e.id, e.epoch, e.body, e.change]);
}

/** @throws CodedError `bad_frame` */
export function decodeEntry(bytes: Uint8Array): Entry {
  const parsed = v.safeParse(entryTuple, decodeValue(bytes), { abortEarly: true });
  if (!parsed.success) throw new CodedError('bad_frame');
  const [seq, prev, at, kind, author, entryId, epoch, body, changed] = parsed.output;
  return { seq, prev, at, kind, device: author, id: entryId, epoch, body, change: changed };
}

/** SHA-256 of an encoded entry. */
export function hashEntry(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

/** `prev` of a room's first entry. */
export function genesisHash(room: Uint8Array): Uint8Array {
  return sha256(room);
}
