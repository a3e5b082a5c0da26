import type { ReadStream, WriteStream } from 'node:tty';
import { type Client, nameOfRoom } from '../../client/index.ts';
import { sentenceFor, texts } from '../../client/locales/index.ts';
import { CodedError } from '../../protocol/index.ts';
import { answerRows } from '../answers.ts';
import { createCallNotes, namedElsewhere } from '../calls/call-notes.ts';
import { type CallPanelOptions, createCallPanel } from '../calls/call-panel.ts';
import { createRing, TITLE_BACK, titleOn } from '../calls/ring.ts';
import { filesRows, shortIds } from '../files/file-rows.ts';
import { nearPath } from '../files/progress-lines.ts';
import { createSizes } from '../files/sizes.ts';
import { createTransferPace } from '../files/transfer-pace.ts';
import { clockOf, shownName } from '../item-text.ts';
import { qrOf, qrRows } from '../qr.ts';
import type { Screen } from '../screen.ts';
import { toSafeLine } from '../text/safe-text.ts';
import { listFolder } from './completion.ts';
import { createComposer } from './composer.ts';
import { createConversations } from './conversations.ts';
import type { Key } from './keys.ts';
import { createStage } from './stage.ts';
import type { Transcript } from './transcript.ts';
import { openTty } from './tty.ts';

/** The screen that takes the whole terminal. */
export interface FullScreen extends Screen {
  /** Lines that are entered; those that failed come back to be corrected. `end`: nobody types any more. */
  onLine(take: (line: string) => Promise<'done' | 'failed' | 'quit'>, end: () => void): void;
  /** Another room was chosen by a key. */
  onGo(go: (room: string) => void): void;
  /** What is half typed now. */
  readonly draft: string;
  /** Goes on with what was half typed elsewhere. */
  offer(draft: string): void;
}

export interface FullScreenOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly language: 'en' | 'es';
  readonly colours: boolean;
  readonly calls: CallPanelOptions;
  /** Ctrl-C. */
  interrupt(): void;
}

/** Rows around the conversation that a page leaves out, so that one sees where one was. */
const AROUND_PAGE = 6;

/** Lines that are left on the terminal at the end, at most. */
const LAST_WORDS = 4;

