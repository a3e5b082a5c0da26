/** How many bits of something there were lately. */
export interface Rate {
  add(bytes: number, now: number): void;
  /** Bits a second. */
  at(now: number): number;
}

const BUCKETS = 10;

/** @param span over which is measured, in ms */
export function createRate(span = 1_000): Rate {
  const width = span / BUCKETS;
  const bytesByBucket = new Float64Array(BUCKETS);
  let latest = -1;
  /** Empties what is older. */
  const moveTo = (now: number) => {
    const bucket = Math.floor(now / width);
    if (latest < 0) latest = bucket;
    for (let i = Math.min(BUCKETS, bucket - latest); i > 0; i--) bytesByBucket[(bucket - i + 1) % BUCKETS] = 0;
    latest = Math.max(latest, bucket);
    return latest % BUCKETS;
  };
  return {
    add(bytes, now) {
      const place = moveTo(now);
      bytesByBucket[place] = (bytesByBucket[place] as number) + bytes;
    },
    at(now) {
      moveTo(now);
      return bytesByBucket.reduce((sum, bytes) => sum + bytes, 0) * 8 * (1000 / span);
    },
  };
}
