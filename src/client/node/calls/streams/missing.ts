/** Which packets of a stream are missing, and when to ask for them again. Times in ms. */
export interface Missing {
  /** These were jumped over. */
  add(from: number, to: number, now: number): void;
  found(sequence: number): void;
  /** What comes before it is not missed any more. */
  forgetBefore(sequence: number): void;
  /** What is to be asked for now, as it travels: 16 bits each. */
  due(now: number): readonly number[];
}

/** Packets overtake each other by a little. */
const REORDERED = 10;
/** A question and its answer on a slow Wi-Fi; asked so often at most. */
const AGAIN = 80;
const MOST_TIMES = 6;
const MOST = 512;

export function createMissing(): Missing {
  const times = new Map<number, { next: number; left: number }>();
  return {
    add(from, to, now) {
      for (let sequence = Math.max(from, to - MOST); sequence < to; sequence++) {
        times.set(sequence, { next: now + REORDERED, left: MOST_TIMES });
      }
      for (const old of times.keys()) {
        if (times.size <= MOST) break;
        times.delete(old);
      }
    },
    found: (sequence) => void times.delete(sequence),
    forgetBefore(sequence) {
      for (const old of times.keys()) if (old < sequence) times.delete(old);
    },
    due(now) {
      const asked: number[] = [];
      for (const [sequence, time] of times) {
        if (time.next > now) continue;
        if (time.left-- === 0) times.delete(sequence);
        else {
          time.next = now + AGAIN;
          asked.push(sequence);
        }
      }
      return asked.toSorted((a, b) => a - b).map((sequence) => sequence & 0xffff);
    },
  };
}
