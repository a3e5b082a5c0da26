import { readRtcp, writeRtcp } from '../../../../../src/rtc/index.ts';
import { type Bandwidth, createArrivals, createBandwidth } from '../../../../../src/server/media/streams/index.ts';
import { createRandom } from '../../../../support/random.ts';

export interface LinkOptions {
  /** Bits a second, at this time. */
  capacity(now: number): number;
  /** Bits a second that there is to send, if so much is allowed. */
  demand(now: number): number;
  /** ms that packets are late, each by another part of it. */
  readonly jitter?: number;
  readonly loss?: number;
  /** ms that everything is late for which nothing that is sent here is to blame. */
  aside?(now: number): number;
  /** Is this process late, as it knows itself? */
  isLate?(now: number): boolean;
  /** Of what the receiver says. */
  readonly answersLost?: number;
  /** ms that a queue may become; what comes then is lost. */
  readonly queue?: number;
  /** From here on nothing comes back. */
  readonly deafFrom?: number;
  readonly seconds: number;
  readonly seed?: number;
}

export interface Second {
  readonly estimate: number;
  /** The longest that a packet waited. */
  readonly queued: number;
  readonly lost: number;
  readonly sent: number;
}

const BYTES = 1_000;
const STEP = 5;
const FRAME = 66;
const WAY = 10;

/** A relay that sends as much as it believes in, over one narrow way, to a receiver that says what came. @returns what was so in each second */
export function run({
  capacity,
  demand,
  jitter = 0,
  loss = 0,
  answersLost = 0,
  aside = () => 0,
  isLate = () => false,
  queue = 500,
  deafFrom = Infinity,
  seconds,
  seed = 1,
}: LinkOptions): Second[] {
  const random = createRandom(seed);
  const bandwidth: Bandwidth = createBandwidth();
  const arrivals = createArrivals();
  const coming: { at: number; number: number }[] = [];
  const answers: { at: number; bytes: Buffer }[] = [];
  const all: Second[] = [];
  let second = { queued: 0, lost: 0, sent: 0 };
  let freeAt = 0;
  let owed = 0;
  for (let now = 0; now < seconds * 1000; now += STEP) {
    if (isLate(now)) bandwidth.excuse(now);
    owed += (Math.min(bandwidth.estimate(now), demand(now)) / 8000) * STEP;
    // A picture's packets leave together.
    if (now % FRAME < STEP)
      for (; owed >= BYTES; owed -= BYTES) {
        const number = bandwidth.nextNumber();
        bandwidth.sent(BYTES, now);
        second.sent += 1;
        freeAt = Math.max(freeAt, now);
        if (freeAt - now > queue || random() < loss) {
          second.lost += 1;
          continue;
        }
        freeAt += (BYTES * 8000) / capacity(now);
        second.queued = Math.max(second.queued, freeAt - now);
        coming.push({ at: freeAt + WAY + jitter * random() + aside(now), number });
      }
    coming.sort((a, b) => a.at - b.at);
    while (coming[0] !== undefined && coming[0].at <= now) {
      const { at, number } = coming.shift() as { at: number; number: number };
      // Another clock.
      arrivals.add(number, 1, at + 77_777);
    }
    for (const feedback of arrivals.poll(now + 77_777, 1))
      if (random() >= answersLost) answers.push({ at: now + WAY, bytes: writeRtcp([feedback]) });
    while (answers[0] !== undefined && answers[0].at <= now) {
      const [read] = readRtcp((answers.shift() as { bytes: Buffer }).bytes) ?? [];
      if (read?.kind === 'transport' && now < deafFrom) bandwidth.acknowledge(read, now);
    }
    if ((now + STEP) % 1000 === 0) {
      all.push({ estimate: bandwidth.estimate(now), ...second });
      second = { queued: 0, lost: 0, sent: 0 };
    }
  }
  return all;
}
