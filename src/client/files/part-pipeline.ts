import { CodedError } from '../../protocol/index.ts';
import type { PartSealer, SealedPart } from './part-sealer.ts';
import type { SealedPoint } from './upload-steps.ts';

/** The part that travels, and the one that is sealed meanwhile: never more than these two are in memory. */
export interface PartPipeline {
  /** The part whose turn it is. Resolves once where it ends is stored. */
  current(): Promise<SealedPart>;
  /** Seals the one behind it. */
  prepare(): void;
  /** The part whose turn it was is at the relay. */
  advance(): void;
  /** Drops what there is; what is being read is called off. */
  discard(): void;
}

/** `note`: stores where a part ends, before it is given out. */
export function createPartPipeline(
  sealer: PartSealer,
  note: (point: SealedPoint, inTurn: boolean) => Promise<void>,
  discard: () => void,
): PartPipeline {
  let current: Slot | null = null;
  let ahead: Slot | null = null;
  let discarded = false;

  function seal(): Slot {
    const slot: Slot = { part: sealer.next(), noted: null };
    // It may fail while the part before it travels: who asks for it hears of it.
    slot.part.catch(() => {});
    return slot;
  }

  function noteOnce(slot: Slot): Promise<void> {
    slot.noted ??= slot.part
      .then((part) => {
        // What was dropped is never sent: where it ends is nothing to remember.
        if (discarded) throw new CodedError('withdrawn');
        return note(part.to, slot === current);
      })
      .catch((error: unknown) => {
        // Sealed it is, and it stays so: only the writing is tried again.
        slot.noted = null;
        throw error;
      });
    return slot.noted;
  }

  return {
    async current() {
      const slot = (current ??= seal());
      await noteOnce(slot);
      return slot.part;
    },
    prepare() {
      if (ahead || discarded) return;
      ahead = seal();
      noteOnce(ahead).catch(() => {});
    },
    advance() {
      current = ahead;
      ahead = null;
    },
    discard() {
      discarded = true;
      discard();
    },
  };
}

interface Slot {
  readonly part: Promise<SealedPart>;
  noted: Promise<void> | null;
}
