import { type Group, leafIndex } from '../../crypto/index.ts';
import { type CallWant, equalBytes, fromHex } from '../../protocol/index.ts';
import type { Clock } from '../ports.ts';
import { CALL_LIMITS } from './limits.ts';
import type { CallTransport, SlotAssignment } from './ports.ts';
import { type FilledSlot, fillSlots, type Wish } from './slots.ts';

/** What comes in this device's slots: told to the transport, which drops everything else, and to the relay. */
export interface Receiving {
  /** What is wished for, or who has which leaf, may be another. */
  look(): void;
  /** The relay may have forgotten it. */
  again(): void;
  stop(): void;
}

export interface ReceivingPorts {
  readonly clock: Clock;
  readonly transport: Pick<CallTransport, 'offer' | 'assign'>;
  group(): Group | null;
  wishes(): readonly Wish[];
  /** @returns false where the relay cannot be told */
  want(wants: readonly CallWant[]): boolean;
}

export function createReceiving({ clock, transport, group, wishes, want }: ReceivingPorts): Receiving {
  let filled: readonly FilledSlot[] = [];
  let assigned = '';
  let wanted = '';
  let lookedAt = Number.NEGATIVE_INFINITY;
  let later: (() => void) | null = null;

  function lookNow(): void {
    // It may be due, and not have run yet.
    later?.();
    later = null;
    lookedAt = clock.now();
    const members = group();
    if (!members) return;
    filled = fillSlots(transport.offer.slots, wishes(), filled);
    const known = filled.flatMap((one) => {
      const device = fromHex(one.device) as Uint8Array;
      const leaf = leafIndex(members, device);
      return leaf === undefined || equalBytes(device, members.device) ? [] : [{ ...one, bytes: device, leaf }];
    });
    const slots: SlotAssignment[] = known.map(({ slot, device, leaf, source }) => ({ slot, device, leaf, source }));
    // What is dropped is told before what comes.
    if (differs(slots, assigned)) transport.assign(slots);
    assigned = JSON.stringify(slots);
    const wants = known.map(({ slot, bytes, source, height }) => ({ slot, device: bytes, source, height }));
    const name = JSON.stringify(known.map(({ slot, device, source, height }) => [slot, device, source, height]));
    if (name !== wanted && want(wants)) wanted = name;
  }

  return {
    look() {
      const wait = lookedAt + CALL_LIMITS.betweenWants - clock.now();
      if (wait <= 0) lookNow();
      else later ??= clock.after(wait, lookNow);
    },
    again() {
      wanted = '';
      this.look();
    },
    stop() {
      later?.();
      later = null;
    },
  };
}

const differs = (slots: readonly SlotAssignment[], before: string) => JSON.stringify(slots) !== before;
