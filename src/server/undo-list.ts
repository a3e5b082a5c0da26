/** What has to be undone, last first: when starting fails half-way, and when stopping. */
export interface UndoList {
  add(step: () => Promise<void>): void;
  /** Runs each step once, in spite of others that fail; rejects with the first failure. */
  run(): Promise<void>;
}

export function createUndoList(): UndoList {
  const steps: Array<() => Promise<void>> = [];
  return {
    add: (step) => void steps.push(step),
    async run() {
      const failures: unknown[] = [];
      for (let step = steps.pop(); step; step = steps.pop()) await step().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}
