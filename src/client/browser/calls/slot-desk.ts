import type { MediaCount, SlotAssignment } from '../../calls/ports.ts';
import type { TrackBoard } from './board.ts';
import type { FrameAssignment, SlotCount } from './frames/messages.ts';
import type { Slot } from './sdp/own-lines.ts';

/** Who is in which slot, as far as the page has to know. */
export interface SlotDesk {
  /** @returns what the worker is to be told */
  assign(slots: readonly SlotAssignment[]): FrameAssignment[];
  /** A frame of it opened. */
  shows(slot: number, turn: number): void;
  /** @param decoded pictures that the browser decoded since the connection began, by ssrc */
  count(counts: readonly SlotCount[], decoded: ReadonlyMap<number, number>): MediaCount[];
  /** Whose voice comes under this ssrc. */
  speakerOf(ssrc: number): string | undefined;
  clear(): void;
}

interface Entry extends SlotAssignment {
  readonly turn: number;
  /** What was told of it so far. */
  told: { readonly frames: number; readonly decoded: number; readonly failed: number };
  shown: boolean;
}

export function createSlotDesk(slots: readonly Slot[], trackOf: (slot: number) => MediaStreamTrack, board: TrackBoard): SlotDesk {
  let entries = new Map<number, Entry>();
  let turns = 0;
  /** Pictures that were decoded in a slot for those who had it before. */
  const decodedBefore = new Map<number, number>();
  const lastDecoded = new Map<number, number>();

  function hide({ slot, device, source, shown }: Entry): void {
    if (shown) board.remove(device, source, trackOf(slot));
  }

  return {
    assign(next) {
      const before = entries;
      entries = new Map();
      for (const assignment of next.filter(({ slot }) => slots[slot] !== undefined)) {
        const { slot, device, leaf, source } = assignment;
        const known = before.get(slot);
        if (known?.device === device && known.leaf === leaf && known.source === source) {
          entries.set(slot, known);
          before.delete(slot);
          continue;
        }
        decodedBefore.set(slot, lastDecoded.get(slot) ?? 0);
        entries.set(slot, { ...assignment, turn: ++turns, told: { frames: 0, decoded: 0, failed: 0 }, shown: false });
      }
      for (const gone of before.values()) hide(gone);
      return [...entries.values()].map(({ slot, leaf, source, turn }) => ({ slot, leaf, source, turn }));
    },
    shows(slot, turn) {
      const entry = entries.get(slot);
      if (entry?.turn !== turn) return;
      entry.shown = true;
      board.put(entry.device, entry.source, trackOf(slot));
    },
    count(counts, decoded) {
      for (const [i, { ssrc }] of slots.entries()) lastDecoded.set(i, decoded.get(ssrc) ?? 0);
      return counts.flatMap(({ slot, turn, frames, opened, failed }) => {
        const entry = entries.get(slot);
        if (entry?.turn !== turn) return [];
        // Of sound browsers count no frames: what was opened was handed to the decoder.
        const decodedNow = slots[slot]?.kind === 'video' ? (lastDecoded.get(slot) ?? 0) - (decodedBefore.get(slot) ?? 0) : opened;
        const { told } = entry;
        entry.told = { frames, decoded: decodedNow, failed };
        const since = { frames: frames - told.frames, decoded: Math.max(0, decodedNow - told.decoded), failed: failed - told.failed };
        return [{ device: entry.device, source: entry.source, ...since }];
      });
    },
    speakerOf(ssrc) {
      const entry = entries.get(slots.findIndex((slot) => slot.ssrc === ssrc));
      return entry?.source === 'microphone' ? entry.device : undefined;
    },
    clear() {
      for (const entry of entries.values()) hide(entry);
      entries = new Map();
    },
  };
}
