import type { MediaPacket } from './media-packet.ts';
import type { Run } from './run.ts';

/** What was sent lately in one slot, for those whom it did not reach. */
export interface SentPackets {
  /** @param sealed as it left, where it is to be repeated as it was */
  add(sequence: number, packet: MediaPacket, run: Run, sealed: Buffer | undefined, now: number): void;
  /** @param sequence as it travelled. @returns undefined for what is gone, and for what was sent again just now; good until the next call */
  take(sequence: number, now: number, roundTrip: number): SentPacket | undefined;
  /** Lets go of what nobody will ask for any more. */
  forget(now: number): void;
}

export interface SentPacket {
  readonly sequence: number;
  readonly packet: MediaPacket;
  readonly run: Run;
  readonly sealed: Buffer | undefined;
}

interface Entry {
  sequence: number;
  packet: MediaPacket | undefined;
  run: Run | undefined;
  sealed: Buffer | undefined;
  /** Where `sealed` is kept: what is sent shares its memory with what dies at once, and would hold all of that. */
  room: Buffer;
  at: number;
  /** When it was last sent again, and how often. */
  again: number;
  times: number;
}

const CYCLE = 2 ** 16;
const MOST_TIMES = 10;

const NOTHING = Buffer.alloc(0);

function keep(entry: Entry, sealed: Buffer): void {
  if (entry.room.length < sealed.length) entry.room = Buffer.allocUnsafeSlow(sealed.length);
  sealed.copy(entry.room);
  entry.sealed = entry.room.subarray(0, sealed.length);
}

/** @param capacity packets, a power of two, @param age ms */
export function createSentPackets(capacity: number, age: number): SentPackets {
  /** Each place is made once: what lived for a second would cost the collector more than what is written over. */
  const entries: Entry[] = [];
  let [oldest, newest] = [Infinity, -Infinity];
  return {
    add(sequence, packet, run, sealed, now) {
      if (sequence <= newest - capacity) return;
      const place = sequence % capacity;
      while (entries.length <= place)
        entries.push({ sequence: -1, packet: undefined, run: undefined, sealed: undefined, room: NOTHING, at: 0, again: 0, times: 0 });
      const entry = entries[place] as Entry;
      entry.sequence = sequence;
      entry.packet = packet;
      entry.run = run;
      if (sealed === undefined) entry.sealed = undefined;
      else keep(entry, sealed);
      entry.at = now;
      entry.again = -Infinity;
      entry.times = 0;
      if (sequence > newest) newest = sequence;
      if (sequence < oldest) oldest = sequence;
    },
    take(sequence, now, roundTrip) {
      const entry = entries[sequence % capacity];
      if (entry?.packet === undefined || entry.sequence % CYCLE !== sequence || now - entry.at > age) return undefined;
      // It is asked for again before the answer can be there; and nobody is made to send one without end.
      if (now - entry.again < roundTrip / 2 || entry.times >= MOST_TIMES) return undefined;
      entry.again = now;
      entry.times += 1;
      return entry as SentPacket;
    },
    forget(now) {
      for (oldest = Math.max(oldest, newest - capacity + 1); oldest <= newest; oldest++) {
        const entry = entries[oldest % capacity];
        if (entry?.packet === undefined || entry.sequence !== oldest) continue;
        if (now - entry.at <= age) return;
        [entry.packet, entry.run, entry.sealed] = [undefined, undefined, undefined];
      }
    },
  };
}
