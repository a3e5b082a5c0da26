import type { Clock, RandomBytes } from '../ports.ts';
import { CALL_LIMITS } from './limits.ts';

/** When this device says how it is in the call. */
export interface Announcing {
  /** Something changed: as soon as may be. */
  now(): void;
  /** Somebody may not have heard it: within a while that is longer the more have to say the same. */
  soon(crowd: number): void;
  stop(): void;
}

export function createAnnouncing({ clock, random }: { readonly clock: Clock; readonly random: RandomBytes }, say: () => void): Announcing {
  let saidAt = Number.NEGATIVE_INFINITY;
  let next: { readonly at: number; cancel(): void } | null = null;
  const chance = () => (random(1)[0] as number) / 256;

  function plan(at: number): void {
    if (next && next.at <= at) return;
    next?.cancel();
    next = { at, cancel: clock.after(Math.max(0, at - clock.now()), speak) };
  }

  function speak(): void {
    next = null;
    saidAt = clock.now();
    say();
    plan(saidAt + CALL_LIMITS.repeat * (0.75 + chance() / 4));
  }

  const earliest = () => Math.max(clock.now(), saidAt + CALL_LIMITS.betweenWords);

  return {
    now() {
      if (earliest() > clock.now()) return plan(earliest());
      next?.cancel();
      speak();
    },
    soon: (crowd) => plan(earliest() + CALL_LIMITS.spread * Math.max(2, crowd) * chance()),
    stop() {
      next?.cancel();
      next = null;
    },
  };
}
