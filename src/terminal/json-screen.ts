import { sentenceFor, texts } from '../client/locales/index.ts';
import type { Screen } from './screen.ts';

/** The JSON contract: one object a line on standard output, each with `event`; it is what scripts rely on. */
export function createJsonScreen(write: (line: string) => void, language: 'en' | 'es'): Screen {
  const print = (event: string, fields: Record<string, unknown>) => write(`${JSON.stringify({ event, ...fields })}\n`);
  const { errors } = texts(language);
  return {
    state: (connected, code) => print('state', { connected, ...(code === undefined ? {} : { code }) }),
    ready: ({ room, name, device, words, seq, members }) =>
      print('ready', { room, name, device, words, seq, members: members.map((member) => ({ name: member.name, device: member.device })) }),
    queued: (room, id, text, line) => print('queued', { room, id, text, line }),
    sent: (room, id, seq) => print('sent', { room, id, seq }),
    words: (room, words) => print('words', { room, words }),
    ended(room, why, by) {
      if (why === 'removed') print('removed', { room, by });
    },
    item(room, item) {
      const { seq, device, from, own, at } = item;
      if (item.kind === 'text') {
        const { id, text, style } = item;
        print('message', { room, id, seq, from, device, text, own, at, ...(style === 'plain' ? {} : { style }) });
      } else if (item.kind === 'joined') print('member', { room, seq, name: from, device, joined: true, door: item.door, by: '' });
      else if (item.kind === 'left') print('member', { room, seq, name: from, device, joined: false, door: null, by: from });
      else if (item.kind === 'removed') print('member', { room, seq, name: from, device, joined: false, door: null, by: item.by });
      else if (item.kind === 'renamed') print('renamed', { room, seq, name: from, device, before: item.before });
      else if (item.kind === 'missing') print('missing', { room, from: seq, to: item.to });
      else if (item.kind === 'link-changed') print('link-changed', { room, seq, by: from });
      else print('unreadable', { room, seq, device, from, code: item.code });
    },
    command(result, { room, members, words }) {
      if (result.kind === 'invite') print('invite', { room, link: result.link });
      if (result.kind === 'members')
        print('members', { room, words, members: members.map(({ name, device, own, here, role }) => ({ name, device, own, here, role })) });
      if (result.kind === 'help')
        print('help', { commands: Object.entries(texts(language).terminal.commands).map(([name, text]) => ({ name: `/${name}`, text })) });
    },
    refused: (code) => print('refused', { code, message: sentenceFor(errors, { code }) }),
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
    close: () => {},
  };
}
