/**
 * What was heard last of each device in one epoch, so that nothing is taken twice or out of turn. A device that speaks in a new run has ended the one
 * before: what the relay kept of it and brings later is old.
 */
export interface RunNumbers {
  /** Takes note of it. @returns false for what is no news */
  take(device: string, run: string, n: number): boolean;
}

/** Runs of a device that are remembered to be over, within one epoch: programs are not started that often. */
const FORMER_RUNS = 32;

interface Heard {
  run: string;
  n: number;
  readonly former: string[];
}

/** Bounded by the members of a room: who asks lets nobody else in. */
export function createRunNumbers(): RunNumbers {
  const heardOf = new Map<string, Heard>();
  return {
    take(device, run, n) {
      const heard = heardOf.get(device);
      if (!heard) {
        heardOf.set(device, { run, n, former: [] });
        return true;
      }
      if (heard.run !== run) {
        if (heard.former.includes(run) || heard.former.length >= FORMER_RUNS) return false;
        heard.former.push(heard.run);
        heard.run = run;
      } else if (n <= heard.n) return false;
      heard.n = n;
      return true;
    },
  };
}