export function createFullScreen({ input, output, language, colours, calls, interrupt }: FullScreenOptions): FullScreen {
  const words = texts(language);
  const { terminal: t, errors } = words;
  const days = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
  const sizes = createSizes(language);
  const transfers = { t, sizes, pace: createTransferPace() };
  const style = { t, clock: clockOf(language), day: (at: number) => (Math.abs(at) < 8e15 ? days.format(at) : ''), transfers };
  const conversations = createConversations(t, sizes);
  let client: Client | undefined;
  let notice = '';
  /** Said once more when the terminal is as it was before. */
  const farewell = new Set<string>();
  let take: ((line: string) => Promise<'done' | 'failed' | 'quit'>) | undefined;
  let end: () => void = () => {};
  let ended = false;
  /** Said once: a terminal takes no echo out of what the microphone hears. */
  let mayHearThemselves = calls.pictures !== null && !calls.pushToTalk;
  let go: (room: string) => void = () => {};
  const stage = createStage(
    {
      tty: () => tty,
      client: () => client,
      current: () => conversations.current,
      transcript: () => conversations.shown,
      composer: () => composer,
      notice: () => notice,
      call: () => panel,
      drawn: () => void conversations.fetchWanted(client).then((fetched) => fetched && stage.drawSoon()),
    },
    style,
    colours,
  );
  const composer = createComposer(
    {
      spanish: language === 'es',
      members: () => stage.view?.members.filter(({ own, name }) => !own && name !== '').map(({ name }) => name) ?? [],
      knocks: () => stage.view?.knocks.map(({ name }) => name) ?? [],
      rooms: () => stage.rooms.map((room) => nameOfRoom(room, stage.rooms)),
      files: fileChoices,
      transfers: () => client?.files.transfers().filter(({ room }) => room === conversations.current) ?? [],
      list: listFolder,
    },
    () => stage.drawSoon(),
  );
  const tty = openTty(input, output, {
    onKey: press,
    onKeysTaken: () => stage.drawSoon(),
    onAnswer: (answer) => panel.hear(answer),
    onChanged() {
      stage.forget();
      stage.drawSoon();
    },
    onEnd() {
      ended = true;
      end();
    },
  });

  const nameElsewhere = (room: string) => namedElsewhere(client, conversations.current, t)(room);
  const callNotes = createCallNotes(words, { elsewhere: nameElsewhere, hasMarks: true });
  const panel = createCallPanel(
    {
      tty: () => tty,
      current: () => conversations.current,
      nameElsewhere,
      overlay: (bytes) => stage.overlay(bytes),
      changedView: () => stage.changed(),
      forgetPainted: () => stage.forgetPainted(),
      failed(error) {
        if (!(error instanceof CodedError)) throw error;
        notice = sentenceFor(errors, error);
        stage.drawSoon();
      },
    },
    calls,
  );
  const ring = createRing({
    bell: () => tty.write('\u0007'),
    title: (on) => (on ? tty.hold('title', titleOn(t.calls.ringingTitle), TITLE_BACK) : tty.letGo('title')),
  });

  function say(text: string, alert = false, where: Transcript = conversations.shown): void {
    where.add({ kind: 'note', seq: undefined, at: Date.now(), text: toSafeLine(text), alert });
    stage.changed();
  }

  async function fileChoices(): Promise<ReadonlyArray<{ readonly id: string; readonly name: string }>> {
    const room = conversations.current;
    const items = client && room !== undefined ? await client.files.list(room).catch(() => []) : [];
    const ids = shortIds(items.map(({ file }) => file.id));
    return items.map(({ file }) => ({ id: ids.get(file.id) ?? file.id, name: file.name }));
  }

  // ---- keys

  function press(key: Key): void {
    if (panel.press(key)) return;
    notice = '';
    if (key.kind === 'key' && pressView(key.name)) return;
    const outcome = composer.press(key);
    if (outcome === 'enter') enter();
    else if (outcome === 'too-long') notice = t.tooLong;
    else if (outcome === 'changed' && composer.foundNothing) notice = t.noMatch;
  }

  /** Keys that are not for the line being typed. */
  function pressView(name: string): boolean {
    const { shown } = conversations;
    const page = Math.max(1, tty.rows - AROUND_PAGE);
    const empty = composer.line.text === '';
    if (name === 'ctrl-c') interrupt();
    else if (name === 'ctrl-z') tty.suspend();
    else if (name === 'ctrl-d' && empty) end();
    else if (name === 'ctrl-l') stage.forget();
    else if (name === 'page-up') shown.scroll(page);
    else if (name === 'page-down') shown.scroll(-page);
    else if (name === 'alt-up') shown.scroll(1);
    else if (name === 'alt-down') shown.scroll(-1);
    else if (name === 'escape' || (name === 'end' && empty)) shown.toEnd();
    else if (name === 'ctrl-n') goBy(1);
    else if (name === 'ctrl-p') goBy(-1);
    else return false;
    return true;
  }

  function goBy(step: number): void {
    const { rooms } = stage;
    const at = rooms.findIndex(({ room }) => room === conversations.current);
    const next = rooms[(at + step + rooms.length) % rooms.length];
    if (next && next.room !== conversations.current) go(next.room);
  }

  function enter(): void {
    if (!take) {
      if (composer.line.text.trim() !== '') notice = t.opening;
      return;
    }
    const text = composer.take();
    if (text.trim() === '') return;
    conversations.shown.toEnd();
    void take(text).then((done) => {
      if (done === 'failed') composer.offer(text);
      stage.drawSoon();
    });
  }

  return {
    attach(engine) {
      client = engine;
      panel.attach(engine);
      engine.on(() => stage.changed());
      stage.changed();
    },
    state(_connected, fault) {
      if (fault) say(t.offline(sentenceFor(errors, fault)), true);
      stage.changed();
    },
    waiting(_room, words, host) {
      say(t.waiting(host));
      say(t.waitingWords(words.join(' ')));
    },
    ready(ready) {
      if (ready.members.length === 1) say(t.alone, false, conversations.of(ready.room));
      stage.changed();
    },
    go(next) {
      conversations.go(next);
      stage.changed();
    },
    opened(opened) {
      if (opened.access === 'direct') say(t.opened(shownName(nameOfRoom(opened, stage.rooms), t)));
    },
    // The door, and lines on their way, are drawn from the room's view.
    knock: () => stage.changed(),
    knockGone: () => stage.changed(),
    queued: () => stage.changed(),
    sent: () => {},
    words: () => stage.changed(),
    call(room, view) {
      for (const { text, alert } of callNotes.take(room, view)) say(text, alert, conversations.of(room) ?? conversations.shown);
      ring.take(room, view);
      if (view?.state === 'in' && mayHearThemselves) say(t.calls.hearYourself);
      if (view?.state === 'in') mayHearThemselves = false;
      stage.changed();
    },
    media: (room, counts) => panel.media(room, counts),
    item(room, item) {
      conversations.add(room, item);
      stage.changed();
    },
    transfer(transfer) {
      const { name, state, error, path } = transfer;
      transfers.pace.note(transfer);
      if (state === 'failed' && error) say(t.transferFailed(name, sentenceFor(errors, error)), true, conversations.of(transfer.room));
      else if (state === 'done' && path !== null) say(t.downloaded(name, nearPath(path)), false, conversations.of(transfer.room));
      stage.changed();
    },
    takenBack(room, item) {
      conversations.replace(room, item);
      stage.changed();
    },
    leftOut: (_room, _transfer, folder, count) => say(t.leftOut(folder, count)),
    ended(room, why, by) {
      const said = why === 'removed' ? t.youRemoved(shownName(by, t)) : why === 'left' ? t.youLeft : '';
      if (said === '') return;
      if (room === conversations.current) farewell.add(said);
      else say(said);
    },
    command(result, about) {
      const { shown, current } = conversations;
      const at = Date.now();
      const connected = client?.connection().state === 'connected';
      const rows = result.kind === 'files' ? filesRows(result, { ...transfers, now: at }) : answerRows(result, about, t, connected);
      if (result.kind === 'said' && result.room !== current) say(`[${t.you} → ${shownName(result.name, t)}] ${result.text}`);
      if (rows.length > 0) shown.add({ kind: 'rows', seq: undefined, at, rows });
      const code = qrOf(result);
      if (result.kind === 'compare') say(t.compareScan);
      if (code !== undefined) shown.add({ kind: 'qr', seq: undefined, at, rows: qrRows(code), tooBig: t.qrTooBig });
      stage.changed();
    },
    refused(error) {
      const sentence = toSafeLine(sentenceFor(errors, error));
      farewell.add(sentence);
      say(sentence, true);
    },
    error(error, { line }) {
      const sentence = sentenceFor(errors, error);
      // Of what was just typed it is said where one looks; at length where there is no room for it.
      if (line !== undefined) notice = sentence;
      if (line === undefined || sentence.length > tty.columns - 4) say(sentence, true);
      if (conversations.current === undefined) farewell.add(toSafeLine(sentence));
    },
    flushing(count) {
      notice = t.flushing(count);
      say(notice);
    },
    unsent: (count) => void farewell.add(t.unsent(count)),
    transfersGoOn: (count) => void farewell.add(t.transfersGoOn(count)),
    takenOver: () => void farewell.add(sentenceFor(errors, { code: 'taken_over' })),
    close() {
      stage.stop();
      ring.stop();
      panel.close();
      tty.close();
      for (const line of [...farewell].slice(-LAST_WORDS)) output.write(`${line}\n`);
      farewell.clear();
    },

    onLine(taker, onEnd) {
      take = taker;
      end = onEnd;
      if (ended) onEnd();
    },
    onGo: (goTo) => void (go = goTo),
    get draft() {
      return composer.line.text;
    },
    offer(draft) {
      composer.offer(draft);
      stage.drawSoon();
    },
  };
}
