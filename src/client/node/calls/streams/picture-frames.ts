import { readVp8 } from '../../../../rtc/index.ts';
import { isKeyFrame } from '../frames/made-up-header.ts';
import { createMissing } from './missing.ts';
import type { Packet } from './packet.ts';
import { extendSequence } from './sequence.ts';

/** A frame put together from its packets: made-up header and sealed bytes. */
export interface PictureFrame {
  readonly timestamp: number;
  readonly isKey: boolean;
  readonly data: Buffer;
}

/** Frames of one video stream, whole and in order, from packets that come late, twice or not at all. Times in ms. */
export interface PictureFrames {
  add(packet: Packet, now: number): void;
  /** What can be shown now. */
  take(now: number): readonly PictureFrame[];
  /** Packets to be asked for again. */
  missing(now: number): readonly number[];
  /** Nothing goes on without a key frame. */
  readonly needsKey: boolean;
  /** Frames before the next key frame are of no use: somebody else's come, or one was lost further on. */
  requireKey(): void;
}

/** A frame is waited for so long, or half of it where a key frame is there behind it. A person sees a stop of this length. */
const PATIENCE = 400;
/** A few key frames of the largest picture; beyond it the stream begins anew. */
const MOST_PACKETS = 2_048;

/** Packets of a key frame that may come before its first one. */
const MOST_OVERTAKEN = 64;

interface Piece {
  readonly packet: Packet;
  readonly isStart: boolean;
  /** Undefined: nothing is in it. */
  readonly body: Buffer | undefined;
}

export function createPictureFrames(): PictureFrames {
  const pieces = new Map<number, Piece>();
  const missing = createMissing();
  let highest: number | undefined;
  let next: number | undefined;
  let needsKey = true;
  let waitingSince: number | undefined;

  function restart(at: number | undefined): void {
    pieces.clear();
    missing.forgetBefore(Number.POSITIVE_INFINITY);
    highest = undefined;
    next = at;
    needsKey = true;
    waitingSince = undefined;
  }

  /** The number behind the frame that begins at `from`, if all of it is there; 'bad' where it cannot become a frame. */
  function endOf(from: number): number | 'waits' | 'bad' {
    for (let at = from; ; at++) {
      const piece = pieces.get(at);
      if (piece === undefined) return 'waits';
      if (piece.body === undefined || (at > from && piece.isStart) || (at === from && !piece.isStart)) return 'bad';
      if (piece.packet.timestamp !== pieces.get(from)?.packet.timestamp) return 'bad';
      if (piece.packet.marker) return at + 1;
    }
  }

  const startsKey = (piece: Piece) => piece.isStart && piece.body !== undefined && isKeyFrame(piece.body);

  function findKey(): number | undefined {
    const starts = [...pieces].filter(([at, piece]) => at >= (next ?? 0) && startsKey(piece) && typeof endOf(at) === 'number');
    return starts.length === 0 ? undefined : Math.min(...starts.map(([at]) => at));
  }

  function skipTo(at: number): void {
    for (const old of pieces.keys()) if (old < at) pieces.delete(old);
    missing.forgetBefore(at);
    next = at;
    waitingSince = undefined;
  }

  /** What stands before the beginning of a key frame will not be shown; a little of it may be waited for. */
  function prune(): void {
    const starts = [...pieces].filter(([, piece]) => startsKey(piece)).map(([at]) => at);
    const from = Math.min(...starts, (highest ?? 0) - MOST_OVERTAKEN);
    if (from > (next ?? 0)) skipTo(from);
  }

  function cut(from: number, end: number): PictureFrame {
    const parts = Array.from({ length: end - from }, (_, i) => pieces.get(from + i) as Piece);
    const [first] = parts as [Piece];
    skipTo(end);
    return {
      timestamp: first.packet.timestamp,
      isKey: startsKey(first),
      data: Buffer.concat(parts.map(({ body }) => body as Buffer)),
    };
  }

  /** @returns whether there is another place to go on from */
  function pass(end: 'waits' | 'bad', now: number): boolean {
    if (highest === undefined || next === undefined || (end === 'waits' && next > highest)) {
      waitingSince = undefined;
      return false;
    }
    const piece = pieces.get(next);
    if (end === 'bad' && piece?.body === undefined && piece !== undefined) {
      skipTo(next + 1);
      return true;
    }
    waitingSince ??= now;
    const key = findKey();
    const waited = now - waitingSince;
    if (key !== undefined && (end === 'bad' || waited >= PATIENCE / 2)) {
      skipTo(key);
      return true;
    }
    // A frame whose last packets are yet to be sent is waited for, too: the media port paces them.
    if (end === 'waits' && waited < PATIENCE) return false;
    needsKey = true;
    skipTo(next + 1);
    return false;
  }

  return {
    add(packet, now) {
      let at = extendSequence(packet.sequence, highest);
      if (highest !== undefined && Math.abs(at - highest) > MOST_PACKETS) {
        restart(undefined);
        at = extendSequence(packet.sequence, undefined);
      }
      if (next !== undefined && at < next) return;
      missing.found(at);
      if (pieces.has(at)) return;
      if (highest !== undefined && at > highest + 1) missing.add(highest + 1, at, now);
      highest = Math.max(highest ?? at, at);
      const descriptor = packet.payload.length === 0 ? undefined : readVp8(packet.payload);
      const body = descriptor && packet.payload.subarray(descriptor.length);
      pieces.set(at, { packet, isStart: descriptor?.isStart ?? false, body });
      next ??= at;
      if (pieces.size > MOST_PACKETS) restart(undefined);
    },
    take(now) {
      const frames: PictureFrame[] = [];
      for (;;) {
        if (needsKey) {
          const key = findKey();
          if (key === undefined) {
            prune();
            return frames;
          }
          skipTo(key);
          needsKey = false;
        }
        if (next === undefined) return frames;
        const end = endOf(next);
        if (typeof end === 'number') frames.push(cut(next, end));
        else if (!pass(end, now)) return frames;
      }
    },
    missing: (now) => missing.due(now),
    get needsKey() {
      return needsKey;
    },
    requireKey() {
      needsKey = true;
      if (highest !== undefined) skipTo(highest + 1);
    },
  };
}
