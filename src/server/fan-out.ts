import { encodeFrame, joinRun, type RelayFrame, toHex } from '../protocol/index.ts';
import type { Follower, Followers } from './followers.ts';
import type { RoomProgress } from './room-progress.ts';
import type { Batch } from './room-writer.ts';
import type { RelayLimits } from './server-limits.ts';

/** Appenders are answered, and followers are sent what is new: for each room one run of bytes, shared by all of them. */
export function distribute<F extends Follower>(batch: Batch<F>, followers: Followers<F>, limits: RelayLimits): void {
  const answers = collectAnswers(batch);
  for (const progress of batch.progress) {
    const { room } = progress.state;
    const run = encodeEntries(progress, progress.state.seq, limits);
    const departed = progress.state.members === progress.before.members ? undefined : progress.state.members;
    for (const follower of [...followers.live(room)]) {
      const out = departed !== undefined && !departed.has(follower.deviceKey);
      const news = out ? encodeEntries(progress, progress.state.former.get(follower.deviceKey)?.until ?? 0, limits) : run;
      const frames = answers.get(follower);
      // An author hears `stored` before its own entry, both in one write.
      if (frames) frames.push(news);
      else follower.send(news);
      if (out) followers.leave(room, follower);
    }
  }
  for (const [follower, frames] of answers) follower.send(joinRun(frames));
}

/** For each appender one `stored` frame a room and a `refused` frame for each entry not taken, in the order they came. */
function collectAnswers<F extends Follower>({ outcomes }: Batch<F>): Map<F, Uint8Array[]> {
  const framesByFollower = new Map<F, Uint8Array[]>();
  const acksByRoom = new Map<F, Map<string, { room: Uint8Array; acks: Array<[id: Uint8Array, seq: number]> }>>();
  for (const [{ who, frame }, outcome] of outcomes) {
    const frames = framesByFollower.get(who) ?? [];
    framesByFollower.set(who, frames);
    if ('code' in outcome) {
      frames.push(encodeFrame({ t: 'refused', room: frame.room, id: frame.id, ...outcome } satisfies RelayFrame));
      continue;
    }
    const rooms = acksByRoom.get(who) ?? new Map();
    acksByRoom.set(who, rooms);
    const key = toHex(frame.room);
    const stored = rooms.get(key) ?? { room: frame.room, acks: [] };
    rooms.set(key, stored);
    stored.acks.push([frame.id, outcome.seq]);
  }
  for (const [who, rooms] of acksByRoom) {
    for (const stored of rooms.values()) framesByFollower.get(who)?.push(encodeFrame({ t: 'stored', ...stored } satisfies RelayFrame));
  }
  return framesByFollower;
}

/** The new entries up to `until` as `entries` frames, each small enough for a client to take. */
function encodeEntries({ state, entries }: RoomProgress, until: number, limits: RelayLimits): Uint8Array {
  const frames: Uint8Array[] = [];
  let page: Uint8Array[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (page.length > 0) frames.push(encodeFrame({ t: 'entries', room: state.room, entries: page } satisfies RelayFrame));
    page = [];
    bytes = 0;
  };
  for (const entry of entries) {
    if (entry.seq > until) break;
    if (page.length >= limits.pageEntries || bytes + entry.bytes.length > limits.pageBytes) flush();
    page.push(entry.bytes);
    bytes += entry.bytes.length;
  }
  flush();
  const run = joinRun(frames);
  return Buffer.from(run.buffer, run.byteOffset, run.length);
}
