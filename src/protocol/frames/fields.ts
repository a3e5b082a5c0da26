import * as v from 'valibot';
import { LIMITS, SIZES } from '../limits.ts';

/** Building blocks of the frame schemas. Byte strings have a length on the wire, and every list a bound. */
export const bytesOf = (size: number) => v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === size);
export const bytesUpTo = (size: number) => v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= size);
export const uint = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);
export const shortText = v.pipe(v.string(), v.maxLength(120));

export const device = bytesOf(SIZES.device);
export const room = bytesOf(SIZES.room);
export const id = bytesOf(SIZES.id);
export const hash = bytesOf(SIZES.hash);
export const token = bytesOf(SIZES.token);
export const knockKey = bytesOf(SIZES.knockKey);
export const keyPackage = bytesUpTo(LIMITS.keyPackage);

/** Request number, chosen by the client and repeated in the answer. */
export const q = v.pipe(uint);

/** What an entry is to the relay: `message` and `leave` move no epoch, `commit` ends one. */
export const entryKind = v.picklist(['message', 'commit', 'leave']);
export type EntryKind = v.InferOutput<typeof entryKind>;

/**
 * What a commit tells the relay. Every member compares it with what the commit does.
 * `door`: SHA-256 of the door token from now on, `null` to close the door, absent to leave it.
 * `knock`: the public key that knocks are sealed to, and `open`: in an open room its link's secret; both only beside a `door` that is no null, and
 * both gone where they are left out beside it.
 */
export const change = v.strictObject({
  adds: v.pipe(v.array(device), v.maxLength(LIMITS.changedDevices)),
  removes: v.pipe(v.array(device), v.maxLength(LIMITS.changedDevices)),
  door: v.optional(v.nullable(hash)),
  knock: v.optional(knockKey),
  open: v.optional(token),
});
export type Change = v.InferOutput<typeof change>;
