import type { CallOffer, CallSource } from '../../protocol/index.ts';

/** A stream that is to be received. */
export interface Wish {
  readonly device: string;
  readonly source: CallSource;
  /** Of the picture as it is shown, in pixels; 0 for sound. */
  readonly height: number;
}

export interface FilledSlot extends Wish {
  /** Index into the offer's slots. */
  readonly slot: number;
}

/**
 * Which stream comes in which slot. What is in a slot stays there while it is wished for, whoever else comes or goes: a picture that
 * moves to another slot stands still until its next key frame. Of more wishes than slots the first are met.
 */
export function fillSlots(slots: CallOffer['slots'], wishes: readonly Wish[], before: readonly FilledSlot[]): FilledSlot[] {
  return (['audio', 'video'] as const).flatMap((kind) => {
    const places = slots.flatMap((slot, at) => (slot.kind === kind ? [at] : []));
    const met = wishes.filter((wish) => kindOf(wish.source) === kind).slice(0, places.length);
    const kept = met.flatMap((wish) => {
      const slot = before.find((other) => isSame(other, wish))?.slot;
      return slot === undefined ? [] : [{ ...wish, slot }];
    });
    const free = places.filter((at) => !kept.some(({ slot }) => slot === at));
    // One that was empty first: in one that was left this moment packets of the last stream may still arrive.
    const wasUsed = (at: number) => Number(before.some(({ slot }) => slot === at));
    const inTurn = free.toSorted((a, b) => wasUsed(a) - wasUsed(b) || a - b);
    const added = met.filter((wish) => !kept.some((other) => isSame(other, wish)));
    return [...kept, ...added.map((wish, at) => ({ ...wish, slot: inTurn[at] as number }))];
  });
}

const isSame = (a: Wish, b: Wish) => a.device === b.device && a.source === b.source;

const kindOf = (source: CallSource) => (source === 'microphone' || source === 'screen-audio' ? 'audio' : 'video');
