/** A process of clients, told by the benchmark what to do. Started by bench/calls/generators.mjs. */
import { createHistogram } from './histogram.mjs';
import { createLeg } from './leg.mjs';
import { clock } from './traffic.mjs';

const legs = new Map();
let delays = createHistogram();
let received = emptyCounts();
let isMeasuring = false;
let sending;

function emptyCounts() {
  return { packets: 0, repeats: 0, late: 0, misplaced: 0 };
}

/** What was sent while it was measured counts, whenever it comes. */
let window = { from: Infinity, to: Infinity };

function count({ mark, delay, isRepeat, isLate, isMisplaced }) {
  if (isMeasuring) received.misplaced += isMisplaced ? 1 : 0;
  if (mark.time < window.from || mark.time >= window.to) return;
  received.packets += 1;
  received.repeats += isRepeat ? 1 : 0;
  received.late += isLate ? 1 : 0;
  delays.add(delay);
}

const obey = {
  async make({ leg, isPlain }) {
    const made = await createLeg({ isPlain, onPacket: count });
    legs.set(leg, made);
    const { ufrag, pwd, fingerprint, port } = made;
    return { ufrag, pwd, fingerprint: [...fingerprint], port };
  },
  connect: ({ leg, to, sends, receives }) => legs.get(leg).connect(to, sends, receives),
  send() {
    const turn = () => {
      const now = clock();
      for (const leg of legs.values()) leg.send(now);
    };
    sending = setInterval(turn, 1);
  },
  measure({ from, to }) {
    isMeasuring = true;
    window = { from, to };
    received = emptyCounts();
    delays = createHistogram();
  },
  counts: () => [...legs].map(([leg, made]) => ({ leg, sources: made.counts() })),
  streams: () => [...legs.values()].map((leg) => leg.streams()),
  stop() {
    clearInterval(sending);
    isMeasuring = false;
  },
  results() {
    let missing = 0;
    for (const leg of legs.values()) missing += leg.missing();
    return { received: { ...received, missing }, delays: delays.counts };
  },
  clear() {
    for (const leg of legs.values()) leg.close();
    legs.clear();
    window = { from: Infinity, to: Infinity };
  },
};

process.on('message', ({ id, what, ...rest }) => {
  Promise.resolve()
    .then(() => obey[what](rest))
    .then(
      (result) => process.send({ id, result }),
      (/** @type {unknown} */ error) => process.send({ id, error: error instanceof Error ? error.stack : String(error) }),
    );
});
process.on('disconnect', () => process.exit(0));
