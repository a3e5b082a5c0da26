import type { CallSource } from '../../../protocol/index.ts';
import type { CallMedia } from '../../calls/ports.ts';

/** Calls in a browser: the engine's port, and beside it what only a page has a use for: tracks to show and devices to choose. */
export interface BrowserCalls {
  readonly media: CallMedia;
  readonly tracks: CallTracks;
  readonly devices: CallDevices;
}

export interface CallTracks {
  /** Of a member, while a slot is assigned to it and frames of it open; null otherwise. The same object as long as it is the same. */
  of(device: string, source: CallSource): MediaStreamTrack | null;
  /** What this device itself captures; for its own picture. */
  own(source: CallSource): MediaStreamTrack | null;
  /** Loudness, 0 to 1, of what is heard now from a member; of this device itself for `own`. */
  level(device: string | 'own'): number;
  /** Called when `of` or `own` would answer something else. @returns takes it off */
  on(listener: () => void): () => void;
}

export interface CallDevice {
  readonly id: string;
  /** Empty until the browser was allowed to tell. */
  readonly label: string;
}

/** Cameras, microphones and speakers: chosen before a call and in it, and remembered. */
export interface CallDevices {
  list(): Promise<{
    readonly cameras: readonly CallDevice[];
    readonly microphones: readonly CallDevice[];
    /** Empty where the browser does not let a page choose. */
    readonly speakers: readonly CallDevice[];
  }>;
  chosen(): { readonly camera: string | null; readonly microphone: string | null; readonly speaker: string | null };
  /** Takes effect at once, also in a running call. Rejects as `CallTransport.turn` does. */
  choose(choice: { readonly camera?: string; readonly microphone?: string; readonly speaker?: string }): Promise<void>;
  /** Opens what is asked for, to be looked at before joining; the call takes these over when it begins. Rejects as `turn` does; each source by itself. */
  preview(source: 'camera' | 'microphone', on: boolean): Promise<void>;
  canBlur(): boolean;
  blur(on: boolean): Promise<void>;
  canShareScreen(): boolean;
  /** Called when devices come or go. @returns takes it off */
  on(listener: () => void): () => void;
}
