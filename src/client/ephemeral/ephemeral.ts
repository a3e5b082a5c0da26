import { type Group, GroupError, openForEpoch, sealForEpoch } from '../../crypto/index.ts';
import { CodedError, concatBytes, equalBytes, LIMITS, type RelayFrames, toHex } from '../../protocol/index.ts';
import type { RoomPorts, RoomState } from '../room/state.ts';
import type { Rooms } from '../rooms.ts';
import { decodeWord, encodeWord, RUN, type Word } from './envelope.ts';
import { createRunNumbers, type RunNumbers } from './run-numbers.ts';

/** What members tell one another beside the log (PROTOCOL.md section 11): sealed for the epoch, signed by the device, kept nowhere. */
export interface Ephemeral {
  /** Says it to those who follow the room now. @returns false where it could not leave; nothing is kept for later */
  say(room: string, word: Word): Promise<boolean>;
  receive(frame: RelayFrames['ephemeral']): void;
  /** The room's group may be another one now: what was held for its epoch is opened. */
  look(room: string): void;
  /** Resolves when all that came is taken in, or thrown away. */
  idle(): Promise<void>;
}

/** In the order in which a member said it; `device` is a member, in lower-case hex. */
export type OnWord = (room: string, device: string, word: Word) => void;

/** Words that are held for an epoch to come, or wait to be opened, in one room: some of each who may be in its call. */
const MOST_HELD = 128;
/** Of one device: none talks the others out. */
const MOST_OF_ONE = 8;
/** Epochs ahead of the own one that may be true: a removal is three commits. */
const MOST_AHEAD = 8;
/** Before the sealed bytes: the epoch, 8 bytes, big-endian. The relay knows it anyway. */
const HEAD = 8;

interface Heard {
  epoch: number;
  numbers: RunNumbers;
  /** Came, and not opened yet; among them what is of a coming epoch. */
  waiting: RelayFrames['ephemeral'][];
}

export interface EphemeralEvents {
  readonly onWord: OnWord;
  /** Something that nobody foresaw. */
  onFault(error: unknown): void;
}

export function createEphemeral(ports: RoomPorts, rooms: Rooms, { onWord, onFault }: EphemeralEvents): Ephemeral {
  const run = ports.random(RUN);
  const heardIn = new Map<string, Heard>();
  let said = 0;
  let working: Promise<void> | null = null;
  let speaking: Promise<unknown> = Promise.resolve();

  /** The group as it is, where there is somebody to talk to. */
  function groupOf(room: string): Group | null {
    const state: RoomState | undefined = rooms.has(room) ? rooms.get(room).state : undefined;
    return state?.record.phase === 'ready' ? state.group : null;
  }

  function heardOf(room: string, epoch: number): Heard {
    const known = heardIn.get(room);
    // What is of another epoch does not open any more, so that its numbers need not be remembered.
    if (known && known.epoch !== epoch) Object.assign(known, { epoch, numbers: createRunNumbers() });
    const heard = known ?? { epoch, numbers: createRunNumbers(), waiting: [] };
    heardIn.set(room, heard);
    return heard;
  }

  function wake(): void {
    working ??= work()
      .catch(onFault)
      .finally(() => {
        working = null;
        // What came in the very turn in which it ended.
        if (next() !== undefined) wake();
      });
  }

  /** One after the other: a later word of a member must not be taken before an earlier one. */
  async function work(): Promise<void> {
    for (let room = next(); room !== undefined; room = next()) await takeFirst(room);
  }

  function next(): string | undefined {
    for (const [room, { waiting }] of heardIn) {
      const group = groupOf(room);
      if (!group) heardIn.delete(room);
      else if (waiting.some((frame) => epochOf(frame) <= group.epoch)) return room;
    }
    return undefined;
  }

  async function takeFirst(room: string): Promise<void> {
    const group = groupOf(room);
    if (!group) return;
    const heard = heardOf(room, group.epoch);
    const at = heard.waiting.findIndex((frame) => epochOf(frame) <= group.epoch);
    const [frame] = heard.waiting.splice(at, 1);
    // Of an older epoch: whoever said it says it again in this one.
    if (!frame || epochOf(frame) < group.epoch || !isMember(room, group, frame.device)) return;
    const word = await open(group, frame);
    const now = groupOf(room);
    if (!word || now?.epoch !== group.epoch || !heard.numbers.take(toHex(frame.device), toHex(word.run), word.n)) return;
    onWord(room, toHex(frame.device), word);
  }

  function isMember(room: string, group: Group, device: Uint8Array): boolean {
    const { departed } = rooms.get(room).state.record;
    return group.members.some((member) => equalBytes(member, device)) && !departed[toHex(device)];
  }

  async function open(group: Group, { device, body }: RelayFrames['ephemeral']): ReturnType<typeof decodeWord> {
    try {
      const plain = await openForEpoch(group, PURPOSE, body.subarray(HEAD));
      return await decodeWord(plain, { device, room: group.room, epoch: group.epoch });
    } catch (error) {
      // Of somebody else's making; the relay could do that all day, so nobody is told.
      if (error instanceof GroupError) return undefined;
      throw error;
    }
  }

  async function speak(room: string, word: Word): Promise<boolean> {
    const group = groupOf(room);
    if (!group || !rooms.get(room).state.live) return false;
    const saying = { room: group.room, epoch: group.epoch, run, n: ++said };
    try {
      const sealed = await sealForEpoch(group, PURPOSE, await encodeWord(ports.identity, saying, word));
      const body = concatBytes(epochBytes(group.epoch), sealed);
      if (body.length > LIMITS.ephemeral) throw new CodedError('too_large');
      return ports.connection.send([{ t: 'ephemeral', room: group.room, body }]);
    } catch (error) {
      // Removed this moment.
      if (error instanceof GroupError) return false;
      throw error;
    }
  }

  return {
    say(room, word) {
      // In order: what is said last is what holds.
      const done = speaking.then(() => speak(room, word));
      speaking = done.catch(() => {});
      return done;
    },
    receive(frame) {
      const room = toHex(frame.room);
      const group = groupOf(room);
      if (!group || frame.body.length <= HEAD) return;
      const epoch = epochOf(frame);
      if (epoch < group.epoch || epoch > group.epoch + MOST_AHEAD) return;
      const { waiting } = heardOf(room, group.epoch);
      const ofOne = waiting.filter(({ device }) => equalBytes(device, frame.device));
      if (ofOne.length >= MOST_OF_ONE) waiting.splice(waiting.indexOf(ofOne[0] as typeof frame), 1);
      else if (waiting.length >= MOST_HELD) waiting.shift();
      waiting.push(frame);
      wake();
    },
    look(room) {
      if (heardIn.has(room)) wake();
    },
    async idle() {
      await working;
      await speaking;
    },
  };
}

/** What the key that seals these words is for. */
const PURPOSE = 'ephemeral';

function epochBytes(epoch: number): Uint8Array {
  const bytes = new Uint8Array(HEAD);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(epoch));
  return bytes;
}

function epochOf({ body }: RelayFrames['ephemeral']): number {
  return Number(new DataView(body.buffer, body.byteOffset).getBigUint64(0));
}
