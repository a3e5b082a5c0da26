import type { Client, ClientEvent, ConnectionState, RoomView, TimelineItem } from '../../client/index.ts';
import { isAboutCalls } from './calls/call-problems.ts';
import { createObservable, type Observable } from './observable.ts';
import { type Problem, problemOf } from './problem.ts';
import { isSaid } from './rows.ts';

/** All that the room's screen shows. */
export interface RoomSnapshot {
  readonly view: RoomView;
  readonly connection: ConnectionState;
  /** A piece of the history without a gap, up to the newest. */
  readonly items: readonly TimelineItem[];
  /** Is there something before `items`? */
  readonly older: 'unknown' | 'loading' | 'some' | 'none';
  /** What is newer than this number is marked as new; null when nothing is. */
  readonly mark: number | null;
  /** What others said while the page was open, the last few: to be read aloud. */
  readonly heard: readonly TimelineItem[];
  /** What the engine reported about this room and nobody was waiting for. */
  readonly trouble: Problem | null;
}

export interface RoomSession extends Observable<RoomSnapshot> {
  readonly client: Client;
  readonly room: string;
  loadOlder(): Promise<void>;
  /** The newest line is on the screen and somebody looks at it, or not any more. */
  setWatching(watching: boolean): void;
  /** The person wrote something: what was new is not any more. */
  clearMark(): void;
  dismissTrouble(): void;
  /** What somebody began here did not work. */
  report(error: unknown): void;
  end(): void;
}

/** Up to date, so that it is known who is here: the engine counts this device itself only then. */
export function isLive({ view, connection }: RoomSnapshot): boolean {
  return view.phase === 'ready' && connection.state === 'connected' && view.members.some((member) => member.own && member.here);
}

const PAGE = 80;
/** How many lines the screen reader's region keeps. */
const HEARD = 4;
/** Past this many lines the oldest are let go, when the newest are what is looked at. */
const KEPT = 1_500;

/** Follows one room of the client and keeps what its screen shows. */
export function followRoom(client: Client, room: string): RoomSession {
  const view = client.view(room);
  const state = createObservable<RoomSnapshot>({
    view,
    connection: client.connection(),
    items: [],
    older: 'unknown',
    mark: null,
    heard: [],
    trouble: null,
  });
  let arrived: TimelineItem[] = [];
  /** Numbers up to here came from the store; null until it has answered. */
  let loadedTo: number | null = null;
  let refreshing = false;
  let watching = false;

  const update = (change: Partial<RoomSnapshot>) => state.set({ ...state.get(), ...change });
  const stop = client.on(receive);
  void loadNewest();

  function receive(event: ClientEvent): void {
    if (event.event === 'state') return refreshSoon();
    if (!('room' in event) || event.room !== room) return;
    if (event.event === 'item') arrived.push(event.item);
    if (event.event === 'deleted') void readAgain(event.seq);
    // The call shows what is wrong with it.
    const here = event.event === 'error' && event.id === undefined && !isAboutCalls(event.error.code);
    if (here) update({ trouble: problemOf(event.error) });
    refreshSoon();
  }

  /** A page of catch-up is hundreds of events: they become one change of the screen. */
  function refreshSoon(): void {
    if (refreshing) return;
    refreshing = true;
    queueMicrotask(() => {
      refreshing = false;
      refresh();
    });
  }

  function refresh(): void {
    if (!client.rooms().includes(room)) return;
    const before = state.get();
    const next = { view: client.view(room), connection: client.connection() };
    if (loadedTo === null || arrived.length === 0) return update(next);
    const from = loadedTo;
    // What this device writes itself stands behind an entry that may be on the screen.
    const fresh = arrived.filter((item) => item.seq > from || (isOfCall(item) && !before.items.some((one) => isSameLine(one, item))));
    arrived = [];
    const spoken = fresh.filter((item) => isSaid(item) && !item.own);
    const items = [...before.items, ...fresh];
    const cut = watching && items.length > KEPT ? items.length - KEPT / 2 : 0;
    update({
      ...next,
      items: cut === 0 ? items : fromWholeEntry(items.slice(cut)),
      ...(cut === 0 ? {} : { older: 'some' as const }),
      mark: spoken.length > 0 && !watching ? markBefore(before) : before.mark,
      heard: [...before.heard, ...spoken].slice(-HEARD),
    });
    if (watching) readAll();
  }

  /** A mark that was looked at is over: the next one begins where the person stopped reading. */
  function markBefore({ mark, view: seen }: RoomSnapshot): number {
    return mark === null || seen.readUpTo > mark ? seen.readUpTo : mark;
  }

  function readAll(): void {
    const { items, view: shown } = state.get();
    const newest = items.at(-1)?.seq ?? 0;
    if (newest > shown.readUpTo) client.markRead(room, newest).then(refreshSoon, report);
  }

  async function loadNewest(): Promise<void> {
    try {
      const found = await client.history(room, { limit: PAGE });
      loadedTo = found.at(-1)?.seq ?? 0;
      const { readUpTo } = client.view(room);
      const unread = found.some((item) => isSaid(item) && !item.own && item.seq > readUpTo);
      update({
        items: fromWholeEntry(found, PAGE),
        older: found.length < PAGE ? 'none' : 'some',
        mark: unread && readUpTo > 0 ? readUpTo : null,
      });
      refresh();
      if (watching) readAll();
    } catch (error) {
      report(error);
    }
  }

  /** Somebody took back what stands there. */
  async function readAgain(seq: number): Promise<void> {
    try {
      const [now] = (await client.history(room, { before: seq + 1, limit: 1 })).filter((item) => item.seq === seq);
      const { items, heard } = state.get();
      const stands = (item: TimelineItem) => item.seq === seq && !isOfCall(item);
      arrived = arrived.map((item) => (now && stands(item) ? now : item));
      if (now) update({ items: items.map((item) => (stands(item) ? now : item)), heard: heard.filter((item) => !stands(item)) });
    } catch (error) {
      report(error);
    }
  }

  function report(error: unknown): void {
    update({ trouble: problemOf(error) });
  }

  return {
    ...state,
    client,
    room,

    async loadOlder() {
      const { older, items } = state.get();
      const first = items[0];
      if (older !== 'some' || !first) return;
      update({ older: 'loading' });
      try {
        const found = await client.history(room, { before: first.seq, limit: PAGE });
        update({
          items: [...fromWholeEntry(found, PAGE), ...state.get().items],
          older: found.length < PAGE ? 'none' : 'some',
        });
      } catch (error) {
        update({ older: 'some' });
        report(error);
      }
    },

    setWatching(now) {
      watching = now;
      if (now && loadedTo !== null) readAll();
    },

    clearMark() {
      if (state.get().mark !== null) update({ mark: null });
    },

    dismissTrouble: () => update({ trouble: null }),
    report,

    end: stop,
  };
}

const isOfCall = ({ kind }: TimelineItem) => kind === 'call-begun' || kind === 'call-ended';
const isSameLine = (a: TimelineItem, b: TimelineItem) => a.seq === b.seq && a.kind === b.kind && a.at === b.at;

/** A full page may begin in the middle of an entry that made several lines: the next page brings that entry whole. */
function fromWholeEntry(items: readonly TimelineItem[], limit = 0): readonly TimelineItem[] {
  const first = items[0]?.seq;
  if (items.length < limit || first === undefined || items.at(-1)?.seq === first) return items;
  return items.filter((item) => item.seq !== first);
}
