import { type Client, nameOfRoom, type RoomView, type TimelineItem } from '../client/index.ts';
import { sentenceFor, texts } from '../client/locales/index.ts';
import { answerRows } from './answers.ts';
import { createCallNotes, namedElsewhere } from './calls/call-notes.ts';
import { createRing, TITLE_BACK, titleOn } from './calls/ring.ts';
import type { Console } from './console.ts';
import { createProgressLines } from './files/progress-lines.ts';
import { filesRows } from './files/file-rows.ts';
import { createSizes } from './files/sizes.ts';
import { createTransferPace } from './files/transfer-pace.ts';
import { clockOf, noteOf, shownName, shownRoom } from './item-text.ts';
import { drawQr, qrOf } from './qr.ts';
import type { Screen } from './screen.ts';
import type { Row } from './text/rows.ts';
import { toSafeLine, toSafeText } from './text/safe-text.ts';

/** Plain lines: for terminals without a full screen, for pipes and for screen readers. */
export function createPlainScreen(console: Console, language: 'en' | 'es'): Screen {
  const words = texts(language);
  const { terminal: t, errors } = words;
  const { dim, bold, print } = console;
  const clock = clockOf(language);
  const sizes = createSizes(language);
  const style = { t, sizes, pace: createTransferPace() };
  const pending = new Map<string, string>();
  const knocking = new Map<string, string>();
  let client: Client | undefined;
  let current = '';
  let wasConnected: boolean | undefined;
  const callNotes = createCallNotes(words, {
    elsewhere: (room) => namedElsewhere(client, current === '' ? undefined : current, t)(room),
    hasMarks: false,
  });
  const ring = createRing({
    bell: () => console.control('\u0007'),
    title: (on) => console.control(on ? titleOn(t.calls.ringingTitle) : TITLE_BACK),
  });

  const note = (text: string) => print(dim(`— ${text}`));
  const nameOf = (name: string) => shownName(name, t);
  const rooms = () => client?.rooms().map((room) => (client as Client).view(room)) ?? [];
  const paint = (row: Row) => row.map(({ text, style }) => (style === 'dim' ? dim(text) : style === 'bold' ? bold(text) : text)).join('');

  /** Lines of a text after the first stand under it, so that no line of it can pass for a message of somebody else. */
  function speech(head: string, text: string, at: number, own: boolean): string {
    const lines = toSafeText(text).split('\n');
    return [`${dim(clock(at))} ${own ? head : bold(head)} ${lines[0]}`, ...lines.slice(1).map((line) => `      │ ${line}`)].join('\n');
  }

  /** Where one talks elsewhere than here, a line says where: `[Ana → you]`, or `[room] Ana:`. */
  function headOf(room: string, item: TimelineItem & { kind: 'text' }): string {
    const name = nameOf(item.from);
    const here = item.style === 'action' ? `* ${name}` : `${name}:`;
    const view = room === current ? undefined : client?.view(room);
    if (!view) return here;
    if (view.access !== 'direct') return `[${shownRoom(view, t, rooms())}] ${here}`;
    const other = nameOf(nameOfRoom(view, rooms()));
    return `[${item.own ? `${t.you} → ${other}` : `${name} → ${t.you}`}]${item.style === 'action' ? ' *' : ''}`;
  }

  const elsewhere = (room: string) => {
    const view = room === current || current === '' ? undefined : client?.view(room);
    return view ? `[${shownRoom(view, t, rooms())}] ` : '';
  };

  return {
    attach: (engine) => void (client = engine),
    state(connected, fault) {
      if (connected === wasConnected && !fault) return;
      if (connected && wasConnected === false) note(t.connected);
      if (fault && wasConnected !== false) note(t.offline(toSafeLine(sentenceFor(errors, fault))));
      wasConnected = connected;
    },
    waiting(_room, words, host) {
      note(t.waiting(toSafeLine(host)));
      note(t.waitingWords(words.join(' ')));
    },
    ready(view) {
      if (current !== '' && view.room !== current) return;
      note(t.ready(toSafeLine(view.title), view.members.length));
      if (view.access === 'open') note(t.openRoom);
      note(t.words(view.words.join(' ')));
      note(t.helpHint);
    },
    go(view) {
      if (current !== '' && current !== view.room) note(t.nowIn(shownRoom(view, t, rooms())));
      current = view.room;
    },
    opened(view) {
      if (view.access === 'direct') note(t.opened(nameOf(nameOfRoom(view, rooms()))));
    },
    knock(room, { device, name, words }) {
      knocking.set(device, name);
      note(`${elsewhere(room)}${t.knock(nameOf(name), toSafeLine(words.join(' ')))}`);
      note(t.knockHow(nameOf(name)));
    },
    knockGone(room, device) {
      const name = knocking.get(device);
      knocking.delete(device);
      if (name !== undefined) note(`${elsewhere(room)}${t.knockGone(nameOf(name))}`);
    },
    queued(_room, id, text) {
      pending.set(id, text);
      console.showPending(id, `${dim('  …')} ${toSafeLine(text)}`);
    },
    sent: () => {},
    words: () => {},
    call(room, view) {
      for (const { text, alert } of callNotes.take(room, view)) (alert ? print : note)(alert ? `— ${text}` : text);
      ring.take(room, view);
    },
    media: () => {},
    item(room, item) {
      if (item.kind !== 'text') return note(`${elsewhere(room)}${noteOf(item, t, sizes)}`);
      const line = speech(headOf(room, item), item.text, item.at, item.own);
      if (item.own && pending.delete(item.id)) console.settlePending(item.id, `${line} ${dim('✓')}`);
      else print(line);
    },
    transfer: createProgressLines(console, errors, style),
    takenBack: (room, item) => item.kind === 'deleted' && note(`${elsewhere(room)}${noteOf(item, t, sizes)}`),
    leftOut: (_room, _transfer, folder, count) => note(t.leftOut(toSafeLine(folder), count)),
    ended: () => {},
    command(result, view: RoomView) {
      if (result.kind === 'files') for (const row of filesRows(result, { ...style, now: Date.now() })) print(paint(row));
      for (const row of answerRows(result, view, t, wasConnected === true)) print(paint(row));
      const code = qrOf(result);
      if (code === undefined || !console.isTerminal) return;
      if (result.kind === 'compare') print(t.compareScan);
      print(drawQr(code));
    },
    refused: (error) => console.fault(toSafeLine(sentenceFor(errors, error))),
    error: (error) => console.fault(toSafeLine(sentenceFor(errors, error))),
    flushing: (count) => note(t.flushing(count)),
    unsent: (count) => console.fault(t.unsent(count)),
    transfersGoOn: (count) => note(t.transfersGoOn(count)),
    takenOver: () => console.fault(sentenceFor(errors, { code: 'taken_over' })),
    close() {
      ring.stop();
      console.close();
    },
  };
}
