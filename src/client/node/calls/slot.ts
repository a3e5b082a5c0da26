import type { MediaCount, SlotAssignment } from '../../calls/ports.ts';
import { createInTurn } from './frames/in-turn.ts';
import { dropMadeUpHeader, isKeyFrame } from './frames/made-up-header.ts';
import type { Opening } from './frames/opening.ts';
import type { CallMachine, Decoder } from './media-ports.ts';
import { createKeyAsking } from './streams/key-asking.ts';
import type { Packet } from './streams/packet.ts';
import { createPictureFrames } from './streams/picture-frames.ts';
import { createReception, type Reception } from './streams/reception.ts';
import { createSoundFrames } from './streams/sound-frames.ts';

/** One stream that we receive: from packets to what is seen and heard. Times in ms. */
export interface Slot {
  readonly kind: 'audio' | 'video';
  readonly reception: Reception;
  /** @param fresh not one that was asked for again: only such ones tell how the network is */
  add(packet: Packet, fresh: boolean, now: number): void;
  /** Takes what is due, and tells what to ask for. */
  turn(now: number): { readonly missing: readonly number[]; readonly wantsKey: boolean };
  assign(assignment: SlotAssignment | undefined, now: number): void;
  /** Since the last time; undefined while nothing is assigned. */
  count(): MediaCount | undefined;
  close(): void;
}

/** Frames that wait for an epoch that is to come: a second of sound. */
const MOST_WAITING = 64;
/** For so long after somebody else was assigned, what still comes of the one before is no sign of forgery. */
const CHANGE = 2_000;
const CLOCK = { audio: 48_000, video: 90_000 } as const;

interface Sealed {
  readonly frame: Buffer;
  readonly to: SlotAssignment;
}

export function createSlot(kind: 'audio' | 'video', ssrc: number, opening: Opening, machine: CallMachine): Slot {
  const reception = createReception(ssrc, CLOCK[kind]);
  const pictures = createPictureFrames();
  const sounds = createSoundFrames(() => reception.jitter);
  const keys = createKeyAsking();
  const inTurn = createInTurn<Sealed | undefined>(MOST_WAITING, openFrame);
  let assignment: SlotAssignment | undefined;
  let assignedAt = 0;
  let decoder: Decoder | undefined;
  let counts = { frames: 0, decoded: 0, failed: 0 };
  /** A frame did not open, so that those after it show nothing, up to the next key frame. */
  let broken = false;

  async function openFrame(work: Sealed | undefined): Promise<void> {
    // A lost frame of sound keeps its place among the others.
    if (work === undefined) return decoder?.take(undefined, false);
    const { frame, to } = work;
    if (to !== assignment) return;
    const isKey = kind === 'video' && isKeyFrame(frame);
    const sealed = kind === 'video' ? dropMadeUpHeader(frame) : frame;
    const opened = sealed && (await opening.open(sealed, to));
    if (to !== assignment) return;
    if (opened === undefined) {
      if (performance.now() - assignedAt > CHANGE) counts.failed += 1;
      if (kind === 'video') breakOff();
      return;
    }
    // What the header says is not sealed: the frame itself has to say the same.
    const isReallyKey = kind === 'video' && isKeyFrame(opened);
    if (broken && !(isKey && isReallyKey)) return;
    broken = false;
    decoder?.take(opened, isReallyKey);
  }

  function breakOff(): void {
    broken = true;
    pictures.requireKey();
  }

  function take(now: number): void {
    const frames = kind === 'video' ? pictures.take(now).map(({ data }) => data) : sounds.take(now);
    const to = assignment;
    if (to === undefined) return;
    for (const frame of frames) {
      if (frame !== undefined) counts.frames += 1;
      const taken = inTurn.add(frame && { frame, to });
      if (!taken && kind === 'video') breakOff();
    }
  }

  return {
    kind,
    reception,
    add(packet, fresh, now) {
      if (fresh) reception.add(packet.sequence, packet.timestamp, now);
      if (assignment === undefined) return;
      if (kind === 'video') pictures.add(packet, now);
      else sounds.add(packet, now);
      take(now);
    },
    turn(now) {
      if (assignment === undefined) return { missing: [], wantsKey: false };
      take(now);
      return {
        missing: kind === 'video' ? pictures.missing(now) : sounds.missing(now),
        wantsKey: kind === 'video' && keys.isDue(pictures.needsKey, now),
      };
    },
    assign(next, now) {
      const same = next?.device === assignment?.device && next?.source === assignment?.source && next?.leaf === assignment?.leaf;
      if (same) return;
      assignment = next;
      assignedAt = now;
      decoder?.close();
      decoder = undefined;
      inTurn.clear();
      sounds.restart();
      pictures.requireKey();
      keys.restart(now);
      counts = { frames: 0, decoded: 0, failed: 0 };
      if (next === undefined) return;
      decoder = machine.decode(next.device, next.source, {
        onDecoded: () => {
          if (assignment === next) counts.decoded += 1;
        },
        onNeedsKey: () => {
          if (assignment === next && kind === 'video') breakOff();
        },
      });
    },
    count() {
      if (assignment === undefined) return undefined;
      const { device, source } = assignment;
      const count = { device, source, ...counts };
      counts = { frames: 0, decoded: 0, failed: 0 };
      return count;
    },
    close() {
      this.assign(undefined, 0);
    },
  };
}
