import type { CallDevice, CallDevices } from '../contract.ts';
import type { CaptureOwner, Captures } from './captures.ts';

type Chosen = ReturnType<CallDevices['chosen']>;

interface Ports {
  readonly captures: Captures;
  canShareScreen(): boolean;
  chosen(): Chosen;
  /** Remembers it. */
  choose(choices: Chosen): void;
}

export function createDevices({ captures, canShareScreen, chosen, choose }: Ports): CallDevices {
  /** Stopped by itself or taken over by a call: the preview has no more to do with it. */
  const preview: CaptureOwner = { onEnded() {}, onReplaced() {} };
  const canBlur = () => {
    const able = captures.of('camera')?.getCapabilities?.().backgroundBlur;
    return able?.includes(true) === true && able.includes(false);
  };

  return {
    list: listDevices,
    chosen,
    async choose(choice) {
      // What cannot be had is not remembered.
      for (const source of ['camera', 'microphone'] as const) {
        const device = choice[source];
        if (device !== undefined) await captures.replace(source, device);
      }
      choose({ ...chosen(), ...choice });
    },
    async preview(source, on) {
      if (on) await captures.open(source, preview);
      else captures.release(source, preview);
    },
    canBlur,
    async blur(on) {
      if (canBlur()) await captures.of('camera')?.applyConstraints({ advanced: [{ backgroundBlur: on }] });
    },
    canShareScreen,
    on(listener) {
      navigator.mediaDevices?.addEventListener('devicechange', listener);
      // The names of devices are told when one was opened.
      const off = captures.on(listener);
      return () => {
        navigator.mediaDevices?.removeEventListener('devicechange', listener);
        off();
      };
    },
  };
}

async function listDevices(): ReturnType<CallDevices['list']> {
  const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (kind: MediaDeviceKind): CallDevice[] =>
    // Before it was allowed to tell, a browser says that there is one, without a name to choose it by.
    found.filter((device) => device.kind === kind && device.deviceId !== '').map(({ deviceId, label }) => ({ id: deviceId, label }));
  const canChooseSpeaker = typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
  return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: canChooseSpeaker ? of('audiooutput') : [] };
}
