import type { BrowserCalls, CallDevice } from '../../client/browser/calls/contract.ts';
import { type CallSource, CodedError } from '../../protocol/index.ts';
import type { FakeCalls } from './fake-calls.ts';
import { drawFace, drawScreen } from './fake-pictures.ts';

/** Tracks and devices of the fake client: drawn pictures, and levels that the test sets. */
export interface FakeMedia extends BrowserCalls {
  /** How loud somebody is; `own`, or a device. */
  setLevel(device: string, level: number): void;
  /** Frames of it do not open (yet). */
  withhold(device: string, withheld: boolean): void;
  /** There is none of it, and why. */
  lack(source: 'camera' | 'microphone', code: string | null): void;
  setDevices(devices: Partial<Awaited<ReturnType<BrowserCalls['devices']['list']>>>): void;
  readonly opened: ReadonlySet<string>;
}

interface Ports {
  readonly own: string;
  readonly calls: FakeCalls;
  called(method: string, ...values: unknown[]): void;
  on(listener: () => void): () => void;
}

const named = (kind: string, labels: readonly string[]): CallDevice[] => labels.map((label, i) => ({ id: `${kind}-${i}`, label }));

export function createFakeMedia({ own, calls, called, on }: Ports): FakeMedia {
  const tracks = new Map<string, MediaStreamTrack>();
  const levels = new Map<string, number>();
  const withheld = new Set<string>();
  const lacking = new Map<string, string>();
  const opened = new Set<string>();
  const listeners = new Set<() => void>();
  const deviceListeners = new Set<() => void>();
  const chosen: { camera: string | null; microphone: string | null; speaker: string | null } = {
    camera: null,
    microphone: null,
    speaker: null,
  };
  let devices = {
    cameras: named('camera', ['Integrated camera', 'Desk camera']),
    microphones: named('microphone', ['Integrated microphone', 'Headset']),
    speakers: named('speaker', ['Speakers', 'Headset']),
  };
  const tell = () => listeners.forEach((listener) => listener());
  on(tell);

  function trackOf(device: string, source: CallSource): MediaStreamTrack {
    const key = `${device} ${source}`;
    const known = tracks.get(key) ?? draw(device, source);
    tracks.set(key, known);
    return known;
  }

  function draw(device: string, source: CallSource): MediaStreamTrack {
    if (source === 'camera') return drawFace(device);
    return source === 'screen' ? drawScreen() : new MediaStreamTrackGenerator({ kind: 'audio' });
  }

  const sends = (device: string, source: CallSource) => {
    const room = calls.current();
    const member = room === null ? undefined : calls.view(room)?.members.find((one) => one.device === device);
    return calls.view(room ?? '')?.state !== 'joining' && (member?.sources.includes(source) ?? false);
  };

  return {
    media: { open: () => Promise.reject(new CodedError('calls_unsupported', { because: 'fake' })) },
    opened,
    tracks: {
      of: (device, source) => (sends(device, source) && !withheld.has(device) ? trackOf(device, source) : null),
      own: (source) => (sends(own, source) || opened.has(source) ? trackOf(own, source) : null),
      level: (device) => levels.get(device) ?? 0,
      on(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    devices: {
      list: async () => devices,
      chosen: () => ({ ...chosen }),
      async choose(choice) {
        called('devices.choose', JSON.stringify(choice));
        Object.assign(chosen, choice);
        deviceListeners.forEach((listener) => listener());
      },
      async preview(source, wanted) {
        called('devices.preview', source, wanted);
        const code = lacking.get(source);
        if (wanted && code !== undefined) throw new CodedError(code);
        if (wanted) opened.add(source);
        else opened.delete(source);
        tell();
      },
      canBlur: () => true,
      blur: async (blurred) => called('devices.blur', blurred),
      canShareScreen: () => true,
      on(listener) {
        deviceListeners.add(listener);
        return () => void deviceListeners.delete(listener);
      },
    },
    setLevel: (device, level) => void levels.set(device, level),
    withhold(device, now) {
      if (now) withheld.add(device);
      else withheld.delete(device);
      tell();
    },
    lack(source, code) {
      if (code === null) lacking.delete(source);
      else lacking.set(source, code);
      calls.lack(source, code);
    },
    setDevices(now) {
      devices = { ...devices, ...(now as typeof devices) };
      deviceListeners.forEach((listener) => listener());
    },
  };
}

/** Chromium's; TypeScript knows of it in workers alone. */
declare const MediaStreamTrackGenerator: new (options: { kind: 'audio' | 'video' }) => MediaStreamTrack;
