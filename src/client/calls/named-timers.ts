import type { Clock } from '../ports.ts';

/** Timers that are known by what they are for: of each name there is one at most. */
export interface NamedTimers<Name extends string> {
  /** Instead of the one of this name that runs, if there is one. */
  after(name: Name, ms: number, run: () => void): void;
  runs(name: Name): boolean;
  cancel(...names: readonly Name[]): void;
  cancelAll(): void;
}

export function createNamedTimers<Name extends string>(clock: Clock): NamedTimers<Name> {
  const timers = new Map<Name, () => void>();

  function cancel(...names: readonly Name[]): void {
    for (const name of names) {
      timers.get(name)?.();
      timers.delete(name);
    }
  }

  return {
    after(name, ms, run) {
      cancel(name);
      const fire = () => {
        timers.delete(name);
        run();
      };
      timers.set(name, clock.after(ms, fire));
    },
    runs: (name) => timers.has(name),
    cancel,
    cancelAll: () => cancel(...timers.keys()),
  };
}
