import type { Client, RoomView, TimelineItem } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { noteOf, shownName } from '../item-text.ts';
import type { Sizes } from '../files/sizes.ts';
import { toSafeText } from '../text/safe-text.ts';
import type { Line } from './lines.ts';
import { createTranscript, type Transcript } from './transcript.ts';

/** The conversations of all rooms that were looked at, and what is said before there is a room. */
export interface Conversations {
  /** The one that is seen. */
  readonly shown: Transcript;
  readonly current: string | undefined;
  of(room: string): Transcript | undefined;
  go(view: RoomView): void;
  add(room: string, item: TimelineItem): void;
  /** It is another one now. */
  replace(room: string, item: TimelineItem): void;
  /** Fetches what the person scrolled to, one page at a time. Resolves with whether there was something to fetch. */
  fetchWanted(client: Client | undefined): Promise<boolean>;
}

const PAGE = 100;
/** Rooms that are kept as they were left; others are read from the disk again. */
const KEPT = 8;

export function createConversations(t: Texts['terminal'], sizes: Sizes): Conversations {
  const lobby = createTranscript({ beginning: '', loading: '', unread: '' });
  const transcripts = new Map<string, Transcript>();
  let current: string | undefined;
  let fetching = false;

  const shown = () => (current === undefined ? undefined : transcripts.get(current)) ?? lobby;

  function lineOf(item: TimelineItem): Line {
    const { seq, at } = item;
    if (item.kind !== 'text')
      return { kind: 'note', seq, at, text: noteOf(item, t, sizes), alert: item.kind === 'missing' || item.kind === 'unreadable' };
    const { device, own, text } = item;
    return {
      kind: 'text',
      seq,
      at,
      device,
      own,
      name: shownName(item.from, t),
      action: item.style === 'action',
      text: toSafeText(text),
      pending: false,
    };
  }

  return {
    get shown() {
      return shown();
    },
    get current() {
      return current;
    },
    of: (room) => transcripts.get(room),
    go({ room, unread, readUpTo }) {
      if (!transcripts.has(room)) {
        const [oldest] = transcripts.keys();
        if (transcripts.size >= KEPT && oldest !== undefined) transcripts.delete(oldest);
        transcripts.set(room, createTranscript({ beginning: t.beginning, loading: t.loading, unread: t.newMark }));
      }
      if (unread > 0) transcripts.get(room)?.markUnread(readUpTo);
      current = room;
    },
    add: (room, item) => transcripts.get(room)?.add(lineOf(item)),
    replace: (room, item) => transcripts.get(room)?.replace(lineOf(item)),
    async fetchWanted(client) {
      const transcript = shown();
      const { wanted } = transcript;
      const room = current;
      if (!wanted || fetching || !client || room === undefined || transcript === lobby) return false;
      fetching = true;
      try {
        const before = 'newer' in wanted ? wanted.newer + 1 + PAGE : wanted.older;
        const items = await client.history(room, { limit: PAGE, ...(before === undefined ? {} : { before }) });
        if ('newer' in wanted) transcript.append(items.map(lineOf));
        else transcript.prepend(items.map(lineOf));
      } catch {
        // The store is being closed: what is seen stays, and nothing more is asked for.
        transcript.prepend([]);
      } finally {
        fetching = false;
      }
      return true;
    },
  };
}
