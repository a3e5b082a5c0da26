import { toHex } from '../../protocol/index.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';

/** Those who stay take out one who left: the first in the tree at once, others if that one did not. */
export interface Clearing {
  /** Who said that they leave, and still stand in the group. */
  count(): number;
  clearLater(): void;
  cancel(): void;
}

/** How long the others wait for the first, ms. */
const CLEAR_AFTER = 5_000;

export function createClearing(
  state: RoomState,
  { clock, random, identity }: RoomPorts,
  perform: (step: (tx: Transaction) => void) => void,
): Clearing {
  const own = toHex(identity.device);
  let cancel = () => {};
  const count = () => Object.keys(state.record.departed).length;

  return {
    count,
    clearLater() {
      cancel();
      const first = state.group?.members
        .map(toHex)
        .find((device) => !state.record.departed[device] && (device === own || state.here.has(device)));
      const wait = first === own ? 0 : CLEAR_AFTER * (1 + (random(1)[0] as number) / 128);
      cancel = clock.after(wait, () => {
        perform((tx) => {
          if (!state.live || count() === 0) return;
          state.record.intents.push({ kind: 'clear-departed' });
          tx.touchRecord();
        });
      });
    },
    cancel: () => cancel(),
  };
}
