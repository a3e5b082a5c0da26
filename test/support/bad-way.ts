import { createRandom } from './random.ts';

export interface Badness {
  /** Of packets. */
  readonly loss: number;
  /** Each is late by up to so many ms, so that they overtake each other. */
  readonly jitter: number;
}

/** What a way carried. */
export interface WayCounts {
  sent: number;
  lost: number;
}

export interface BadWay {
  /** Does it by and by, or never. */
  pass(go: () => void): void;
  readonly counts: Readonly<WayCounts>;
  /** What is under way arrives nowhere. */
  close(): void;
}

/** More are not under way at once: what comes then is lost, as where a queue is full. */
const MOST_UNDER_WAY = 4_096;

/** One direction of a network as bad as that. Chance has a seed. */
export function createBadWay({ loss, jitter }: Badness, seed: number): BadWay {
  const random = createRandom(seed);
  const counts = { sent: 0, lost: 0 };
  const underWay = new Set<NodeJS.Timeout>();
  return {
    counts,
    pass(go) {
      counts.sent += 1;
      if (random() < loss || underWay.size >= MOST_UNDER_WAY) {
        counts.lost += 1;
        return;
      }
      const timer = setTimeout(() => {
        underWay.delete(timer);
        go();
      }, random() * jitter);
      underWay.add(timer);
    },
    close() {
      for (const timer of underWay) clearTimeout(timer);
      underWay.clear();
    },
  };
}
