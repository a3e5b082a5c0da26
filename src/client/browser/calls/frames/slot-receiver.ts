import { sourceOfContext } from '../../../calls/frame-context.ts';
import { uncoverFrame } from './cover.ts';
import type { EncodedFrame } from './frame-sender.ts';
import type { FrameKeyRing } from './keys.ts';
import type { FrameAssignment, MediaKind, SlotCount } from './messages.ts';

/** Frames that come in one slot: those of whom it was assigned to, and nobody else's. */
export interface SlotReceiver {
  /** Undefined while nobody is assigned to it. */
  count(): SlotCount | undefined;
  assign(assignment: FrameAssignment | undefined): void;
  /** Opens it in place. `arrived`: as `now` says it. @returns false: it is to be dropped */
  open(frame: EncodedFrame, arrived: number): Promise<boolean>;
}

interface Ports {
  readonly keys: FrameKeyRing;
  /** ms, of any beginning. */
  now(): number;
  /** Told once an assignment: a frame of it opened. */
  onShows(assignment: FrameAssignment): void;
}

/** ms that a frame waits for the keys of its epoch: who sealed it heard of the epoch before us. */
const HELD = 1000;

export function createSlotReceiver({ keys, now, onShows }: Ports, kind: MediaKind): SlotReceiver {
  const bound = new TextEncoder().encode(kind);
  let assigned: FrameAssignment | undefined;
  let [frames, opened, failed] = [0, 0, 0];

  async function tryOpen(sealed: Uint8Array, arrived: number) {
    for (;;) {
      const known = keys.current();
      const result = await keys.opener.open(sealed, bound);
      const left = arrived + HELD - now();
      if (result.refused !== 'unknown_key' || left <= 0) return result;
      await keys.changed(known, left);
    }
  }

  return {
    count: () => assigned && { slot: assigned.slot, turn: assigned.turn, frames, opened, failed },
    assign(next) {
      const same = assigned?.leaf === next?.leaf && assigned?.source === next?.source && assigned?.turn === next?.turn;
      if (same) return;
      assigned = next;
      [frames, opened, failed] = [0, 0, 0];
    },
    async open(frame, arrived) {
      const to = assigned;
      if (!to) return false;
      frames++;
      const result = await tryOpen(uncoverFrame(frame.data, kind), arrived);
      // Assigned to somebody else meanwhile: it is nobody's failure.
      if (assigned !== to) return false;
      if (result.refused !== undefined || result.leaf !== to.leaf || sourceOfContext(result.context) !== to.source) {
        failed++;
        return false;
      }
      frame.data = result.frame.buffer;
      if (opened++ === 0) onShows(to);
      return true;
    },
  };
}
