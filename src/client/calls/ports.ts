import type { CodedError, CallAnswer, CallDemand, CallOffer, CallSource } from '../../protocol/index.ts';

/**
 * What calls ask of the platform: a way to the relay's media port, cameras and microphones, and the sealing of every frame where it is encoded and
 * decoded. A browser has its own WebRTC for it, Node has `src/rtc` and the system's ffmpeg. Suite: test/contracts/call-media.
 */
export interface CallMedia {
  /** Gets ready for a call. Nothing is captured and nothing leaves yet. Rejects with CodedError `calls_unsupported` {because}. */
  open(events: CallTransportEvents): Promise<CallTransport>;
}

/** One device's media in one call, from joining to leaving. A call that was lost gets a new one. */
export interface CallTransport {
  readonly offer: CallOffer;
  /** Resolves when packets flow both ways. Rejects with CodedError `call_unreachable` (neither UDP nor TCP gets there), `call_refused` (another key than the answer's). */
  connect(answer: CallAnswer): Promise<void>;
  /**
   * From now on frames are sealed in this epoch; those of the epochs before are opened for some seconds more. Before the first one nothing leaves. Frames of an epoch that is
   * to come are held for a second. The first keys come before `connect`; each epoch comes once, in their order.
   */
  rekey(keys: FrameKeys): void;
  /** What each slot is to show; a frame of anybody or anything else in it is dropped. In place of what was. */
  assign(slots: readonly SlotAssignment[]): void;
  /** What others take of this device: what nobody takes need not be encoded. */
  demand(demand: readonly CallDemand[]): void;
  /**
   * Begins or ends one of the own sources. Off, nothing of it is captured, and its light is off. `screen-audio` is asked for after `screen`, and is the sound of
   * what was captured for that: `no_screen` where there is none, of which nobody is told. Off may come while on still asks the person, and is what holds then.
   * On a new transport a screen goes on that a former one, which is closed only afterwards, captures still.
   * Rejects with CodedError `camera_denied`, `camera_busy`, `no_camera`, `microphone_denied`, `microphone_busy`, `no_microphone`, `screen_denied`, `no_screen`, `no_display`,
   * `no_ffmpeg`, `call_unsealed`.
   */
  turn(source: CallSource, on: boolean): Promise<void>;
  /** The chat has lost its connection, and has another: where nothing comes by the way of the call any more either, it is `lost` sooner than it would be found to be. */
  doubt?(): void;
  /** Frees devices and sockets. Nothing comes after it. */
  close(): void;
}

/** An epoch's base key (RFC 9605 section 5.2) and who this device is in it. */
export interface FrameKeys {
  readonly epoch: bigint;
  readonly baseKey: Uint8Array;
  /** The own leaf. */
  readonly leaf: number;
}

export interface SlotAssignment {
  /** Index into the offer's slots. */
  readonly slot: number;
  /** Lower-case hex. */
  readonly device: string;
  readonly leaf: number;
  readonly source: CallSource;
}

export interface CallTransportEvents {
  /** `lost`: no way to the media port any more. What the engine does then is join anew, with another transport. */
  onState(state: 'connected' | 'disconnected' | 'lost'): void;
  /** A source ended by itself: unplugged, stopped in the browser's own bar, ffmpeg gone. */
  onStopped(source: CallSource, error: CodedError): void;
  /** Frames were encoded and not sealed, or nobody can tell: sending was stopped, and goes on with a new transport at the earliest. `call_unsealed`. */
  onUnsealed(): void;
  /** Each second, what came since the last time. */
  onMedia(counts: readonly MediaCount[]): void;
}

/** Frames of one source of one member. */
export interface MediaCount {
  readonly device: string;
  readonly source: CallSource;
  /** Sealed frames that came whole. */
  readonly frames: number;
  /** Those that were opened and decoded. */
  readonly decoded: number;
  /** Those that did not open: forged, replayed, of another sender, of an epoch that this device has no key for. */
  readonly failed: number;
}
