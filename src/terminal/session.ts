import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type ClientEvent,
  type Command,
  type CommandContext,
  type CommandResult,
  type ConnectionState,
  formatInvite,
  parseLine,
} from '../client/index.ts';
import { CodedError } from '../protocol/index.ts';
import { beginDownload, beginUploads } from './files/file-desk.ts';
import { createRoomFeed, type RoomEvent, type RoomFeed } from './room-feed.ts';
import type { Fault, Screen } from './screen.ts';
import { findRoom, type WayIn } from './way-in.ts';

/** How long an end that somebody waits for itself waits for what is being done, ms. */
const SETTLE_TIME = 2_000;

/** Exit codes of the JSON contract. */
export const EXIT = { done: 0, fault: 1, usage: 2, notLetIn: 3, inUse: 4, unsent: 5 } as const;

export interface SessionOptions extends WayIn {
  /** What a person calls the host, where the door has to be named. */
  readonly host: string;
  readonly history: number;
  /** All rooms are shown as they come, one under the other; else the one that is talked in, and the others when one goes there. */
  readonly allRooms: boolean;
  /** How long a command that is about the room waits for the room to be caught up, ms: 0 where a person waits for its answer. */
  readonly patience: number;
  /** What `/call start` begins with besides what was asked for, as flags said it. */
  readonly callSources?: { readonly camera: boolean; readonly microphone: boolean } | undefined;
}

/** One run of a chat: comes in, shows what happens, does what is typed, and goes when the outbox is empty. */
export interface Session {
  /** Resolves with the room, or with an exit code when there is no way in. */
  enter(): Promise<{ room: string } | { exit: number }>;
  /** Does one input line; `number` counts from 1. */
  takeLine(text: string, number: number): Promise<'done' | 'failed' | 'quit'>;
  /** Talks in this room from here on. */
  go(room: string): Promise<void>;
  /** Resolves when no room is left that this device could talk in, with the exit code. */
  readonly over: Promise<number>;
  /** Resolves when nothing is on its way any more, or nothing of it moved for so many ms. */
  transfersOver(patience: number): Promise<void>;
  /** Waits for the outbox, no longer than `flushTimeout` ms and until `hurry` aborts; resolves with the exit code. */
  finish(flushTimeout: number, hurry: AbortSignal): Promise<number>;
  /** Everything typed so far is in the outbox, everything shown is remembered. */
  settle(): Promise<void>;
}

