import type { CallSource } from '../../../../protocol/index.ts';

/** What the page tells the worker. */
export type ToFrames =
  | { readonly t: 'rekey'; readonly epoch: bigint; readonly baseKey: Uint8Array; readonly leaf: number }
  /** In place of what was. A slot that is not named is to show nothing. */
  | { readonly t: 'assign'; readonly slots: readonly FrameAssignment[] }
  | { readonly t: 'count'; readonly q: number };

export interface FrameAssignment {
  readonly slot: number;
  readonly leaf: number;
  readonly source: CallSource;
  /** Of the page's own making: answers name it, so that none is taken for one about the assignment before. */
  readonly turn: number;
}

/** What the worker tells the page. */
export type FromFrames =
  /** It runs. */
  | { readonly t: 'ready' }
  /** The first frame under this assignment opened. */
  | { readonly t: 'shows'; readonly slot: number; readonly turn: number }
  | { readonly t: 'counts'; readonly q: number; readonly sends: readonly SendCount[]; readonly slots: readonly SlotCount[] };

/** Since the start of the call. */
export interface SendCount {
  readonly source: CallSource;
  readonly sealed: number;
  /** Of these, as they leave. */
  readonly bytes: number;
  /** Held back, because there was no key yet. */
  readonly dropped: number;
}

/** Since the slot was assigned. */
export interface SlotCount {
  readonly slot: number;
  readonly turn: number;
  readonly frames: number;
  readonly opened: number;
  readonly failed: number;
}

/** What a transform is told with which it is made: which way its frames go. */
export type FrameRole = { readonly send: CallSource } | { readonly slot: number; readonly kind: MediaKind };
export type MediaKind = 'audio' | 'video';

export const kindOf = (source: CallSource): MediaKind => (source === 'camera' || source === 'screen' ? 'video' : 'audio');
