import { type CallSource, CodedError } from '../../../../protocol/index.ts';
import { createListeners } from '../listeners.ts';
import { askForDevice, askForScreen, type Wish } from './ask.ts';

/** Who has a source open: a call, or the preview before it. */
export interface CaptureOwner {
  /** The source ended by itself. */
  onEnded(source: CallSource): void;
  /** Another device took its place. */
  onReplaced(source: CallSource, track: MediaStreamTrack): void;
}

/** What this page captures. Each source is open once, whoever wants it, and is off as soon as its owner lets go. */
export interface Captures {
  of(source: CallSource): MediaStreamTrack | null;
  /** Takes over what is open, or opens it. @returns null where it was let go meanwhile. Rejects as `CallTransport.turn` does */
  open(source: CallSource, owner: CaptureOwner): Promise<MediaStreamTrack | null>;
  /** Without effect where another one took it over. */
  release(source: CallSource, owner: CaptureOwner): void;
  /** Takes another device for a source that is open. Rejects as `open` does; what was open stays so then. */
  replace(source: 'camera' | 'microphone', device: string): Promise<void>;
  /** @returns takes it off */
  on(listener: () => void): () => void;
}

interface Capture {
  owner: CaptureOwner;
  track: MediaStreamTrack | undefined;
  opening: Promise<MediaStreamTrack | null>;
}

/** @param wished the device that the person chose */
export function createCaptures(wished: (source: 'camera' | 'microphone') => string | null): Captures {
  const captures = new Map<CallSource, Capture>();
  /** Came with the screen, and nobody asked for it yet. */
  let spareSound: MediaStreamTrack | undefined;
  const changed = createListeners();

  async function ask(source: CallSource, wish?: Wish): Promise<MediaStreamTrack> {
    if (source === 'camera' || source === 'microphone') return askForDevice(source, wish ?? { id: wished(source) });
    if (source === 'screen-audio') {
      if (spareSound?.readyState !== 'live') throw new CodedError('no_screen');
      const sound = spareSound;
      spareSound = undefined;
      return sound;
    }
    const { screen, sound } = await askForScreen();
    spareSound?.stop();
    spareSound = sound;
    return screen;
  }

  function end(source: CallSource): void {
    const capture = captures.get(source);
    captures.delete(source);
    capture?.track?.stop();
    // Sound of a screen that nobody shows any more.
    if (source === 'screen') {
      spareSound?.stop();
      spareSound = undefined;
    }
    changed.tell();
  }

  function hold(source: CallSource, capture: Capture, track: MediaStreamTrack): void {
    capture.track = track;
    // By the browser's own bar, by the plug, by the system: never by our own stop().
    track.addEventListener('ended', () => {
      if (captures.get(source) !== capture || capture.track !== track) return;
      end(source);
      capture.owner.onEnded(source);
    });
    changed.tell();
  }

  function begin(source: CallSource, owner: CaptureOwner): Promise<MediaStreamTrack | null> {
    const capture: Capture = { owner, track: undefined, opening: Promise.resolve(null) };
    capture.opening = ask(source).then(
      (track) => {
        if (captures.get(source) === capture) {
          hold(source, capture, track);
          return track;
        }
        track.stop();
        return null;
      },
      (error: unknown) => {
        if (captures.get(source) === capture) captures.delete(source);
        throw error;
      },
    );
    captures.set(source, capture);
    return capture.opening;
  }

  return {
    of: (source) => captures.get(source)?.track ?? null,
    async open(source, owner) {
      const known = captures.get(source);
      if (!known) return begin(source, owner);
      known.owner = owner;
      return known.track ?? known.opening;
    },
    release(source, owner) {
      if (captures.get(source)?.owner === owner) end(source);
    },
    async replace(source, device) {
      const capture = captures.get(source);
      if (!capture) return;
      await capture.opening;
      const track = await ask(source, { id: device, only: true });
      if (captures.get(source) !== capture) {
        track.stop();
        return;
      }
      const before = capture.track;
      hold(source, capture, track);
      capture.owner.onReplaced(source, track);
      before?.stop();
    },
    on: changed.on,
  };
}
