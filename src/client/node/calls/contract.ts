import type { CallSource } from '../../../protocol/index.ts';
import type { CallMedia } from '../../calls/ports.ts';

/** Calls in a terminal: the engine's port, and beside it pictures to draw. Sound goes to the system's own speaker. */
export interface NodeCalls {
  readonly media: CallMedia;
  /** Newest picture of each member's source, scaled to `show`'s size; older ones that nobody took are skipped. @returns takes it off */
  onPicture(listener: (picture: CallPicture) => void): () => void;
  /** Devices of others that are heard at this moment, each time it is others. @returns takes it off */
  onSpeaking(listener: (speaking: ReadonlySet<string>) => void): () => void;
  /** How large pictures are wanted, in pixels; null: none are decoded. Sound is not touched by it. */
  show(size: { readonly width: number; readonly height: number } | null): void;
  /** What this machine has: shown when it is asked for what it does not have. */
  abilities(): Promise<CallAbilities>;
  /** Push to talk: while it is off, a microphone that is on sends silence. */
  talk(on: boolean): void;
  /**
   * Draws pictures in a window of the system's player (mpv, ffplay) from now on, in place of giving them to `onPicture`. Resolves when it stands, with
   * what closes it. `nameOf`: what stands on a picture. `onClosed`: the person did (`q`), which ends the call. Rejects with CodedError `no_window`: no display, or no player.
   */
  openWindow(nameOf: (picture: Pick<CallPicture, 'device' | 'source'>) => string, onClosed: () => void): Promise<() => void>;
}

/** What is captured, where somebody chose it by a flag; else the system's first of each. */
export interface CallChoice {
  /** A device, a file that is played round and round, or `test`: a generated picture. */
  readonly camera?: string | undefined;
  /** A device, a file, `test` (a generated tone; `test:600` is one of 600 Hz), or `none`: there is none for this program. */
  readonly microphone?: string | undefined;
  /** A display as ffmpeg names it, a file, `test`, or `none`. Nobody shares a screen by choosing one. */
  readonly screen?: string | undefined;
}

export interface CallPicture {
  readonly device: string;
  readonly source: CallSource;
  readonly width: number;
  readonly height: number;
  /** 3 bytes a pixel, row by row. */
  readonly rgb: Uint8Array;
}

export interface CallAbilities {
  /** Version of the system's ffmpeg; null where there is none, or one without what calls need. */
  readonly ffmpeg: string | null;
  readonly cameras: readonly string[];
  readonly microphones: readonly string[];
  readonly speaker: boolean;
}
