import type { CallMember, Calls, CallView, ClientEvent } from '../../src/client/index.ts';
import type { CallPicture, NodeCalls } from '../../src/client/node/index.ts';
import { CodedError } from '../../src/protocol/index.ts';

/** Calls without a relay: those in them are and send what the test says. */
export interface FakeCalls {
  readonly calls: Calls;
  readonly pictures: NodeCalls;
  /** The room's call is this from here on; null: there is none. */
  setCall(change: Partial<CallView> | null, room: string): void;
  /** A picture came: `pattern` says what is on it. */
  picture(device: string, source: 'camera' | 'screen', pattern: Pattern, width: number, height: number): void;
  /** These are heard now. */
  speaking(...devices: string[]): void;
  /** As if the person closed the window. */
  closeWindow(): void;
  /** What is asked of calls fails with this code from here on; null: nothing fails. */
  failWith(code: string | null): void;
}

/** `left-red`: red beside blue; `noise`: every pixel another one, each time anew. */
export type Pattern = 'left-red' | 'gradient' | 'noise' | 'grey';

export function fakeCallMember(name: string, device: string, change: Partial<CallMember> = {}): CallMember {
  return { device, name, own: false, sources: ['microphone', 'camera'], hand: false, since: 0, ...change };
}

export function createFakeCalls(emit: (event: ClientEvent) => void, asked: Array<readonly unknown[]>): FakeCalls {
  const views = new Map<string, CallView>();
  const listeners = new Set<(picture: CallPicture) => void>();
  const hearers = new Set<(speaking: ReadonlySet<string>) => void>();
  let failure: string | null = null;
  let closed: () => void = () => {};

  const ask =
    (name: string) =>
    async (...values: unknown[]): Promise<void> => {
      asked.push([name, ...values]);
      if (failure !== null) throw new CodedError(failure);
    };
  return {
    calls: {
      view: (room) => views.get(room) ?? null,
      current: () => [...views.values()].find(({ state }) => state !== 'out')?.room ?? null,
      join: ask('join-call'),
      leave: ask('leave-call'),
      turn: ask('turn'),
      raiseHand: ask('raiseHand'),
      dismiss: (room) => void asked.push(['dismiss', room]),
      show: (wanted) => void asked.push(['show-pictures', wanted]),
    },
    pictures: {
      media: { open: () => Promise.reject(new CodedError('calls_unsupported', { because: 'platform' })) },
      onPicture(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      onSpeaking(listener) {
        hearers.add(listener);
        return () => void hearers.delete(listener);
      },
      show: (size) => void asked.push(['picture-size', size]),
      abilities: async () => ({ ffmpeg: null, cameras: [], microphones: [], speaker: false }),
      talk: (on) => void asked.push(['talk', on]),
      async openWindow(_, onClosed) {
        await ask('open-window')();
        closed = onClosed;
        return () => void asked.push(['close-window']);
      },
    },
    setCall(change, room) {
      if (change === null) views.delete(room);
      else views.set(room, { room, state: 'in', members: [], ringing: null, error: null, ...views.get(room), ...change });
      emit({ event: 'call', room });
    },
    picture(device, source, pattern, width, height) {
      const rgb = paint(pattern, width, height);
      for (const listener of listeners) listener({ device, source, width, height, rgb });
    },
    speaking(...devices) {
      for (const hearer of hearers) hearer(new Set(devices));
    },
    closeWindow: () => closed(),
    failWith: (code) => void (failure = code),
  };
}

export function paint(pattern: Pattern, width: number, height: number): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) rgb.set(pixel(pattern, x / Math.max(1, width - 1), y / Math.max(1, height - 1)), (y * width + x) * 3);
  return rgb;
}

function pixel(pattern: Pattern, x: number, y: number): readonly [number, number, number] {
  if (pattern === 'left-red') return x < 0.5 ? [255, 0, 0] : [0, 0, 255];
  if (pattern === 'gradient') return [Math.round(255 * x), Math.round(255 * y), 128];
  if (pattern === 'noise') return [Math.random() * 256, Math.random() * 256, Math.random() * 256];
  return [128, 128, 128];
}
