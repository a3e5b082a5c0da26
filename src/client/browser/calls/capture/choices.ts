import type { CallDevices } from '../contract.ts';

type Chosen = ReturnType<CallDevices['chosen']>;

const KEY = 'corrillo-call-devices';

/** Which devices a person chose, on this browser; ids of devices mean nothing outside of this origin. */
export function readChoices(storage: Pick<Storage, 'getItem'>): Chosen {
  const none = { camera: null, microphone: null, speaker: null };
  try {
    const found = JSON.parse(storage.getItem(KEY) ?? '{}') as Partial<Record<keyof Chosen, unknown>>;
    const read = (kind: keyof Chosen) => (typeof found[kind] === 'string' ? found[kind] : null);
    return { camera: read('camera'), microphone: read('microphone'), speaker: read('speaker') };
  } catch {
    return none;
  }
}

export function writeChoices(storage: Pick<Storage, 'setItem'>, choices: Chosen): void {
  try {
    storage.setItem(KEY, JSON.stringify(choices));
  } catch {
    // Full, or forbidden: it holds until the page is closed.
  }
}
