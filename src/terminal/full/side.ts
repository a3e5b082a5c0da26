import type { Member, RoomView } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';
import { roleMarks } from '../answers.ts';
import { shownName, shownRoom } from '../item-text.ts';
import { fit, widthOf } from '../text/cells.ts';
import { type Row, span } from '../text/rows.ts';
import { nameStyle } from './lines.ts';

type Words = Texts['terminal'];

/** The column beside the conversation: the rooms of this relay where there are several, and who is in this one. */
export function sideRows(
  view: RoomView,
  rooms: readonly RoomView[],
  connected: boolean,
  width: number,
  height: number,
  t: Words,
): readonly Row[] {
  const listed =
    rooms.length > 1
      ? [[span(t.rooms, 'bold')], ...rooms.map((room, at) => roomRow(room, at, rooms, room.room === view.room, width, t)), []]
      : [];
  // However many rooms there are, people have half of the column.
  const roomRows = listed.length > height >> 1 ? cutList(listed, height >> 1, t) : listed;
  const people = [
    [span(`${t.people} `, 'bold'), span(`(${view.members.length})`, 'dim')],
    ...view.members.toSorted(byPresence).map((member) => memberRow(member, connected, width, t)),
  ];
  return [...roomRows, ...cutList(people, height - roomRows.length, t)];
}

function cutList(rows: readonly Row[], height: number, t: Words): readonly Row[] {
  if (rows.length <= height) return rows;
  return [...rows.slice(0, Math.max(0, height - 1)), [span(t.moreMatches(rows.length - height + 1), 'dim')]].slice(0, Math.max(0, height));
}

const byPresence = (a: Member, b: Member) =>
  Number(b.own) - Number(a.own) || Number(b.here) - Number(a.here) || a.name.localeCompare(b.name);

function memberRow(member: Member, connected: boolean, width: number, t: Words): Row {
  // Without a connection nobody here knows who is there.
  const sign = !connected && !member.own ? '·' : member.here || member.own ? '●' : '○';
  const marks = [...(member.own ? [t.you] : []), ...roleMarks(member, t)].join(', ');
  const name = fit(shownName(member.name, t), Math.max(6, width - 2 - (marks === '' ? 0 : Math.min(widthOf(marks) + 1, width >> 1))));
  return [
    span(`${sign} `, member.here || member.own ? 'accent' : 'dim'),
    span(name, nameStyle(member.device, member.own)),
    span(marks === '' ? '' : fit(` ${marks}`, width - 2 - widthOf(name)), 'dim'),
  ];
}

function roomRow(room: RoomView, at: number, rooms: readonly RoomView[], isCurrent: boolean, width: number, t: Words): Row {
  const count = room.unread > 0 && !isCurrent ? ` (${room.unread})` : '';
  const name = fit(shownRoom(room, t, rooms), width - 2 - widthOf(count));
  return [
    span(isCurrent ? '▸ ' : `${at < 9 ? at + 1 : ' '} `, isCurrent ? 'accent' : 'dim'),
    span(name, isCurrent || count !== '' ? 'bold' : 'plain'),
    span(count, 'accent'),
  ];
}
