import { hashEntry, toHex } from '../../protocol/index.ts';
import type { RelayContext } from '../relay-context.ts';
import type { RoomState } from '../room-state.ts';
import type { Session } from '../session.ts';
import type { Handler } from './handler.ts';

/** Answers with a page of what comes after; the page that reaches the end makes the session a live follower in the same turn. */
export const follow: Handler<'follow', 'ready'> = {
  needs: 'ready',
  async run({ frame: { q, room, after }, session, context }) {
    const { rooms, followers, limits } = context;
    const refuse = (code: string): void => session.answer({ t: 'error', q, code });
    const bound = readBound(rooms.get(room), session.deviceKey);
    if (bound === undefined) return refuse('unknown_room');
    if (after > bound) return refuse('future_entry');
    const followed = followers.roomsOf(session);
    if (!followed.has(toHex(room)) && followed.size >= limits.followed) return refuse('too_many_rooms');

    if ((rooms.get(room)?.awaited.get(session.deviceKey)?.seq ?? Infinity) <= after) context.writer.collect(room, session.deviceKey, after);
    followers.suspend(room, session);
    const page = await readPage(room, after, session, context);
    if (!session.ready) return;
    if (!page) return refuse('unknown_room');
    // From here to the end nothing can come in between: what is not in the page is sent as it is stored.
    const state = rooms.get(room) as RoomState;
    const live = page.last === state.seq && state.members.has(session.deviceKey);
    if (live) followers.enter(room, session);
    else followers.leave(room, session);
    const { entries, seq, head } = live ? { ...page, seq: state.seq, head: state.head } : page;
    session.answer({ t: 'page', q, room, entries, seq, head, live, here: live ? followers.here(room) : [] });
    if (!live) return;
    for (const knock of context.knocks.waiting(room)) session.answer({ t: 'knocking', room, ...knock });
    const members = context.calls.members(room);
    if (members.length > 0) session.answer({ t: 'call.members', room, members });
  },
};

/** The last entry that this device may read; undefined when it never was in the room. */
function readBound(state: RoomState | undefined, device: string): number | undefined {
  return state?.members.has(device) ? state.seq : state?.former.get(device)?.until;
}

interface Page {
  readonly entries: Uint8Array[];
  /** Number of the last entry in the page, or the one asked for. */
  readonly last: number;
  /** Number and hash of the last entry this device may read. */
  readonly seq: number;
  readonly head: Uint8Array;
}

/** Undefined when the device is forgotten while its page is read: a room remembers so many of those who went. */
async function readPage(
  room: Uint8Array,
  after: number,
  session: Session,
  { log, rooms, limits }: RelayContext,
): Promise<Page | undefined> {
  const entries: Uint8Array[] = [];
  let bytes = 0;
  let full = false;
  for (;;) {
    const state = rooms.get(room) as RoomState;
    const seq = readBound(state, session.deviceKey);
    if (seq === undefined) return undefined;
    const last = after + entries.length;
    // The log grows while it is read, so this reads on until the page is full or has reached what is the end by then.
    if (last >= seq || full) {
      if (seq === state.seq) return { entries, last, seq, head: state.head };
      const [end] = await log.read(room, seq - 1, { until: seq, entries: 1, bytes: 0 });
      return { entries, last, seq, head: hashEntry(end as Uint8Array) };
    }
    const wanted = Math.min(seq - last, limits.pageEntries - entries.length);
    const more = await log.read(room, last, { until: seq, entries: wanted, bytes: limits.pageBytes - bytes });
    if (more.length === 0) throw new Error(`the log has no entry ${last + 1}`);
    for (const entry of more) {
      // A read is never empty, be the entry as large as it may.
      if (entries.length > 0 && bytes + entry.length > limits.pageBytes) break;
      entries.push(entry);
      bytes += entry.length;
    }
    full = entries.length >= limits.pageEntries || after + entries.length < last + wanted;
  }
}
