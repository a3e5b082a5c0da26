import type { CallSource, CodedError } from '../../../protocol/index.ts';

/** What a transport asks of the machine: pictures and sound from it, and to it. ffmpeg does it; tests have their own. */
export interface CallMachine {
  /**
   * Opens a camera, a microphone or a screen; one that is captured for a former transport stops there.
   * Rejects with CodedError `no_ffmpeg`, `no_camera`, `camera_busy`, `camera_denied`, `no_microphone`, `microphone_busy`, `microphone_denied`, `no_display`, `screen_denied`, `no_screen`.
   */
  capture(source: CallSource, events: CaptureEvents): Promise<Capture>;
  /** For one source of one member, as long as a slot is assigned to it. */
  decode(device: string, source: CallSource, events: DecoderEvents): Decoder;
}

export interface CaptureEvents {
  /** Encoded: VP8 or Opus. */
  onFrame(frame: Buffer, isKey: boolean): void;
  /** It ended by itself. */
  onStopped(error: CodedError): void;
}

export interface Capture {
  /** A key frame as soon as may be; more than some a second are not made. */
  requestKey(): void;
  /** False: nobody takes it, and nothing is encoded. */
  want(wanted: boolean): void;
  /** Pictures have this share of their bits from now on, 0 to 1: more gets lost. Costs a key frame. */
  lessen(share: number): void;
  /** Resolves when the device is free. */
  close(): Promise<void>;
}

export interface DecoderEvents {
  /** One frame was decoded. */
  onDecoded(): void;
  /** It began anew, and cannot go on without a key frame. */
  onNeedsKey(): void;
}

export interface Decoder {
  /** @param frame undefined: one of sound was lost */
  take(frame: Uint8Array | undefined, isKey: boolean): void;
  close(): void;
}
