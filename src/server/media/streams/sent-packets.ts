import type { MediaPacket } from './media-packet.ts';
import type { Run } from './run.ts';

/** What was sent lately in one slot, for those whom it did not reach. */
export interface SentPackets {
  /** @param sealed as it left, where it is to be repeated as it was */
  add(sequence: number, packet: MediaPacket, run: Run, sealed: Buffer | undefined, now: number): void;
  /** @param sequence as it travelled. @returns undefined for what is gone, and for what was sent again just now */
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
  /** A copy of what left: that shares its memory with what dies at once, and would hold all of it. */
  room: Buffer;
  /** Of `room`; 0 where nothing is repeated as it was. */
  sealedLength: number;
  at: number;
  /** When it was last sent again, and how often. */
  again: number;
  times: number;
}

const CYCLE = 2 ** 16;
const MOST_TIMES = 10;
/** Packets for which there is room at first: most pictures never need more. */
const FIRST = 64;
const NOTHING = Buffer.alloc(0);

const createEntry = (): Entry => ({
  sequence: -1,
  packet: undefined,
  run: undefined,
  room: NOTHING,
  sealedLength: 0,
  at: -Infinity,
  again: -Infinity,
  times: 0,
});

/** @param most packets, a power of two, @param age ms */
export function createSentPackets(most: number, age: number): SentPackets {
  /** Each place is made once: what lived for a second would cost the collector more than what is written over. */
  let entries = Array.from({ length: Math.min(FIRST, most) }, createEntry);
  let [oldest, newest] = [Infinity, -Infinity];

  const at = (sequence: number): Entry => entries[sequence % entries.length] as Entry;

  function grow(): void {
    const before = entries;
    entries = Array.from({ length: 2 * before.length }, createEntry);
    for (const entry of before) if (entry.sequence >= 0) entries[entry.sequence % entries.length] = entry;
  }

  return {
    add(sequence, packet, run, sealed, now) {
      for (let old = at(sequence); old.packet !== undefined && now - old.at <= age && entries.length < most; old = at(sequence)) grow();
      const entry = at(sequence);
      entry.sequence = sequence;
      entry.packet = packet;
      entry.run = run;
      entry.sealedLength = sealed?.length ?? 0;
      if (entry.room.length < entry.sealedLength) entry.room = Buffer.allocUnsafeSlow(entry.sealedLength);
      sealed?.copy(entry.room);
      entry.at = now;
      entry.again = -Infinity;
      entry.times = 0;
      if (sequence > newest) newest = sequence;
      if (sequence < oldest) oldest = sequence;
    },
    take(sequence, now, roundTrip) {
      const entry = at(sequence);
      const { packet, run, room, sealedLength } = entry;
      if (packet === undefined || run === undefined || entry.sequence % CYCLE !== sequence || now - entry.at > age) return undefined;
      // It is asked for again before the answer can be there; and nobody is made to send one without end.
      if (now - entry.again < roundTrip / 2 || entry.times >= MOST_TIMES) return undefined;
      entry.again = now;
      entry.times += 1;
      return { sequence: entry.sequence, packet, run, sealed: sealedLength === 0 ? undefined : room.subarray(0, sealedLength) };
    },
    forget(now) {
      for (oldest = Math.max(oldest, newest - entries.length + 1); oldest <= newest; oldest++) {
        const entry = at(oldest);
        if (entry.packet === undefined || entry.sequence !== oldest) continue;
        if (now - entry.at <= age) return;
        [entry.packet, entry.run] = [undefined, undefined];
      }
    },
  };
}
