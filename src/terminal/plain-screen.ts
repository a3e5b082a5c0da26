import { commands, type Member, type RoomView, type TimelineItem } from '../client/index.ts';
import { sentenceFor, texts } from '../client/locales/index.ts';
import type { Console } from './console.ts';
import { drawQr } from './qr.ts';
import { toSafeLine, toSafeText } from './safe-text.ts';
import type { Screen } from './screen.ts';

/** Plain lines: for terminals without a full screen, for pipes and for screen readers. */
export function createPlainScreen(console: Console, language: 'en' | 'es'): Screen {
  const { terminal: t, errors } = texts(language);
  const { dim, bold, print } = console;
  const pending = new Map<string, string>();
  let wasConnected: boolean | undefined;

  const note = (text: string) => print(dim(`— ${text}`));
  const nameOf = (name: string) => (name === '' ? t.someone : toSafeLine(name));
  const clock = (at: number) => new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });

  /** Lines of a text after the first stand under it, so that no line of it can pass for a message of somebody else. */
  function speech(name: string, text: string, style: 'plain' | 'action', at: number, own: boolean): string {
    const lines = toSafeText(text).split('\n');
    const head = style === 'action' ? `* ${nameOf(name)}` : `${nameOf(name)}:`;
    return [`${dim(clock(at))} ${own ? head : bold(head)} ${lines[0]}`, ...lines.slice(1).map((line) => `      │ ${line}`)].join('\n');
  }

  function memberLine(member: Member, devices: boolean): string {
    // Without a connection nobody here knows who is there.
    const presence = member.own ? [t.you] : wasConnected ? [member.here ? t.here : t.away] : [];
    const marks = [...presence, ...(devices ? [member.device.slice(0, 16)] : [])];
    return `  ${nameOf(member.name)}${marks.length > 0 ? ` ${dim(`(${marks.join(', ')})`)}` : ''}`;
  }

  return {
    state(connected, code) {
      if (connected === wasConnected && code === undefined) return;
      if (connected && wasConnected === false) note(t.connected);
      if (!connected && code !== undefined && wasConnected !== false) note(t.offline(sentenceFor(errors, { code })));
      wasConnected = connected;
    },
    ready(view) {
      note(t.ready(toSafeLine(view.title), view.members.length));
      note(t.words(view.words.join(' ')));
      note(t.helpHint);
    },
    queued(_room, id, text) {
      pending.set(id, text);
      console.showPending(id, `${dim('  …')} ${toSafeLine(text)}`);
    },
    sent: () => {},
    words: () => {},
    item(_room, item: TimelineItem) {
      if (item.kind === 'text') {
        const line = speech(item.from, item.text, item.style, item.at, item.own);
        if (item.own && pending.delete(item.id)) console.settlePending(item.id, `${line} ${dim('✓')}`);
        else print(line);
      } else if (item.kind === 'joined') note(t.joined(nameOf(item.from)));
      else if (item.kind === 'left') note(item.own ? t.youLeft : t.left(nameOf(item.from)));
      else if (item.kind === 'removed') note(item.own ? t.youRemoved(nameOf(item.by)) : t.removed(nameOf(item.from), nameOf(item.by)));
      else if (item.kind === 'renamed') note(t.renamed(nameOf(item.before), nameOf(item.from)));
      else if (item.kind === 'missing') note(t.missing(item.to - item.seq + 1));
      else if (item.kind === 'link-changed') note(t.linkChanged);
      else note(t.unreadable(nameOf(item.from)));
    },
    ended: () => {},
    command(result, view: RoomView) {
      if (result.kind === 'help')
        for (const { name, aliases } of commands)
          print(`  ${bold(`/${name}`)} ${t.commands[name]} ${dim(aliases.map((alias) => `/${alias}`).join(' '))}`);
      if (result.kind === 'members') for (const member of view.members) print(memberLine(member, result.devices));
      if (result.kind === 'invite') print(`${t.invite}\n${result.link}${console.isTerminal ? `\n${drawQr(result.link)}` : ''}`);
    },
    refused: (code) => console.fault(sentenceFor(errors, { code })),
    error: (error) => console.fault(toSafeLine(sentenceFor(errors, error))),
    flushing: (count) => note(t.flushing(count)),
    unsent: (count) => console.fault(t.unsent(count)),
    close: () => console.close(),
  };
}
