import type { Quotas } from './accounts.ts';

const GIB = 1024 ** 3;

/** Shares of the disk, where nobody said otherwise: a room takes two thirds of it at most, one device a third. */
const SHARES = { room: 2 / 3, device: 1 / 3, reserve: 0.1 } as const;
/** A large disk needs no tenth of itself to keep a system running. */
const RESERVE_ENOUGH = 20 * GIB;

/** @param size bytes of the disk */
export function resolveQuotas(wanted: { readonly [K in keyof Quotas]?: number | undefined }, size: number): Quotas {
  return {
    room: wanted.room ?? Math.floor(size * SHARES.room),
    device: wanted.device ?? Math.floor(size * SHARES.device),
    reserve: wanted.reserve ?? Math.min(Math.floor(size * SHARES.reserve), RESERVE_ENOUGH),
  };
}
