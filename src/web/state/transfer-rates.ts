/** ms over which a rate is taken: long enough to be calm, short enough to be true. */
const SPAN = 6_000;
/** ms that have to be seen before a rate is said at all. */
const LEAST = 700;

export interface Pace {
  /** Bytes a second; null while too little was seen. */
  readonly rate: number | null;
  /** Seconds that the rest takes at that rate. */
  readonly left: number | null;
}

export interface TransferRates {
  /** @param began where `done` stood when this run of it began: what was there before is no speed */
  seen(id: string, at: number, done: number, total: number | null, began: number): Pace;
  /** It stands still: what comes next begins anew. */
  forget(id: string): void;
}

export function createTransferRates(): TransferRates {
  const samples = new Map<string, { at: number; done: number }[]>();
  return {
    seen(id, at, done, total, began) {
      const known = samples.get(id) ?? [{ at, done: began }];
      if (done < (known.at(-1)?.done ?? 0)) known.splice(0, known.length);
      known.push({ at, done });
      while (known.length > 2 && at - (known[1]?.at ?? at) > SPAN) known.shift();
      samples.set(id, known);
      const [first] = known;
      const took = first ? at - first.at : 0;
      if (!first || took < LEAST) return { rate: null, left: null };
      const rate = ((done - first.done) / took) * 1000;
      return { rate, left: total === null || rate <= 0 ? null : (total - done) / rate };
    },
    forget: (id) => void samples.delete(id),
  };
}
