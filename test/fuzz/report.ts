/** How often something came up, by its name. */
export type Counts = Map<string, number>;

export function count(counts: Counts, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Seeds 1, 2, 3 …, or the one that is to be repeated: FUZZ_SEED=n. */
export function seedsOf(rounds: number): number[] {
  const again = process.env.FUZZ_SEED;
  return again === undefined ? Array.from({ length: Math.ceil(rounds) }, (_, i) => i + 1) : [Number(again)];
}

export function tell(figures: string, counts: Counts): void {
  const told = [...counts].toSorted(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${times}`);
  process.stdout.write(`fuzz: ${figures}; ${told.join(', ')}\n`);
}

/** All that is needed to see it again. */
export function explain(seed: number, defects: readonly unknown[], recent: readonly Uint8Array[]): Error {
  const last = recent.slice(-12).map((run) => Buffer.from(run).toString('hex').slice(0, 2_000));
  const what = defects.map((defect) => (defect instanceof Error ? (defect.stack ?? defect.message) : String(defect))).join('\n');
  return new Error(`FUZZ_SEED=${seed}\n${what}\nlast runs, newest last:\n${last.join('\n')}`);
}
