import type { Inbound } from './inbound.ts';
import type { MediaPacket } from './media-packet.ts';

/**
 * A stretch of one layer in a slot, from one switch to the next. What is said anew of its packets is what they say plus what stands here, so that a
 * packet can be written again, or late, without remembering what was written.
 */
export interface Run {
  readonly layer: Inbound;
  /** Of the publisher's packets: those before are none of this run. */
  readonly first: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly picture: number;
  readonly baseIndex: number;
  /** Of the publisher's packets, the last that was there; its time, and when it came. */
  highest: number;
  highestTimestamp: number;
  arrival: number;
  highestPicture: number | undefined;
  highestBaseIndex: number | undefined;
}

/** Where a slot's stream has got to: what a decoder has seen last. */
export interface Progress {
  readonly sequence: number;
  readonly timestamp: number;
  /** Our time at which `timestamp` was taken. */
  readonly time: number;
  readonly picture: number;
  readonly baseIndex: number;
}

/** @param least ticks from what was last on */
export function beginRun(
  layer: Inbound,
  packet: MediaPacket,
  { after, now, perMs, least }: { readonly after: Progress; readonly now: number; readonly perMs: number; readonly least: number },
): Run {
  const passed = Math.max(least, Math.round((layer.timeOf(packet.timestamp, now) - after.time) * perMs));
  return {
    layer,
    first: packet.index,
    sequence: after.sequence + 1 - packet.index,
    timestamp: after.timestamp + passed - packet.timestamp,
    picture: after.picture + 1 - (packet.picture ?? 0),
    baseIndex: after.baseIndex + 1 - (packet.vp8?.baseIndex ?? 0),
    highest: packet.index - 1,
    highestTimestamp: packet.timestamp,
    arrival: now,
    highestPicture: undefined,
    highestBaseIndex: undefined,
  };
}

export function moveRun(run: Run, packet: MediaPacket, now: number): void {
  if (packet.index <= run.highest) return;
  run.highest = packet.index;
  run.highestTimestamp = packet.timestamp;
  run.arrival = now;
  if (packet.picture !== undefined) run.highestPicture = packet.picture;
  if (packet.vp8?.baseIndex !== undefined) run.highestBaseIndex = packet.vp8.baseIndex;
}

export function progressOf(run: Run, before: Progress): Progress {
  return {
    sequence: run.highest + run.sequence,
    timestamp: run.highestTimestamp + run.timestamp,
    time: run.layer.timeOf(run.highestTimestamp, run.arrival),
    // A publisher that does not number its pictures leaves the numbers where they were.
    picture: run.highestPicture === undefined ? before.picture : run.highestPicture + run.picture,
    baseIndex: run.highestBaseIndex === undefined ? before.baseIndex : run.highestBaseIndex + run.baseIndex,
  };
}