export function createSession(client: Client, screen: Screen, options: SessionOptions): Session {
  let current = '';
  /** The room at whose door this device waits. */
  let waitingAt: string | undefined;
  const feeds = new Map<string, RoomFeed>();
  const underWay = new Set<Promise<unknown>>();
  /** What was told of rooms before there was a screen for them: the last of each kind. */
  const early = new Map<string, RoomEvent>();
  let toldState: { readonly state: ConnectionState['state']; readonly code: string | undefined } | undefined;
  let end: (code: number) => void = () => {};
  const over = new Promise<number>((resolve) => (end = resolve));
  let catchUp: () => void = () => {};
  const caughtUp = new Promise<void>((resolve) => (catchUp = resolve));
  /** While a command waits to be caught up, or is on its way to another room, what was typed after it waits too. */
  let barrier: Promise<void> | undefined;
  let catchingUp: Promise<void> | undefined;
  let isCaughtUp = false;

  screen.attach(client);
  client.on(hear);

  function hear(event: ClientEvent): void {
    if (event.event === 'state') return showState(event.connection);
    if (event.event === 'waiting') {
      waitingAt = event.room;
      return screen.waiting(event.room, event.words, options.host);
    }
    if (event.event === 'error') {
      // Whoever waits for it hears from there why the door stayed shut.
      if (current !== '' || event.room === undefined) screen.error(event.error, event);
      return;
    }
    if (event.event === 'transfer') return screen.transfer(event.transfer);
    if (!('room' in event)) return;
    const { room } = event;
    // A room is new by one's own doing or by another's.
    if (options.allRooms && current !== '' && !feeds.has(room) && client.rooms().includes(room)) void run(feedOf(room));
    const feed = feeds.get(room);
    if (feed) feed.take(event);
    else if (current !== '') tell(event);
    // Items are on disk: whoever shows the room reads them there.
    else if (event.event !== 'item') early.set(`${room} ${event.event} ${'device' in event ? event.device : ''}`, event);
  }

  /** What is no line of a room, in its turn among them. */
  function tell(event: RoomEvent): void {
    const { room } = event;
    if (event.event === 'ready') tellReady(room);
    else if (event.event === 'ended') tellEnded(event);
    else if (event.event === 'opened') screen.opened(client.view(room));
    else if (event.event === 'words') screen.words(room, event.words);
    else if (event.event === 'call') screen.call(room, client.calls.view(room));
    else if (event.event === 'media') screen.media(room, event.counts);
    else if (event.event === 'knock') screen.knock(room, event.knock);
    else if (event.event === 'deleted') void run(tellDeleted(room, event.seq));
    else if (event.event === 'knock-gone') screen.knockGone(room, event.device);
  }

  async function tellDeleted(room: string, seq: number): Promise<void> {
    const [item] = await client.history(room, { before: seq + 1, limit: 1 });
    if (item?.seq === seq) screen.takenBack(room, item);
  }

  /** Each attempt fails anew; only what differs from before is told. */
  function showState(connection: ConnectionState): void {
    if (connection.state === 'connecting') return;
    const fault: Fault | undefined = connection.state === 'offline' ? connection : undefined;
    if (toldState?.code === fault?.code && toldState?.state === connection.state) return;
    toldState = { state: connection.state, code: fault?.code };
    screen.state(connection.state === 'connected', fault);
  }

  function tellReady(room: string): void {
    const view = client.view(room);
    if (view.phase !== 'ready' || !feeds.has(room)) return;
    screen.ready(view);
    if (room === current) {
      isCaughtUp = true;
      catchUp();
    }
  }

  function tellEnded({ room, why, by }: ClientEvent & { event: 'ended' }): void {
    screen.ended(room, why, by);
    if (why === 'outdated') screen.error(new CodedError('outdated'), { room });
    const next = client.rooms().find((id) => client.view(id).phase === 'ready');
    if (next === undefined) end(why === 'left' ? EXIT.done : EXIT.notLetIn);
    else if (room === current) void run(go(next));
  }

  // ---- rooms

  async function feedOf(room: string): Promise<void> {
    if (feeds.has(room)) return;
    const { history, allRooms } = options;
    const feed = createRoomFeed(client, screen, room, { history, whole: allRooms, isSeen: () => allRooms || room === current, tell });
    feeds.set(room, feed);
    for (const [key, event] of early) if (event.room === room && early.delete(key)) feed.take(event);
    await feed.start();
  }

  async function go(room: string): Promise<void> {
    const view = client.view(room);
    current = room;
    screen.go(view);
    await feedOf(room);
    await feeds.get(room)?.remember();
  }

  // ---- coming in

  async function enter(): Promise<{ room: string } | { exit: number }> {
    let room: string;
    try {
      room = await findRoom(client, options);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      screen.refused(error);
      return { exit: EXIT.notLetIn };
    }
    waitingAt = undefined;
    await go(room);
    if (options.allRooms) for (const other of client.rooms()) await feedOf(other);
    return { room };
  }

  // ---- what is typed

  function contextOf(): CommandContext {
    const room = current;
    return {
      client,
      room,
      view: client.view(room),
      formatLink(secret) {
        const relay = client.relay();
        if (!relay) throw new CodedError('offline');
        const { address, webPort, chatPort, key } = relay;
        return formatInvite({ address, webPort, chatPort, relayKey: key, room, secret });
      },
      startCall: ({ camera, microphone }) =>
        client.calls.join(room, {
          camera: camera || (options.callSources?.camera ?? false),
          microphone: microphone && (options.callSources?.microphone ?? true),
        }),
    };
  }

  async function doLine(text: string, number: number): Promise<'done' | 'failed' | 'quit'> {
    // Whoever was first to go on may have set up another one.
    while (barrier) await barrier;
    try {
      const parsed = parseLine(text);
      if (parsed.kind === 'text') {
        const room = current;
        if (parsed.text.trim() !== '') screen.queued(room, await client.send(room, parsed.text), parsed.text, number);
        return 'done';
      }
      const work = runCommand(parsed.command, parsed.argument);
      if (parsed.command.moves && options.patience > 0) holdUp(Promise.race([work, patience()]));
      else if (parsed.command.live && !isCaughtUp) holdUp(beCaughtUp());
      const result = await work;
      if (result.kind === 'quit') return 'quit';
      if (result.kind === 'said') screen.queued(result.room, result.id, result.text, number);
      screen.command(result, client.view(current));
      return 'done';
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      screen.error(error, { room: current, line: number });
      return 'failed';
    }
  }

  async function runCommand(command: Command, argument: string): Promise<CommandResult> {
    if (command.live && !isCaughtUp) await beCaughtUp();
    const context = contextOf();
    const result = await command.run(context, argument);
    if (result.kind === 'go') await go(result.room);
    else if (result.kind === 'download') await beginDownload(client, result.item, context.room, result.directory);
    else if (result.kind === 'upload') await upload(context.room, result.path);
    return result;
  }

  async function upload(room: string, typed: string): Promise<void> {
    if (typed === '') throw new CodedError('argument_missing', { name: '/upload' });
    for (const { transfer, name, left } of await beginUploads(client, room, typed))
      if (left > 0) screen.leftOut(room, transfer, name, left);
  }

  /** Lines after this one wait for it. Set before anything is waited for, so that none slips by. */
  function holdUp(work: Promise<unknown>): void {
    const held = work.then(
      () => {},
      () => {},
    );
    barrier = held;
    void held.then(() => barrier === held && (barrier = undefined));
  }

  const patience = () => sleep(options.patience, undefined, { ref: false });

  /** Whether the room is, or was waited for in vain: the next one need not wait. */
  function beCaughtUp(): Promise<void> {
    catchingUp ??= Promise.race([caughtUp, patience()]).then(() => void (isCaughtUp = true));
    return catchingUp;
  }

  /** Keeps account of what is being done, so that an orderly end can wait for it. */
  function run<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    const forget = () => void underWay.delete(work);
    work.then(forget, forget);
    return work;
  }

  async function settle(): Promise<void> {
    // Nothing waits any more for the room to be caught up; what waits for the host goes on after the next start, or was never promised.
    catchUp();
    await leaveCall();
    await Promise.race([Promise.allSettled(underWay), sleep(SETTLE_TIME, undefined, { ref: false })]);
    await Promise.race([client.settled(), sleep(SETTLE_TIME, undefined, { ref: false })]);
    await Promise.all([...feeds.values()].map((feed) => feed.remember()));
  }

  /** The others see at once that nobody is there any more. */
  async function leaveCall(): Promise<void> {
    if (client.calls.current() === null) return;
    await Promise.race([client.calls.leave().catch(() => {}), sleep(SETTLE_TIME, undefined, { ref: false })]);
  }

  const transfersUnderWay = () => client.files.transfers().filter(({ state }) => state !== 'paused' && state !== 'absent');

  function transfersOver(patience: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let moved = '';
      const finish = () => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const look = () => {
        const all = transfersUnderWay();
        if (all.length === 0) return finish();
        // One that only tries again and again does not move.
        const now = all.map(({ id, done, state }) => `${id} ${done} ${state === 'finishing'}`).join();
        if (now === moved) return;
        moved = now;
        clearTimeout(timer);
        timer = setTimeout(finish, patience);
      };
      const stop = client.on(({ event }) => {
        if (event === 'transfer') look();
      });
      look();
    });
  }

  async function finish(flushTimeout: number, hurry: AbortSignal): Promise<number> {
    if (current === '') {
      if (waitingAt !== undefined) await client.withdraw(waitingAt).catch(() => {});
      return EXIT.done;
    }
    await leaveCall();
    const waiting = client.rooms().reduce((count, room) => count + client.view(room).pending.length, 0);
    if (waiting > 0 && client.connection().state !== 'connected') screen.flushing(waiting);
    const left = await client.flush(flushTimeout, hurry);
    await Promise.all([...feeds.values()].map((feed) => feed.remember()));
    const goOn = transfersUnderWay();
    if (goOn.length > 0) screen.transfersGoOn(goOn.length);
    if (left === 0) return EXIT.done;
    screen.unsent(left);
    return EXIT.unsent;
  }

  return { enter, takeLine: (text, number) => run(doLine(text, number)), go, over, transfersOver, finish, settle };
}
