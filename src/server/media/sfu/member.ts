import type { CallOffer, CallSource, CallWant } from '../../../protocol/index.ts';
import type { Kind } from './offer-check.ts';
import type { Path } from './paths.ts';
import type { Transport } from './transport.ts';

/** One device in one call. Its fields change with each packet, so it is one object and no copy is made of it. */
export interface Member {
  readonly call: string;
  readonly id: string;
  readonly offer: CallOffer;
  readonly ufrag: string;
  readonly pwd: string;
  readonly theirUfrag: string;
  readonly transport: Transport;
  readonly sources: readonly Source[];
  readonly slots: readonly Slot[];
  /** By the number that packets of it carry; filled from the offer, and with what names in packets say. */
  readonly streamsBySsrc: Map<number, Stream>;
  readonly paths: Path[];
  /** Where packets go: where it has moved to, or where it spoke last before it has. */
  path: Path | undefined;
  hasMoved: boolean;
  /** Something authentic came from it. */
  heard: number;
  /** Counts all that it is sent, for the one extension that says so. */
  transportSequence: number;
  isGone: boolean;
}

/** What a member may send. */
export interface Source {
  readonly owner: Member;
  readonly source: CallSource;
  readonly kind: Kind;
  readonly layers: readonly Layer[];
  /** What was last said to its owner. */
  demand: number;
}

/** One size of it. */
export interface Layer {
  readonly source: Source;
  readonly rid: string | undefined;
  readonly height: number;
  ssrc: number | undefined;
  /** Slots that it goes into. A list of its own for each change, so that nobody walks over one that changes. */
  takers: readonly Slot[];
  keyFrameAsked: number;
}

/** What a number in packets stands for. */
export interface Stream {
  readonly layer: Layer;
  readonly isRepair: boolean;
}

/** A stream that a member is ready to receive. */
export interface Slot {
  readonly owner: Member;
  readonly kind: Kind;
  readonly ssrc: number;
  readonly rtx: number | undefined;
  readonly payloadType: number;
  want: CallWant | undefined;
  layer: Layer | undefined;
  /** What the next packet's numbers are moved by; undefined until the first one of this layer. */
  shift: { sequence: number; timestamp: number } | undefined;
  lastSequence: number;
  lastTimestamp: number;
}
