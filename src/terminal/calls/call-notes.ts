import type { CallMember, CallView, Client } from '../../client/index.ts';
import { sentenceFor, type Texts } from '../../client/locales/index.ts';
import { shownName, shownRoom } from '../item-text.ts';
import { toSafeLine } from '../text/safe-text.ts';
import { shownMarks } from './call-marks.ts';
import { type CallChange, changesOf } from './call-changes.ts';

export interface CallNote {
  /** Safe to show. */
  readonly text: string;
  readonly alert: boolean;
}

/** Calls as sentences: each change is told once. */
export interface CallNotes {
  take(room: string, view: CallView | null): readonly CallNote[];
}

export interface CallNoteOptions {
  /** What a room is called that is not the one being talked in; undefined for that one. */
  elsewhere(room: string): string | undefined;
  /** Marks beside the names show what is on and off. */
  readonly hasMarks: boolean;
}

export function createCallNotes({ terminal: t, errors }: Texts, { elsewhere, hasMarks }: CallNoteOptions): CallNotes {
  const views = new Map<string, CallView>();
  const { calls } = t;

  function noteOf(change: CallChange, room: string): CallNote | undefined {
    const said = (text: string, alert = false): CallNote => ({ text, alert });
    switch (change.kind) {
      case 'ringing': {
        const name = shownName(change.name, t);
        const there = elsewhere(room);
        return said(there === undefined ? calls.ringing(name) : calls.ringingIn(name, there), true);
      }
      case 'ring-over':
        return said(calls.ringOver(shownName(change.name, t)));
      case 'begun':
        return elsewhere(room) === undefined ? said(calls.someCall) : undefined;
      case 'state':
        return stateNote(change.state, change.code);
      case 'joined':
      case 'left':
        return said(calls[change.kind](shownName(change.member.name, t)));
      case 'hand-up':
      case 'hand-down': {
        const up = change.kind === 'hand-up';
        if (change.member.own) return said(up ? calls.ownHandUp : calls.ownHandDown);
        return said((up ? calls.handUp : calls.handDown)(shownName(change.member.name, t)));
      }
      case 'people':
        return hasMarks ? undefined : said(peopleOf(change.members));
      case 'source': {
        if (hasMarks && change.source !== 'screen') return undefined;
        const words = calls.sources[change.source];
        if (change.member.own) return said(change.on ? words.ownOn : words.ownOff);
        return said((change.on ? words.on : words.off)(shownName(change.member.name, t)));
      }
    }
  }

  function peopleOf(members: readonly CallMember[]): string {
    if (members.length === 0) return calls.alone;
    return calls.with(members.map((member) => shownName(member.name, t) + shownMarks(member, t)).join(', '));
  }

  function stateNote(state: CallView['state'], code: string | null): CallNote {
    if (state === 'joining') return { text: calls.joining, alert: false };
    if (state === 'in') return { text: calls.inCall, alert: false };
    if (state === 'out') return { text: calls.youLeft, alert: false };
    return { text: calls.waiting(code === null ? '' : toSafeLine(sentenceFor(errors, { code }))), alert: true };
  }

  return {
    take(room, view) {
      const before = views.get(room) ?? null;
      if (view) views.set(room, view);
      else views.delete(room);
      return changesOf(before, view).flatMap((change) => noteOf(change, room) ?? []);
    },
  };
}

/** What a room is called where it is not the one being talked in. */
export function namedElsewhere(client: Client | undefined, current: string | undefined, t: Texts['terminal']) {
  return (room: string): string | undefined => {
    if (!client || current === undefined || room === current) return undefined;
    const rooms = client.rooms().map((id) => client.view(id));
    const view = rooms.find((other) => other.room === room);
    return view && shownRoom(view, t, rooms);
  };
}
