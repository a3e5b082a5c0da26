import { commands, type CommandResult, type Member, nameOfRoom, type RoomView } from '../client/index.ts';
import type { Texts } from '../client/locales/index.ts';
import { callTable } from './calls/call-table.ts';
import { shownName, shownRoom } from './item-text.ts';
import { span, type Row } from './text/rows.ts';

/** What a command answers on a screen for people: rows, which both screens show in their way. */
export function answerRows(result: CommandResult, view: RoomView, t: Texts['terminal'], connected: boolean): readonly Row[] {
  switch (result.kind) {
    case 'help':
      return commands.map(({ name, aliases }) => [
        span(`  /${name}`.padEnd(12), 'bold'),
        span(` ${t.commands[name]} `),
        span(aliases.map((alias) => `/${alias}`).join(' '), 'dim'),
      ]);
    case 'members':
      return view.members.map((member) => memberRow(member, t, connected, result.devices));
    case 'rooms':
      return result.rooms.map((room, at) => [
        span(`${String(at + 1).padStart(3)} `, 'dim'),
        span(shownRoom(room, t, result.rooms), room.room === view.room ? 'bold' : 'plain'),
        span(roomMarks(room, result.rooms, t), 'dim'),
      ]);
    case 'compare':
      return [
        [span(t.ownWords(result.own.join(' ')))],
        ...result.others.map(({ member, words }) => [
          span(t.theirWords(shownName(member.name, t), words.join(' '))),
          ...(member.verified === null ? [] : [span(` (${t.verifiedMark})`, 'dim')]),
        ]),
        ...result.others.slice(0, 1).map(({ member }) => [span(t.compareHow(shownName(member.name, t)), 'dim')]),
      ];
    case 'call':
      return result.call ? callTable(result.call, t) : [[span(t.calls.noCall)]];
    case 'verified':
      return [[span(t.verified(shownName(result.name, t)))]];
    case 'invite':
      return [[span(t.invite)], [span(result.link, 'bold')]];
    case 'none':
    case 'go':
    case 'said':
    case 'upload':
    case 'download':
    // Drawn with sizes and rates by those who know them.
    case 'files':
    case 'quit':
      return [];
  }
}

function memberRow(member: Member, t: Texts['terminal'], connected: boolean, devices: boolean): Row {
  // Without a connection nobody here knows who is there.
  const presence = member.own ? [t.you] : connected ? [member.here ? t.here : t.away] : [];
  const marks = [...presence, ...roleMarks(member, t), ...(devices ? [member.device.slice(0, 16)] : [])];
  return [span(`  ${shownName(member.name, t)}`), span(marks.length > 0 ? ` (${marks.join(', ')})` : '', 'dim')];
}

export function roleMarks({ role, verified }: Member, t: Texts['terminal']): readonly string[] {
  return [
    ...(role === 'founder' ? [t.founderMark] : role === 'remover' ? [t.removerMark] : []),
    ...(verified === null ? [] : [t.verifiedMark]),
  ];
}

function roomMarks(room: RoomView, others: readonly RoomView[], t: Texts['terminal']): string {
  const marks = [
    ...(room.access === 'open' ? [t.openRoom] : []),
    ...(room.phase === 'left' || room.phase === 'removed' || room.phase === 'outdated' ? [t.roomOver] : []),
    ...(room.unread > 0 ? [t.unread(room.unread)] : []),
  ];
  return marks.length > 0 ? ` (${marks.join(', ')})` : nameOfRoom(room, others) === '' ? ` ${room.room.slice(0, 4)}` : '';
}
