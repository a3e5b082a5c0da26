import { type Client, type ClientEvent, type Invite, parseInvite, sameRelay } from '../../client/index.ts';
import { CodedError } from '../../protocol/index.ts';
import type { Address } from './address.ts';
import { createObservable, type Observable } from './observable.ts';
import { type Problem, problemOf } from './problem.ts';
import type { Reloader } from './reloader.ts';
import { followRoom, type RoomSession } from './room-session.ts';

/** Where the person stands. */
export type PageState =
  | { readonly at: 'starting' }
  /** The page cannot do anything here. `in_use` and `no_secure_context` have screens of their own. */
  | { readonly at: 'stopped'; readonly problem: Problem }
  /** In no room and without a link. */
  | { readonly at: 'outside'; readonly problem: Problem | null }
  /** With a link, before or while coming in. */
  | { readonly at: 'door'; readonly invite: Invite; readonly entering: boolean; readonly problem: Problem | null; readonly name: string }
  | { readonly at: 'room'; readonly session: RoomSession };

export interface OpenOptions {
  /** The beginning of the relay's key, where a link tells it. */
  readonly expectRelay?: Uint8Array | undefined;
  /** Another window may have the device: wait for it instead of `in_use`. */
  readonly patient?: boolean;
}

export interface PagePorts {
  /** @throws CodedError `in_use`, `no_secure_context`, `storage_failed` … */
  open(options: OpenOptions): Promise<Client>;
  /** Asks the other window for the device. */
  askForDevice(): void;
  readonly reloader: Reloader;
  readonly origin: string;
  /** Leaves this page for another relay's. */
  goTo(url: string): void;
}

export interface Page extends Observable<PageState> {
  start(address: Address): Promise<void>;
  /** The address changed while the page is open: somebody pasted a link there. */
  visit(address: Address): void;
  /** A link typed or pasted by hand. @returns what is wrong with it */
  followLink(text: string): Problem | null;
  enter(entering: { name: string; title: string }): Promise<void>;
  /** The person wants to go on in this window. */
  takeOver(): void;
  /** Another window wants the device that this one has. */
  handOver(): Promise<void>;
}

