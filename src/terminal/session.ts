import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type ClientEvent,
  type CommandContext,
  type ConnectionState,
  formatInvite,
  type Invite,
  parseLine,
  type TimelineItem,
} from '../client/index.ts';
import { CodedError, equalBytes } from '../protocol/index.ts';
import type { Screen } from './screen.ts';

/** Exit codes of the JSON contract. */
export const EXIT = { done: 0, fault: 1, usage: 2, notLetIn: 3, inUse: 4, unsent: 5 } as const;

export interface SessionOptions {
  readonly name: string;
  readonly invite: Invite | undefined;
  /** Asks a person for it where there is none and this device is in no room yet. */
  readonly askInvite: (() => Promise<Invite | undefined>) | undefined;
  readonly history: number;
  /** How long a command that is about the room waits for the room to be caught up, ms: 0 where a person waits for its answer. */
  readonly patience: number;
}

/** One run of a chat: comes in, shows what happens, does what is typed, and goes when the outbox is empty. */
export interface Session {
  /** Resolves with the room, or with an exit code when there is no way in. */
  enter(): Promise<{ room: string } | { exit: number }>;
  /** Does one input line; `number` counts from 1. Resolves with true for `/quit`. */
  takeLine(text: string, number: number): Promise<boolean>;
  /** Resolves when the room is over for this device, with its exit code. */
  readonly over: Promise<number>;
  /** Waits for the outbox, no longer than `flushTimeout` ms and until `hurry` aborts; resolves with the exit code. */
  finish(flushTimeout: number, hurry: AbortSignal): Promise<number>;
}

