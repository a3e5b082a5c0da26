import { nameOfRoom, type RoomView, type TimelineItem } from '../client/index.ts';
import type { Texts } from '../client/locales/index.ts';
import { fileNote } from './files/file-note.ts';
import type { Sizes } from './files/sizes.ts';
import { toSafeLine } from './text/safe-text.ts';

type Words = Texts['terminal'];

export const shownName = (name: string, t: Words): string => (name.trim() === '' ? t.someone : toSafeLine(name));

/** What a room is called on a screen. */
export function shownRoom(view: RoomView, t: Words, others: readonly RoomView[] = []): string {
  const name = nameOfRoom(view, others);
  if (view.access === 'direct') return t.direct(shownName(name, t));
  return name.trim() === '' ? t.untitled : toSafeLine(name);
}

/** What happened, in a sentence that is safe to show. */
export function noteOf(item: Exclude<TimelineItem, { kind: 'text' }>, t: Words, sizes: Sizes): string {
  const name = (typed: string) => shownName(typed, t);
  switch (item.kind) {
    case 'joined':
      if (item.door === 'open') return t.joinedOpen(name(item.from));
      return item.door === 'knock' && item.by !== '' ? t.admitted(name(item.from), name(item.by)) : t.joined(name(item.from));
    case 'file':
      return fileNote(item, name(item.from), t, sizes);
    case 'deleted':
      return t.takenBack(name(item.from));
    case 'left':
      return item.own ? t.youLeft : t.left(name(item.from));
    case 'removed':
      return item.own ? t.youRemoved(name(item.by)) : t.removed(name(item.from), name(item.by));
    case 'renamed':
      return t.renamed(name(item.before), name(item.from));
    case 'link-changed':
      return t.linkChanged;
    case 'call-begun':
      return item.own ? t.calls.begunByYou : t.calls.begun(name(item.from));
    case 'call-ended':
      return t.calls.ended(item.lasted === null ? null : Math.round(item.lasted / 60_000));
    case 'missing':
      return t.missing(item.to - item.seq + 1);
    case 'unreadable':
      return t.unreadable(name(item.from));
  }
}

/** Hours and minutes as people of this language write them. */
export function clockOf(language: 'en' | 'es'): (at: number) => string {
  const format = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  // A clock that was far off is no reason to fall over.
  return (at) => (Number.isFinite(at) && Math.abs(at) < 8e15 ? format.format(at) : '--:--');
}
