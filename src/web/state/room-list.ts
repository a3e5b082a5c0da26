import type { Access, Client, ClientEvent, Comparison, RoomView } from '../../client/index.ts';
import { createObservable, type Observable } from './observable.ts';

/** One conversation as the list of them shows it. */
export interface RoomSummary {
  readonly room: string;
  readonly access: Access;
  readonly phase: RoomView['phase'];
  /** The room's own, or the other person's name; empty where neither is known. */
  readonly title: string;
  /** The other one of two: its device, whether it is here, went away for good, and was compared. */
  readonly peer: string | null;
  readonly here: boolean;
  readonly gone: boolean;
  readonly verified: Comparison | null;
  readonly unread: number;
  /** How many wait to be let in. */
  readonly knocks: number;
}

export interface RoomList extends Observable<readonly RoomSummary[]> {
  follow(client: Client): void;
  unfollow(): void;
  /** A room in which this device can still reach that one, to begin a conversation of two from. */
  sharedWith(device: string): string | undefined;
}

/** Follows all rooms of the client. */
export function createRoomList(): RoomList {
  const state = createObservable<readonly RoomSummary[]>([]);
  const views = new Map<string, RoomView>();
  /** Also of those who left: their conversation keeps its name. */
  const names = new Map<string, string>();
  let client: Client | undefined;
  let stop = () => {};
  let stale: Set<string> | 'all' = new Set();
  let refreshing = false;

  function receive(event: ClientEvent): void {
    if (event.event === 'state' || !('room' in event) || event.room === undefined) stale = 'all';
    else if (stale !== 'all') stale.add(event.room);
    if (refreshing) return;
    refreshing = true;
    queueMicrotask(() => {
      refreshing = false;
      refresh();
    });
  }

  function refresh(): void {
    if (!client) return;
    const rooms = client.rooms();
    for (const room of views.keys()) if (!rooms.includes(room)) views.delete(room);
    for (const room of rooms) {
      if (stale === 'all' || stale.has(room) || !views.has(room)) views.set(room, client.view(room));
    }
    stale = new Set();
    for (const { members } of views.values()) for (const { device, name } of members) if (name !== '') names.set(device, name);
    const next = rooms.flatMap((room) => summaryOf(views.get(room), names));
    // Most events change nothing that stands here.
    if (JSON.stringify(next) !== JSON.stringify(state.get())) state.set(next);
  }

  return {
    ...state,
    follow(followed) {
      stop();
      client = followed;
      stale = 'all';
      stop = followed.on(receive);
      refresh();
    },
    unfollow() {
      stop();
      stop = () => {};
      client = undefined;
      views.clear();
      state.set([]);
    },
    sharedWith: (device) =>
      [...views.values()].find(
        ({ access, phase, members }) => access !== 'direct' && phase === 'ready' && members.some((member) => member.device === device),
      )?.room,
  };
}

function summaryOf(view: RoomView | undefined, names: ReadonlyMap<string, string>): RoomSummary[] {
  if (!view) return [];
  const { room, access, phase, peer, unread, knocks } = view;
  const other = view.members.find(({ device }) => device === peer);
  const title = access === 'direct' ? (other?.name ?? names.get(peer ?? '') ?? '') : view.title;
  const gone = access === 'direct' && phase === 'ready' && peer !== null && !other;
  return [
    {
      room,
      access,
      phase,
      title,
      peer,
      here: other?.here ?? false,
      gone,
      verified: other?.verified ?? null,
      unread,
      knocks: knocks.length,
    },
  ];
}

/** What waits for the person, beside what is in `except`: texts of others, and those who knock. */
export function countWaiting(rooms: readonly RoomSummary[], except?: string): number {
  return rooms.reduce((sum, { room, unread, knocks }) => sum + knocks + (room === except ? 0 : unread), 0);
}