export function createSession(client: Client, screen: Screen, options: SessionOptions): Session {
  let room = '';
  /** The newest number that was shown; what is newer than it on disk was taken in by an earlier run and not shown. */
  let shown = 0;
  let showing = false;
  const sentHere = new Set<string>();
  let toldState: { readonly state: ConnectionState['state']; readonly code: string | undefined } | undefined;
  let end: (code: number) => void = () => {};
  const over = new Promise<number>((resolve) => (end = resolve));
  const kept: ClientEvent[] = [];
  let catchUp: () => void = () => {};
  const caughtUp = new Promise<void>((resolve) => (catchUp = resolve));
  /** While a command waits to be caught up, what was typed after it waits too. */
  let barrier: Promise<void> | undefined;

  client.on((event) => {
    if (event.event === 'state') {
      showState(event.connection);
    } else if ('room' in event && (event.room === undefined || event.room === room || room === '')) {
      // Until the earlier lines are shown, later ones wait their turn.
      if (showing) show(event);
      else kept.push(event);
    }
  });

  /** Each attempt fails anew; only what differs from before is told. */
  function showState(connection: ConnectionState): void {
    if (connection.state === 'connecting') return;
    const code = connection.state === 'offline' ? connection.code : undefined;
    if (toldState?.code === code && toldState?.state === connection.state) return;
    toldState = { state: connection.state, code };
    screen.state(connection.state === 'connected', code);
  }

  function show(event: ClientEvent): void {
    if (event.event === 'item') showItem(event.item);
    else if (event.event === 'sent') tellSent(event.id, event.seq);
    else if (event.event === 'ready') tellReady(event.room);
    else if (event.event === 'words') screen.words(event.room, event.words);
    else if (event.event === 'error') screen.error(event.error, event);
    else if (event.event === 'ended') {
      screen.ended(event.room, event.why, event.by);
      if (event.why === 'outdated') screen.error(new CodedError('outdated'), { room: event.room });
      end(event.why === 'left' ? EXIT.done : EXIT.notLetIn);
    }
  }

  function tellReady(id: string): void {
    const view = client.view(id);
    if (view.phase !== 'ready') return;
    screen.ready(view);
    catchUp();
  }

  function tellSent(id: string, seq: number): void {
    if (sentHere.has(id)) return;
    sentHere.add(id);
    screen.sent(room, id, seq);
  }

  function showItem(item: TimelineItem): void {
    if (item.seq < shown) return;
    shown = item.seq;
    // Its `sent` may have come in a run that died before it was told.
    if (item.kind === 'text' && item.own) tellSent(item.id, item.seq);
    screen.item(room, item);
    rememberShown();
  }

  // One write for all that is shown in a turn: after a crash the last ones may be shown again, none is lost.
  let remembering = false;
  function rememberShown(): void {
    if (remembering) return;
    remembering = true;
    setImmediate(() => {
      remembering = false;
      client.markRead(room, shown).catch(() => {});
    });
  }

  // ---- coming in

  async function enter(): Promise<{ room: string } | { exit: number }> {
    try {
      room = await findRoom();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      screen.refused(error.code);
      return { exit: EXIT.notLetIn };
    }
    await showEarlier();
    return { room };
  }

  async function findRoom(): Promise<string> {
    const { invite, name } = options;
    if (invite?.kind === 'room') return client.join({ room: invite.room, secret: invite.secret }, { name });
    if (invite) {
      // A founder link stays good for the one who used it: a second run of the same script finds its room.
      const known = await knownRoom();
      if (known && client.view(known).phase === 'ready') return known;
      return client.found(invite.token, { name });
    }
    const known = await knownRoom();
    const phase = known === undefined ? undefined : client.view(known).phase;
    if (known !== undefined && (phase === 'ready' || phase === 'joining')) return known;
    const asked = await options.askInvite?.();
    if (!asked) throw new CodedError(phase ?? 'invitation_needed');
    return enterHere(asked);
  }

  /** By a link that came after the connection, which may be to another relay than the link's. */
  function enterHere(invite: Invite): Promise<string> {
    const key = client.relay()?.key;
    if (key && !equalBytes(key.subarray(0, invite.relayKey.length), invite.relayKey)) throw new CodedError('wrong_key');
    if (invite.kind === 'founder') return client.found(invite.token, { name: options.name });
    return client.join({ room: invite.room, secret: invite.secret }, { name: options.name });
  }

  /** The room used last at this relay; which relay this is may be known only once it answers. */
  async function knownRoom(): Promise<string | undefined> {
    const first = client.rooms()[0];
    if (first !== undefined || client.relay()) return first;
    await new Promise<void>((resolve) => {
      const stop = client.on(({ event }) => {
        if (event !== 'build') return;
        stop();
        resolve();
      });
    });
    return client.rooms()[0];
  }

  async function showEarlier(): Promise<void> {
    const { readUpTo } = client.view(room);
    shown = readUpTo;
    const recent = options.history > 0 ? await client.history(room, { limit: options.history }) : [];
    const unshown = await itemsAfter(readUpTo);
    const seen = new Set(unshown);
    const all = [...recent.filter((item) => ![...seen].some((other) => sameItem(other, item))), ...unshown];
    shown = 0;
    for (const item of all) showItem(item);
    shown = Math.max(shown, readUpTo);
    showing = true;
    const told = new Set(all.map(keyOf));
    for (const event of kept.splice(0)) if (event.event !== 'item' || !told.has(keyOf(event.item))) show(event);
  }

  async function itemsAfter(seq: number): Promise<TimelineItem[]> {
    const found: TimelineItem[] = [];
    let before: number | undefined;
    for (;;) {
      const page = await client.history(room, { limit: 200, ...(before === undefined ? {} : { before }) });
      const fresh = page.filter((item) => item.seq > seq);
      found.unshift(...fresh);
      if (page.length === 0 || fresh.length < page.length) return found;
      before = (page[0] as TimelineItem).seq;
    }
  }

  // ---- what is typed

  function contextOf(): CommandContext {
    return {
      client,
      room,
      view: client.view(room),
      formatLink(secret) {
        const relay = client.relay();
        if (!relay) throw new CodedError('offline');
        return formatInvite({
          address: relay.address,
          webPort: relay.webPort,
          chatPort: relay.chatPort,
          relayKey: relay.key,
          room,
          secret,
        });
      },
    };
  }

  async function takeLine(text: string, number: number): Promise<boolean> {
    await barrier;
    try {
      const parsed = parseLine(text);
      if (parsed.kind === 'text') {
        if (parsed.text.trim() !== '') screen.queued(room, await client.send(room, parsed.text), parsed.text, number);
        return false;
      }
      if (parsed.command.live) await beCaughtUp();
      const result = await parsed.command.run(contextOf(), parsed.argument);
      if (result.kind === 'quit') return true;
      screen.command(result, client.view(room));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      screen.error(error, { room, line: number });
    }
    return false;
  }

  function beCaughtUp(): Promise<void> {
    barrier ??= Promise.race([caughtUp, sleep(options.patience, undefined, { ref: false })]).then(() => {
      barrier = undefined;
      // Whether it is or was waited for in vain: the next one need not wait.
      catchUp();
    });
    return barrier;
  }

  async function finish(flushTimeout: number, hurry: AbortSignal): Promise<number> {
    const waiting = room === '' ? 0 : client.view(room).pending.length;
    if (waiting > 0 && client.connection().state !== 'connected') screen.flushing(waiting);
    const left = await client.flush(flushTimeout, hurry);
    if (room !== '') await client.markRead(room, shown).catch(() => {});
    if (left === 0) return EXIT.done;
    screen.unsent(left);
    return EXIT.unsent;
  }

  return { enter, takeLine, over, finish };
}

const keyOf = (item: TimelineItem) => `${item.seq}/${item.kind}/${item.device}`;
const sameItem = (a: TimelineItem, b: TimelineItem) => keyOf(a) === keyOf(b);
