/** How loud everybody is: looked up as long as somebody asks. */
export interface Levels {
  of(device: string): number;
  close(): void;
}

/** ms between two looks, and after which nobody asks any more. */
const EACH = 150;
const IDLE = 2000;

/** @param look loudness by device */
export function createLevels(look: () => Promise<ReadonlyMap<string, number>>): Levels {
  let known: ReadonlyMap<string, number> = new Map();
  let asked = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  async function run(): Promise<void> {
    known = await look().catch(() => new Map());
    const idle = closed || performance.now() - asked > IDLE;
    timer = idle ? undefined : setTimeout(() => void run(), EACH);
    if (idle) known = new Map();
  }

  return {
    of(device) {
      asked = performance.now();
      if (!closed && timer === undefined) timer = setTimeout(() => void run(), 0);
      return known.get(device) ?? 0;
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