export function createPage({ open, askForDevice, reloader, origin, goTo }: PagePorts): Page {
  const state = createObservable<PageState>({ at: 'starting' });
  let client: Client | undefined;
  let expectRelay: Uint8Array | undefined;
  /** What was asked for while the client was being opened. */
  let later: Address | undefined;
  /** A link is business: its secret is not in the address any more, a reload would lose it. */
  let endDoor = () => {};

  async function start(address: Address): Promise<void> {
    await openFor(address, () => open({ expectRelay }).catch(waitForOtherWindow));
  }

  async function openFor(address: Address, opening: () => Promise<Client>): Promise<void> {
    expectRelay = address.kind === 'invite' ? address.invite.relayKey : undefined;
    try {
      client = await opening();
    } catch (error) {
      state.set({ at: 'stopped', problem: problemOf(error) });
      return;
    }
    client.on(notice);
    const wanted = later ?? address;
    later = undefined;
    visit(wanted);
  }

  async function waitForOtherWindow(error: unknown): Promise<Client> {
    const problem = problemOf(error);
    if (problem.code !== 'in_use') throw error;
    state.set({ at: 'stopped', problem });
    return open({ expectRelay, patient: true });
  }

  function notice(event: ClientEvent): void {
    if (event.event === 'build') reloader.heard(event.build);
    if (event.event === 'error' && event.room !== undefined) showOutIfForgotten(event.room, problemOf(event.error));
    if (event.event !== 'state') return;
    // A relay that does not understand this page serves another one.
    if (event.connection.state === 'offline' && event.connection.code === 'version_unsupported') reloader.heard(event.connection.code);
    const now = state.get();
    if (now.at === 'door' && now.entering) state.set({ ...now, problem: whatHinders(now.problem) });
  }

  /** While one waits at the door: why it takes so long. */
  function whatHinders(before: Problem | null): Problem | null {
    const connection = client?.connection();
    if (connection?.state === 'offline') return { code: connection.code, detail: {} };
    return connection?.state === 'connected' ? null : before;
  }

  function visit(address: Address): void {
    if (!client) {
      later = address;
      return;
    }
    if (address.kind === 'invite') return knock(address.invite);
    const rooms = client.rooms();
    const room = address.kind === 'plain' && address.room !== undefined && rooms.includes(address.room) ? address.room : rooms[0];
    if (room !== undefined && address.kind === 'plain') return show(room);
    state.set({ at: 'outside', problem: address.kind === 'broken' ? { code: 'bad_invite', detail: {} } : null });
  }

  function knock(invite: Invite): void {
    if (!client) return;
    if (!leadsToItsRelay(client, invite)) return void reopen({ kind: 'invite', invite });
    const inside = invite.kind === 'room' && client.rooms().includes(invite.room) ? client.view(invite.room) : undefined;
    if (invite.kind === 'room' && (inside?.phase === 'ready' || inside?.phase === 'joining')) return show(invite.room);
    const earlier = client.rooms()[0];
    const name = inside?.name ?? (earlier === undefined ? '' : client.view(earlier).name);
    leaveRoom();
    endDoor();
    endDoor = reloader.begin();
    state.set({ at: 'door', invite, entering: false, problem: null, name });
  }

  /** A host that was set up anew has another key at the old address: the client has to be told by which one it is to go. */
  function leadsToItsRelay({ relay }: Client, { relayKey }: Invite): boolean {
    const key = expectRelay ?? relay()?.key;
    return key !== undefined && sameRelay(key, relayKey);
  }

  function show(room: string): void {
    const now = state.get();
    if (!client || (now.at === 'room' && now.session.room === room && now.session.get().view.phase === 'ready')) return;
    leaveRoom();
    endDoor();
    state.set({ at: 'room', session: followRoom(client, room) });
  }

  function leaveRoom(): void {
    const now = state.get();
    if (now.at === 'room') now.session.end();
  }

  /** The engine gives up a room that the relay did not let this device into. */
  function showOutIfForgotten(room: string, problem: Problem): void {
    const now = state.get();
    if (now.at !== 'room' || now.session.room !== room || client?.rooms().includes(room)) return;
    now.session.end();
    state.set({ at: 'outside', problem });
  }

  async function enter({ name, title }: { name: string; title: string }): Promise<void> {
    const before = state.get();
    if (before.at !== 'door' || before.entering || !client) return;
    const { invite } = before;
    const asked = client;
    state.set({ ...before, entering: true, problem: whatHinders(null), name });
    try {
      const room = invite.kind === 'founder' ? await asked.found(invite.token, { name, title }) : await asked.join(invite, { name });
      if (asked === client) show(room);
    } catch (error) {
      if (asked === client) state.set({ ...before, entering: false, problem: problemOf(error), name });
    }
  }

  function followLink(text: string): Problem | null {
    try {
      const invite = parseInvite(text);
      const { origin: target, href } = new URL(text.trim());
      // Another relay's room has another relay's page: keys and history live by origin.
      if (target === origin) knock(invite);
      else goTo(href);
      return null;
    } catch (error) {
      return problemOf(error instanceof CodedError ? error : new CodedError('bad_invite'));
    }
  }

  async function reopen(address: Address): Promise<void> {
    await shut();
    await start(address);
  }

  async function shut(): Promise<void> {
    const open = client;
    client = undefined;
    leaveRoom();
    endDoor();
    state.set({ at: 'starting' });
    await open?.close();
  }

  async function handOver(): Promise<void> {
    // Whoever only waits for the device has nothing to hand over.
    if (!client) return;
    const now = state.get();
    const address: Address = now.at === 'door' ? { kind: 'invite', invite: now.invite } : { kind: 'plain' };
    await shut();
    // Not before the one that asked.
    await openFor(address, () => waitForOtherWindow(new CodedError('in_use')));
  }

  return { ...state, start, visit, followLink, enter, takeOver: askForDevice, handOver };
}
