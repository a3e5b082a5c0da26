import { type ClientFrames, toHex } from '../protocol/index.ts';
import type { Clock } from './clock.ts';
import { applyAppend, type Author } from './room-append.ts';
import type { NewEntry, RoomLog, RoomWrite } from './room-log.ts';
import { encodeRecord, type RoomState } from './room-state.ts';
import type { Rooms } from './rooms.ts';
import type { RelayLimits } from './server-limits.ts';

/** One append and whom to answer. */
export interface AppendRequest<Who> {
  readonly who: Who;
  readonly author: Author;
  readonly frame: ClientFrames['append'];
}

/** `fresh`: stored by this batch, not known from before. */
export type AppendOutcome = { readonly seq: number; readonly fresh: boolean } | { readonly code: string; readonly epoch: number };

/** What one transaction brought to one room. */
export interface RoomProgress {
  readonly before: RoomState;
  state: RoomState;
  readonly entries: NewEntry[];
  info: Uint8Array | null | undefined;
}

export interface Batch<Who> {
  readonly outcomes: ReadonlyArray<readonly [request: AppendRequest<Who>, outcome: AppendOutcome]>;
  /** Rooms that have new entries on disk. */
  readonly progress: readonly RoomProgress[];
}

export interface RoomWriter<Who> {
  append(request: AppendRequest<Who>): void;
  /** Resolves when nothing waits for the disk. */
  idle(): Promise<void>;
}

interface Ports<Who> {
  readonly log: RoomLog;
  readonly rooms: Rooms;
  readonly clock: Clock;
  /** Runs a function once what arrived together has been read. */
  readonly turn: (run: () => void) => void;
  /** Called in the turn in which the batch became durable. */
  readonly onBatch: (batch: Batch<Who>) => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Group commit. What arrives in one turn, or while a batch is being written, is judged together against what is on disk
 * and written in one transaction. Only one batch is under way at a time, so there is never a state that is not durable
 * to be judged against, nor to be rolled back when the disk fails.
 */
export function createRoomWriter<Who>(ports: Ports<Who>, limits: RelayLimits): RoomWriter<Who> {
  const waiting: Array<AppendRequest<Who>> = [];
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const requests = waiting.splice(0, limits.batchAppends);
      ports.onBatch(await writeBatch(requests));
    }
    writing = undefined;
  }

  async function writeBatch(requests: ReadonlyArray<AppendRequest<Who>>): Promise<Batch<Who>> {
    try {
      const numbers = await ports.log.locate(
        requests.map(({ author, frame }) => ({ room: frame.room, device: author.device, id: frame.id })),
      );
      const batch = judge(requests, numbers);
      if (batch.progress.length > 0) await ports.log.write(batch.progress.map(toWrite));
      ports.rooms.update(batch.progress.map(({ state }) => state));
      return batch;
    } catch (error) {
      ports.onFailure(error);
      return {
        progress: [],
        outcomes: requests.map((request) => [request, refuse(ports.rooms.get(request.frame.room), 'storage_failed')]),
      };
    }
  }

  function judge(requests: ReadonlyArray<AppendRequest<Who>>, numbers: ReadonlyArray<number | undefined>): Batch<Who> {
    const progressByRoom = new Map<string, RoomProgress>();
    const numbersInBatch = new Map<string, number>();
    const now = ports.clock.now();
    const outcomes = requests.map((request, index) => {
      const { author, frame } = request;
      const room = toHex(frame.room);
      const key = `${room} ${author.key} ${toHex(frame.id)}`;
      const seq = numbers[index] ?? numbersInBatch.get(key);
      if (seq !== undefined) return [request, { seq, fresh: false }] as const;
      const before = ports.rooms.get(frame.room);
      if (!before) return [request, refuse(before, 'unknown_room')] as const;
      const progress = progressByRoom.get(room) ?? { before, state: before, entries: [], info: undefined };
      const verdict = applyAppend(progress.state, author, frame, now, limits);
      if (verdict.code) return [request, refuse(progress.state, verdict.code)] as const;
      progress.state = verdict.state;
      progress.entries.push({ seq: verdict.state.seq, device: author.device, id: frame.id, bytes: verdict.entry });
      if (verdict.info !== undefined) progress.info = verdict.info;
      progressByRoom.set(room, progress);
      numbersInBatch.set(key, verdict.state.seq);
      return [request, { seq: verdict.state.seq, fresh: true }] as const;
    });
    return { outcomes, progress: [...progressByRoom.values()] };
  }

  return {
    append(request) {
      waiting.push(request);
      writing ??= new Promise<void>((resolve) => ports.turn(resolve)).then(drain);
    },
    async idle() {
      while (writing) await writing;
    },
  };
}

function toWrite({ before, state, entries, info }: RoomProgress): RoomWrite {
  // The record changes with members and epoch only: a batch of messages does not rewrite it.
  const changed = state.epoch !== before.epoch || state.members !== before.members;
  return { room: state.room, entries, ...(changed && { record: encodeRecord(state) }), ...(info !== undefined && { info }) };
}

/** A stranger is told the epoch of no room: `unknown_room` and `wrong_token` carry 0. */
function refuse(state: RoomState | undefined, code: string): AppendOutcome {
  return { code, epoch: code === 'unknown_room' || code === 'wrong_token' ? 0 : (state?.epoch ?? 0) };
}
