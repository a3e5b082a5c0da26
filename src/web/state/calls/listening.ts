import type { CallTracks } from '../../../client/browser/calls/contract.ts';
import { createObservable, type Observable } from '../observable.ts';
import { listen, silence, type Speaking } from './speaking.ts';

/** ms */
const EVERY = 120;

interface Ports {
  now(): number;
  after(ms: number, act: () => void): () => void;
}

/** Hears who speaks in the call that this device is in. */
export interface Listening {
  readonly speaking: Observable<Speaking>;
  with(tracks: Pick<CallTracks, 'level'>): void;
  /** Those in the call but this device; from the first time on it listens. */
  to(devices: readonly string[]): void;
  end(): void;
}

export function createListening({ now, after }: Ports): Listening {
  const speaking = createObservable<Speaking>(silence);
  let state = silence;
  let tracks: Pick<CallTracks, 'level'> | undefined;
  let devices: readonly string[] = [];
  let stop: (() => void) | undefined;

  function hear(): void {
    stop = after(EVERY, hear);
    if (!tracks) return;
    const { level } = tracks;
    state = listen(state, new Map(devices.map((device) => [device, level(device)])), now());
    const told = speaking.get();
    if (state.loud !== told.loud || state.speaker !== told.speaker) speaking.set({ loud: state.loud, speaker: state.speaker });
  }

  return {
    speaking,
    with: (found) => void (tracks = found),
    to(others) {
      devices = others;
      stop ??= after(EVERY, hear);
    },
    end() {
      stop?.();
      stop = undefined;
      state = silence;
      speaking.set(silence);
    },
  };
}
