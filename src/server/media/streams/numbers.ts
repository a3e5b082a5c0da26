/** Numbers of a few bits that begin again at zero, counted on. */

/** @returns the number nearest to `near` of which `value` is the last `bits` bits (31 at most) */
export function countOn(value: number, bits: number, near: number): number {
  const cycle = 2 ** bits;
  const ahead = (((value - near) % cycle) + cycle) % cycle;
  return near + (ahead >= cycle / 2 ? ahead - cycle : ahead);
}

/** How far `to` is ahead of `from`, both modulo 2^32; below zero where it is behind. */
export const timestampDistance = (to: number, from: number): number => (to - from) | 0;

/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_EPOCH = 2_208_988_800;

/** @param time in milliseconds, since whenever: 1970 is what the other end would show */
export function toNtp(time: number): bigint {
  const seconds = Math.floor(time / 1000);
  const fraction = Math.floor(((time - seconds * 1000) / 1000) * 2 ** 32);
  return (BigInt(seconds + NTP_EPOCH) << 32n) | BigInt(fraction);
}

/** In milliseconds. */
export const fromNtp = (ntp: bigint): number => (Number(ntp >> 32n) - NTP_EPOCH) * 1000 + (Number(ntp & 0xffffffffn) * 1000) / 2 ** 32;

/** The middle 32 bits, by which reports are known (RFC 3550 section 6.4.1): units of 1/65536 s. */
export const middleOfNtp = (ntp: bigint): number => Number((ntp >> 16n) & 0xffffffffn);
