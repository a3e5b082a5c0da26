import { type ClientFrames, toHex } from '../protocol/index.ts';
import type { Clock } from './clock.ts';
import { applyAppend, type Author } from './room-append.ts';
import type { RoomLog } from './room-log.ts';
import { createProgress, type RoomProgress, toWrite } from './room-progress.ts';
import { dropArrivals, type RoomState } from './room-state.ts';
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

export interface Batch<Who> {
  readonly outcomes: ReadonlyArray<readonly [request: AppendRequest<Who>, outcome: AppendOutcome]>;
  /** Rooms that have new entries on disk. */
  readonly progress: readonly RoomProgress[];
}

export interface RoomWriter<Who> {
  append(request: AppendRequest<Who>): void;
  /** The device follows the room from `after` on: its Welcome is dropped where that is past the entry which added it. */
  collect(room: Uint8Array, device: string, after: number): void;
  /**
   * Resolves when the batch that is being written now is done. Until then the disk may know more than the rooms do: who reads there what belongs
   * to a state waits for this, and looks whether that is still the state.
   */
  settled(): Promise<unknown>;
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
  /** By room and device: as many as there are Welcomes at most. */
  const collected = new Map<string, { readonly room: Uint8Array; readonly device: string; readonly after: number }>();
  let writing: Promise<void> | undefined;
  let batch: Promise<unknown> = Promise.resolve();

  async function drain(): Promise<void> {
    while (waiting.length > 0 || collected.size > 0) {
      const requests = waiting.splice(0, limits.batchAppends);
      const written = writeBatch(requests);
      batch = written;
      ports.onBatch(await written);
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
    const progressByRoom = dropCollected();
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
      const progress = progressByRoom.get(room) ?? createProgress(before);
      const verdict = applyAppend(progress.state, author, frame, now, limits);
      if (verdict.code) return [request, refuse(progress.state, verdict.code)] as const;
      progress.state = verdict.state;
      progress.entries.push({ seq: verdict.state.seq, device: author.device, id: frame.id, bytes: verdict.entry });
      if (verdict.info !== undefined) progress.info = verdict.info;
      for (const device of frame.change?.adds ?? []) progress.added.add(toHex(device));
      if (verdict.newcomer && frame.welcome) progress.welcomes.set(verdict.newcomer, frame.welcome);
      progressByRoom.set(room, progress);
      numbersInBatch.set(key, verdict.state.seq);
      return [request, { seq: verdict.state.seq, fresh: true }] as const;
    });
    return { outcomes, progress: [...progressByRoom.values()] };
  }

  function dropCollected(): Map<string, RoomProgress> {
    const progressByRoom = new Map<string, RoomProgress>();
    for (const { room, device, after } of collected.values()) {
      const key = toHex(room);
      const known = ports.rooms.get(room);
      const progress = progressByRoom.get(key) ?? (known && createProgress(known));
      const arrival = progress?.state.awaited.get(device);
      if (!progress || !arrival || arrival.seq > after) continue;
      progress.state = { ...progress.state, awaited: dropArrivals(progress.state.awaited, [device]) };
      progressByRoom.set(key, progress);
    }
    collected.clear();
    return progressByRoom;
  }

  function begin(): void {
    writing ??= new Promise<void>((resolve) => ports.turn(resolve)).then(drain);
  }

  return {
    append(request) {
      waiting.push(request);
      begin();
    },
    collect(room, device, after) {
      collected.set(`${toHex(room)} ${device}`, { room, device, after });
      begin();
    },
    settled: () => batch,
    async idle() {
      while (writing) await writing;
    },
  };
}

/** A stranger is told the epoch of no room: `unknown_room` and `wrong_token` carry 0. */
function refuse(state: RoomState | undefined, code: string): AppendOutcome {
  return { code, epoch: code === 'unknown_room' || code === 'wrong_token' ? 0 : (state?.epoch ?? 0) };
}
