/** Whether packets take longer and longer: the delay gradient of draft-ietf-rmcat-gcc-02 section 5, as a line through what was seen last. */
export interface DelayTrend {
  /** A packet that arrived, in the order of sending. Times in ms, each on its own clock. */
  add(sent: number, arrived: number): void;
  readonly state: 'over' | 'normal' | 'under';
}

/** Packets sent within so many ms are one group: they left together, and wait for each other (section 5.2). */
const BURST = 5;
/** Groups through which the line goes. */
const WINDOW = 20;
/** How much of the accumulated delay is kept with each group. */
const SMOOTHING = 0.9;
/** What makes a slope comparable with a threshold in ms: as other implementations have it. */
const GAIN = 4;
const MOST_DELTAS = 60;
/** The threshold in ms, and how it follows what is seen (section 5.4). */
const [FIRST_THRESHOLD, LEAST_THRESHOLD, MOST_THRESHOLD] = [12.5, 6, 600];
const [UP, DOWN] = [0.0087, 0.039];
/** Further above it than this is a leap and no trend. */
const LEAP = 15;
/** It has to be so for so many ms. */
const OVER_FOR = 10;

interface Group {
  readonly first: number;
  sent: number;
  arrived: number;
}

export function createDelayTrend(): DelayTrend {
  let state: DelayTrend['state'] = 'normal';
  let group: Group | undefined;
  let before: Group | undefined;
  let points: { readonly x: number; readonly y: number }[] = [];
  let [accumulated, smoothed, deltas] = [0, 0, 0];
  let threshold = FIRST_THRESHOLD;
  let [overFor, lastTrend, lastUpdate] = [0, 0, 0];

  function close(): void {
    if (group === undefined) return;
    if (before !== undefined) {
      const passed = group.sent - before.sent;
      accumulated += group.arrived - before.arrived - passed;
      smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * accumulated;
      deltas = Math.min(MOST_DELTAS, deltas + 1);
      points = [...points, { x: group.arrived, y: smoothed }].slice(-WINDOW);
      if (points.length === WINDOW) judge(deltas * slopeOf(points) * GAIN, passed, group.arrived);
    }
    before = group;
  }

  function judge(trend: number, passed: number, now: number): void {
    if (trend > threshold) {
      overFor += passed;
      if (overFor > OVER_FOR && trend >= lastTrend) state = 'over';
    } else {
      overFor = 0;
      state = trend < -threshold ? 'under' : 'normal';
    }
    lastTrend = trend;
    const size = Math.abs(trend);
    if (size <= threshold + LEAP) {
      const since = Math.min(100, Math.max(0, now - lastUpdate));
      threshold += (size < threshold ? DOWN : UP) * (size - threshold) * since;
      threshold = Math.max(LEAST_THRESHOLD, Math.min(MOST_THRESHOLD, threshold));
    }
    lastUpdate = now;
  }

  return {
    add(sent, arrived) {
      if (group !== undefined && sent - group.first <= BURST) {
        group.sent = Math.max(group.sent, sent);
        group.arrived = Math.max(group.arrived, arrived);
        return;
      }
      close();
      group = { first: sent, sent, arrived };
    },
    get state() {
      return state;
    },
  };
}

/** Least squares. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let [over, under] = [0, 0];
  for (const { x, y } of points) {
    over += (x - meanX) * (y - meanY);
    under += (x - meanX) ** 2;
  }
  return under === 0 ? 0 : over / under;
}
