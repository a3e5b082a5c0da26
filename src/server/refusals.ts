import { toHex } from '../protocol/index.ts';
import { type Clock, passedSince } from './clock.ts';
import type { RelayLimits } from './server-limits.ts';

/** Who was sent away from which door a moment ago. */
export interface Refusals {
  add(room: Uint8Array, deviceKey: string): void;
  has(room: Uint8Array, deviceKey: string): boolean;
}

export function createRefusals(clock: Clock, limits: RelayLimits): Refusals {
  const timesByKnocker = new Map<string, number>();
  const keyOf = (room: Uint8Array, deviceKey: string) => `${toHex(room)} ${deviceKey}`;
  return {
    add(room, deviceKey) {
      const key = keyOf(room, deviceKey);
      timesByKnocker.delete(key);
      timesByKnocker.set(key, clock.now());
      const [oldest] = timesByKnocker.keys();
      if (timesByKnocker.size > limits.refusals && oldest !== undefined) timesByKnocker.delete(oldest);
    },
    has(room, deviceKey) {
      const at = timesByKnocker.get(keyOf(room, deviceKey));
      return at !== undefined && passedSince(at, clock) < limits.knockAgain;
    },
  };
}
