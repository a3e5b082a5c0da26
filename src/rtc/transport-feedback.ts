import { type ByteReader, uint } from './byte-reader.ts';

/**
 * When each packet arrived, by the number that all of a transport's packets carry: what a sender's congestion control lives on
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 */
export interface TransportFeedback {
  readonly kind: 'transport';
  readonly sender: number;
  readonly media: number;
  /** Counts these packets, modulo 256. */
  readonly feedbackCount: number;
  /** The first packet that it is about; the others follow without a gap. */
  readonly base: number;
  /** In µs on the receiver's clock, to 250 µs; undefined for those that did not arrive. */
  readonly arrivals: readonly (number | undefined)[];
}

/** More than a link of 1 Gbit/s has in a tenth of a second. A chunk of two bytes can speak of 8,191 packets. */
export const MOST_ARRIVALS = 4096;

const TICK = 250;
const REFERENCE = 64_000;
const [LOST, SMALL, LARGE] = [0, 1, 2];
const LONGEST_RUN = 0x1fff;

export function readArrivals(sender: number, media: number, reader: ByteReader): TransportFeedback | undefined {
  const base = reader.uint(2);
  const count = reader.uint(2);
  // 24 bits with a sign.
  const reference = (reader.uint(3) << 8) >> 8;
  const feedbackCount = reader.uint(1);
  if (reader.bad || count === 0 || count > MOST_ARRIVALS) return undefined;
  const symbols = readSymbols(reader, count);
  if (symbols === undefined) return undefined;
  let time = reference * REFERENCE;
  const arrivals = symbols.map((symbol) => {
    if (symbol === LOST) return undefined;
    time += TICK * (symbol === SMALL ? reader.uint(1) : (reader.uint(2) << 16) >> 16);
    return time;
  });
  return reader.bad ? undefined : { kind: 'transport', sender, media, feedbackCount, base, arrivals };
}

/** @returns undefined for chunks that end too early, and for the symbol that nobody has given a meaning */
function readSymbols(reader: ByteReader, count: number): number[] | undefined {
  const symbols: number[] = [];
  while (symbols.length < count) {
    const chunk = reader.uint(2);
    if (reader.bad) return undefined;
    const left = count - symbols.length;
    if (chunk < 0x8000) {
      const run = Math.min(chunk & LONGEST_RUN, left);
      for (let i = 0; i < run; i++) symbols.push(chunk >> 13);
    } else if (chunk < 0xc000) for (let i = 0; i < Math.min(14, left); i++) symbols.push((chunk >> (13 - i)) & 1);
    else for (let i = 0; i < Math.min(7, left); i++) symbols.push((chunk >> (12 - 2 * i)) & 3);
  }
  return symbols.some((symbol) => symbol > LARGE) ? undefined : symbols;
}

/**
 * How many of these one packet can tell of: the times of two that follow each other may be 8 s apart, and no more.
 * The rest goes into the next packet.
 */
export function countFitting(arrivals: readonly (number | undefined)[]): number {
  let ticks: number | undefined;
  for (const [i, arrival] of arrivals.slice(0, MOST_ARRIVALS).entries()) {
    if (arrival === undefined) continue;
    const next = Math.round(arrival / TICK);
    if (ticks !== undefined && (next - ticks > 0x7fff || next - ticks < -0x8000)) return i;
    ticks = next;
  }
  return Math.min(arrivals.length, MOST_ARRIVALS);
}

/** @throws RangeError for more than fit: see countFitting */
export function writeArrivals({ base, feedbackCount, arrivals }: TransportFeedback): Buffer {
  if (arrivals.length === 0 || countFitting(arrivals) < arrivals.length) throw new RangeError('too much for one transport feedback');
  const first = arrivals.find((arrival) => arrival !== undefined) ?? 0;
  const reference = Math.floor(first / REFERENCE);
  let ticks = reference * (REFERENCE / TICK);
  const deltas: Buffer[] = [];
  const symbols = arrivals.map((arrival) => {
    if (arrival === undefined) return LOST;
    const delta = Math.round(arrival / TICK) - ticks;
    ticks += delta;
    const isSmall = delta >= 0 && delta <= 0xff;
    deltas.push(isSmall ? uint(1, delta) : uint(2, delta & 0xffff));
    return isSmall ? SMALL : LARGE;
  });
  const head = Buffer.concat([
    uint(2, base & 0xffff),
    uint(2, arrivals.length),
    uint(3, reference & 0xffffff),
    uint(1, feedbackCount & 0xff),
  ]);
  return Buffer.concat([head, writeSymbols(symbols), ...deltas]);
}

function writeSymbols(symbols: readonly number[]): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < symbols.length;) {
    const symbol = symbols[at] as number;
    let run = 1;
    while (at + run < symbols.length && run < LONGEST_RUN && symbols[at + run] === symbol) run += 1;
    const next = symbols.slice(at, at + 14);
    // A run is worth a chunk where a list of symbols would not say more.
    const isBinary = !next.includes(LARGE);
    const size = isBinary ? 14 : 7;
    if (run >= size || at + run === symbols.length) {
      chunks.push(uint(2, (symbol << 13) | run));
      at += run;
      continue;
    }
    const list = next
      .slice(0, size)
      .reduce((bits, symbol, i) => bits | (symbol << (isBinary ? 13 - i : 12 - 2 * i)), isBinary ? 0x8000 : 0xc000);
    chunks.push(uint(2, list));
    at += size;
  }
  return Buffer.concat(chunks);
}
