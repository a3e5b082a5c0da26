/** Delays of many packets in little room, and so that those of several processes can be put together. */
const WIDTH = 0.02;
const BINS = 25_000;

export function createHistogram(counts = new Float64Array(BINS)) {
  return {
    counts,
    add(ms) {
      counts[Math.max(0, Math.min(BINS - 1, Math.floor(ms / WIDTH)))] += 1;
    },
    quantile(q) {
      const all = counts.reduce((sum, count) => sum + count, 0);
      let left = q * all;
      for (let bin = 0; bin < BINS; bin++) {
        left -= counts[bin];
        if (left <= 0 && all > 0) return (bin + 1) * WIDTH;
      }
      return Number.NaN;
    },
  };
}

export function addUp(histograms) {
  const counts = new Float64Array(BINS);
  for (const other of histograms) for (let bin = 0; bin < BINS; bin++) counts[bin] += other[bin];
  return createHistogram(counts);
}
