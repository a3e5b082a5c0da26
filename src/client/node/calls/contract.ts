import type { CallSource } from '../../../protocol/index.ts';
import type { CallMedia } from '../../calls/ports.ts';

/** Calls in a terminal: the engine's port, and beside it pictures to draw. Sound goes to the system's own speaker. */
export interface NodeCalls {
  readonly media: CallMedia;
  /** Newest picture of each member's source, scaled to `show`'s size; older ones that nobody took are skipped. @returns takes it off */
  onPicture(listener: (picture: CallPicture) => void): () => void;
  /** How large pictures are wanted, in pixels; null: none are decoded. Sound is not touched by it. */
  show(size: { readonly width: number; readonly height: number } | null): void;
  /** What this machine has: shown when it is asked for what it does not have. */
  abilities(): Promise<CallAbilities>;
  /** Push to talk: while it is off, a microphone that is on sends silence. */
  talk(on: boolean): void;
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
