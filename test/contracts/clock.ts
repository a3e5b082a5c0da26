import { describe, expect, it } from 'vitest';

/** The port of the relay (src/server/clock.ts) and of the engine (src/client/ports.ts), which are one. */
export interface Clock {
  now(): number;
  after(ms: number, run: () => void): () => void;
}

export interface ClockPlace {
  readonly clock: Clock;
  /** Resolves when so much time has passed on it. */
  pass(ms: number): Promise<void>;
}

/** What every clock does. Times are far enough apart for a machine that is busy. */
export function clockContract(name: string, create: () => ClockPlace): void {
  describe(`Clock: ${name}`, () => {
    it('goes forward, in whole milliseconds since 1970', async () => {
      const { clock, pass } = create();
      const before = clock.now();
      await pass(20);
      expect(clock.now() - before).toBeGreaterThanOrEqual(19);
      expect(Number.isSafeInteger(before)).toBe(true);
      expect(before).toBeGreaterThan(Date.UTC(2020, 0));
    });

    it('runs what it was given once, when the time has come and not before', async () => {
      const { clock, pass } = create();
      const asked = clock.now();
      const ran: number[] = [];
      clock.after(30, () => ran.push(clock.now() - asked));
      expect(ran).toEqual([]);
      await pass(10);
      // A busy machine may have slept longer.
      if (clock.now() - asked < 29) expect(ran).toEqual([]);
      await pass(40);
      await pass(40);
      expect(ran).toHaveLength(1);
      expect(ran[0]).toBeGreaterThanOrEqual(29);
    });

    it('does not run anything while it is asked, even for no time', async () => {
      const { clock, pass } = create();
      let ran = 0;
      clock.after(0, () => (ran += 1));
      expect(ran).toBe(0);
      await pass(20);
      expect(ran).toBe(1);
    });

    it('keeps the order of times, and for one time that of asking', async () => {
      const { clock, pass } = create();
      const ran: string[] = [];
      clock.after(50, () => ran.push('late'));
      clock.after(10, () => ran.push('one'));
      clock.after(10, () => ran.push('two'));
      await pass(100);
      expect(ran).toEqual(['one', 'two', 'late']);
    });

    it('does not run what was cancelled, and a late cancel is nothing', async () => {
      const { clock, pass } = create();
      const ran: string[] = [];
      const cancel = clock.after(20, () => ran.push('cancelled'));
      const cancelled = clock.after(10, () => {
        ran.push('ran');
        cancel();
      });
      cancel();
      cancel();
      await pass(60);
      cancelled();
      expect(ran).toEqual(['ran']);
    });

    it('takes more while it runs something', async () => {
      const { clock, pass } = create();
      const ran: string[] = [];
      clock.after(10, () => {
        ran.push('one');
        clock.after(10, () => ran.push('two'));
      });
      await pass(30);
      await pass(30);
      expect(ran).toEqual(['one', 'two']);
    });
  });
}
