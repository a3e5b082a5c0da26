import { type CallOffer, type CallWant, CodedError, toHex } from '../../protocol/index.ts';
import type { Clock } from '../clock.ts';
import { kindOf } from '../media/sfu/offer-check.ts';

/**
 * Devices are not looked at: who is not in the call may come, and a frame crosses those who go.
 * @throws CodedError `bad_frame` for slots that the offer does not have or has for another kind, and for a slot or a stream named twice
 */
export function checkWants(wants: readonly CallWant[], { slots }: CallOffer): void {
  const taken = new Set(wants.map(({ slot }) => slot));
  const streams = new Set(wants.map(({ device, source }) => `${toHex(device)} ${source}`));
  const fit = wants.every(({ slot, source }) => slots[slot]?.kind === kindOf(source));
  if (!fit || taken.size < wants.length || streams.size < wants.length) throw new CodedError('bad_frame');
}

/** Hands on the newest wants, at once or as soon as the pause since the last ones is over: those in between are void anyway. */
export interface WantPacer {
  put(wants: readonly CallWant[]): void;
  stop(): void;
}

export function createWantPacer(clock: Clock, pause: number, hand: (wants: readonly CallWant[]) => void): WantPacer {
  let waiting: readonly CallWant[] | undefined;
  let cancel: (() => void) | undefined;

  function rest(): void {
    cancel = clock.after(pause, () => {
      cancel = undefined;
      const next = waiting;
      waiting = undefined;
      if (!next) return;
      hand(next);
      rest();
    });
  }

  return {
    put(wants) {
      if (cancel) {
        waiting = wants;
        return;
      }
      hand(wants);
      rest();
    },
    stop() {
      waiting = undefined;
      cancel?.();
      cancel = undefined;
    },
  };
}
