import { type Client, nameOfRoom, type RoomView, type TimelineItem } from '../client/index.ts';
import { sentenceFor, texts } from '../client/locales/index.ts';
import { createCallEvents } from './calls/call-events.ts';
import { createTransferEvents } from './files/transfer-events.ts';
import type { Screen } from './screen.ts';

/** The JSON contract: one object a line on standard output, each with `event`; it is what scripts rely on. */
export function createJsonScreen(write: (line: string) => void, language: 'en' | 'es'): Screen {
  const print = (event: string, fields: Record<string, unknown>) => write(`${JSON.stringify({ event, ...fields })}\n`);
  const { errors } = texts(language);
  const transferEvents = createTransferEvents(print, errors);
  const callEvents = createCallEvents(print);
  let client: Client | undefined;
  const rooms = () => client?.rooms().map((room) => (client as Client).view(room)) ?? [];
  return {
    attach: (engine) => void (client = engine),
    state: (connected, fault) => print('state', { connected, ...(fault ? { code: fault.code } : {}) }),
    waiting: (room, words) => print('waiting', { room, words }),
    go: () => {},
    opened: (view) => print('opened', { room: view.room, kind: view.access, name: nameOfRoom(view, rooms()), device: view.peer }),
    knock: (room, { name, device, words }) => print('knock', { room, name, device, words }),
    knockGone: (room, device) => print('knock-gone', { room, device }),
    ready: ({ room, access, name, device, words, seq, members }) =>
      print('ready', {
        room,
        access,
        name,
        device,
        words,
        seq,
        members: members.map((member) => ({ name: member.name, device: member.device })),
      }),
    queued: (room, id, text, line) => print('queued', { room, id, text, line }),
    sent: (room, id, seq) => print('sent', { room, id, seq }),
    words: (room, words) => print('words', { room, words }),
    call: callEvents.call,
    media: (room, counts) => callEvents.media(room, counts, client),
    ended(room, why, by) {
      if (why === 'removed') print('removed', { room, by });
    },
    item(room, item) {
      const { seq, device, from, own, at } = item;
      if (item.kind === 'text') {
        const { id, text, style } = item;
        print('message', { room, id, seq, from, device, text, own, at, ...(style === 'plain' ? {} : { style }) });
      } else if (item.kind === 'file') print('file', { room, ...fileFields(item) });
      else if (item.kind === 'deleted') print('file-deleted', { room, seq, id: item.id, from, device, own });
      else if (item.kind === 'joined') print('member', { room, seq, name: from, device, joined: true, door: item.door, by: item.by });
      else if (item.kind === 'left') print('member', { room, seq, name: from, device, joined: false, door: null, by: from });
      else if (item.kind === 'removed') print('member', { room, seq, name: from, device, joined: false, door: null, by: item.by });
      else if (item.kind === 'renamed') print('renamed', { room, seq, name: from, device, before: item.before });
      else if (item.kind === 'missing') print('missing', { room, from: seq, to: item.to });
      else if (item.kind === 'link-changed') print('link-changed', { room, seq, by: from });
      // Of calls there are events of their own.
      else if (item.kind === 'unreadable') print('unreadable', { room, seq, device, from, code: item.code });
    },
    transfer: transferEvents,
    takenBack(room, { seq, from, device, own, ...item }) {
      if (item.kind === 'deleted') print('file-deleted', { room, seq, id: item.id, from, device, own });
    },
    leftOut: (room, transfer, name, count) => print('left-out', { room, transfer, name, count }),
    command(result, { room, members, words }) {
      if (result.kind === 'rooms') print('rooms', { rooms: result.rooms.map((one) => roomFields(one, result.rooms)) });
      if (result.kind === 'call') callEvents.answer(room, result.call);
      if (result.kind === 'go') print('room', { room });
      if (result.kind === 'compare')
        print('words-to-compare', {
          room,
          own: result.own,
          code: result.code,
          others: result.others.map(({ member, words }) => ({
            name: member.name,
            device: member.device,
            words,
            verified: member.verified,
          })),
        });
      if (result.kind === 'verified') print('verified', { name: result.name });
      if (result.kind === 'files') print('files', { room, files: result.items.map(fileFields), transfers: result.transfers });
      if (result.kind === 'invite') print('invite', { room, link: result.link });
      if (result.kind === 'members')
        print('members', {
          room,
          words,
          members: members.map(({ name, device, own, here, role, verified }) => ({ name, device, own, here, role, verified })),
        });
      if (result.kind === 'help')
        print('help', { commands: Object.entries(texts(language).terminal.commands).map(([name, text]) => ({ name: `/${name}`, text })) });
    },
    refused: (error) => print('refused', { code: error.code, message: sentenceFor(errors, error) }),
    error: (error, { room, id, line }) =>
      print('error', {
        code: error.code,
        message: sentenceFor(errors, error),
        ...(room === undefined ? {} : { room }),
        ...(line === undefined ? {} : { line }),
        ...(id === undefined ? {} : { id }),
      }),
    flushing: () => {},
    unsent: (count) => print('error', { code: 'outbox_not_empty', message: texts(language).terminal.unsent(count), count }),
    transfersGoOn: (count) => print('transfers-go-on', { count }),
    takenOver: () => print('error', { code: 'taken_over', message: sentenceFor(errors, { code: 'taken_over' }) }),
    close: () => {},
  };
}

/** `id` is what the file is called by, also in commands; `message` is the entry that brought it, which is what `file-deleted` names. */
export const fileFields = ({ seq, at, device, from, own, id, file }: TimelineItem & { kind: 'file' }) => ({
  id: file.id,
  seq,
  from,
  device,
  name: file.name,
  size: file.size,
  type: file.type,
  files: file.files,
  own,
  at,
  message: id,
});

const roomFields = (view: RoomView, others: readonly RoomView[]) => ({
  room: view.room,
  name: nameOfRoom(view, others),
  access: view.access,
  phase: view.phase,
  unread: view.unread,
});
