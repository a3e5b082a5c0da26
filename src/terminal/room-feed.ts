import type { Client, ClientEvent, TimelineItem } from '../client/index.ts';
import type { Screen } from './screen.ts';

export type RoomEvent = ClientEvent & { readonly room: string };

/** One room on its way to the screen: what was missed, then what comes, each item once and in order, also over a crash. */
export interface RoomFeed {
  /** Shows what came before, then what has come meanwhile. */
  start(): Promise<void>;
  take(event: RoomEvent): void;
  /** Remembers what was shown. */
  remember(): Promise<void>;
}

export interface FeedOptions {
  /** Items from before that are shown again. */
  readonly history: number;
  /** All that was never shown; else the room is looked into page by page, by whoever scrolls. */
  readonly whole: boolean;
  /** Is what is shown of this room before a person's eyes? */
  isSeen(): boolean;
  /** Events that are no lines, in their turn among them. */
  tell(event: RoomEvent): void;
}

export function createRoomFeed(client: Client, screen: Screen, room: string, options: FeedOptions): RoomFeed {
  /** The newest number that was shown; what is newer than it on disk was taken in by an earlier run and not shown. */
  let shown = 0;
  let showing = false;
  const kept: Array<RoomEvent> = [];
  const sentHere = new Set<string>();

  function show(event: RoomEvent): void {
    if (event.event === 'item') showItem(event.item);
    else if (event.event === 'sent') tellSent(event.id, event.seq);
    else options.tell(event);
  }

  function tellSent(id: string, seq: number): void {
    if (sentHere.has(id)) return;
    sentHere.add(id);
    screen.sent(room, id, seq);
  }

  function showItem(item: TimelineItem): void {
    if (item.seq < shown) return;
    shown = item.seq;
    // Its `sent` may have come in a run that died before it was told.
    if (item.kind === 'text' && item.own) tellSent(item.id, item.seq);
    screen.item(room, item);
    rememberSoon();
  }

  // One write for all that is shown in a turn: after a crash the last ones may be shown again, none is lost.
  let remembering = false;
  function rememberSoon(): void {
    if (remembering) return;
    remembering = true;
    setImmediate(() => {
      remembering = false;
      void remember();
    });
  }

  async function remember(): Promise<void> {
    if (options.isSeen() && shown > 0) await client.markRead(room, shown).catch(() => {});
  }

  async function itemsAfter(seq: number): Promise<TimelineItem[]> {
    const pages: TimelineItem[][] = [];
    let before: number | undefined;
    for (;;) {
      const page = await client.history(room, { limit: PAGE, ...(before === undefined ? {} : { before }) });
      const fresh = page.filter((item) => item.seq > seq);
      pages.push(fresh);
      if (page.length === 0 || fresh.length < page.length) return pages.toReversed().flat();
      before = (page[0] as TimelineItem).seq;
    }
  }

  return {
    async start() {
      const { readUpTo } = client.view(room);
      shown = readUpTo;
      const recent = options.history > 0 ? await client.history(room, { limit: options.history }) : [];
      const unshown = options.whole ? await itemsAfter(readUpTo) : [];
      const fresh = new Set(unshown.map(keyOf));
      const all = [...recent.filter((item) => !fresh.has(keyOf(item))), ...unshown];
      shown = 0;
      for (const item of all) showItem(item);
      shown = Math.max(shown, readUpTo);
      showing = true;
      const told = new Set(all.map(keyOf));
      for (const event of kept.splice(0)) if (event.event !== 'item' || !told.has(keyOf(event.item))) show(event);
    },
    take(event) {
      // Until the earlier lines are shown, later ones wait their turn.
      if (showing) show(event);
      else kept.push(event);
    },
    remember,
  };
}

const PAGE = 200;
const keyOf = (item: TimelineItem) => `${item.seq}/${item.kind}/${item.device}/${item.at}`;
