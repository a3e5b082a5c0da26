import { type Client, type Invite, parseInvite } from '../../client/index.ts';
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

export interface PagePorts {
  /** @throws CodedError `in_use`, `no_secure_context`, `storage_failed` … */
  open(options: { expectRelay?: Uint8Array | undefined }): Promise<Client>;
  /** Resolves when another tab has let go of the device. */
  waitUntilFree(): Promise<void>;
  readonly reloader: Reloader;
  readonly origin: string;
  reload(): void;
  /** Leaves this page for another relay's. */
  goTo(url: string): void;
}

export interface Page extends Observable<PageState> {
  start(address: Address): Promise<void>;
  /** The address changed while the page is open: somebody pasted a link there. */
  visit(address: Address): void;
  /** A link typed or pasted by hand. */
  followLink(text: string): void;
  enter(entering: { name: string; title: string }): Promise<void>;
}

export function createPage({ open, waitUntilFree, reloader, origin, reload, goTo }: PagePorts): Page {
  const state = createObservable<PageState>({ at: 'starting' });
  let client: Client | undefined;
  /** What was asked for while the client was being opened. */
  let later: Address | undefined;
  /** A link is business: its secret is not in the address any more, a reload would lose it. */
  let endDoor = () => {};

  async function start(address: Address): Promise<void> {
    const expectRelay = address.kind === 'invite' ? address.invite.relayKey : undefined;
    try {
      client = await open({ expectRelay });
    } catch (error) {
      const problem = problemOf(error);
      state.set({ at: 'stopped', problem });
      if (problem.code === 'in_use') void waitUntilFree().then(reload);
      return;
    }
    client.on((event) => {
      if (event.event === 'build') reloader.heard(event.build);
      if (event.event === 'error' && event.room !== undefined) showOutIfForgotten(event.room, problemOf(event.error));
    });
    visit(later ?? address);
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
    const inside = invite.kind === 'room' && client?.rooms().includes(invite.room) ? client.view(invite.room) : undefined;
    if (invite.kind === 'room' && (inside?.phase === 'ready' || inside?.phase === 'joining')) return show(invite.room);
    const earlier = client?.rooms()[0];
    const name = inside?.name ?? (earlier === undefined ? '' : (client?.view(earlier).name ?? ''));
    leaveRoom();
    endDoor();
    endDoor = reloader.begin();
    state.set({ at: 'door', invite, entering: false, problem: null, name });
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
    state.set({ ...before, entering: true, problem: null, name });
    try {
      const room = invite.kind === 'founder' ? await client.found(invite.token, { name, title }) : await client.join(invite, { name });
      show(room);
    } catch (error) {
      state.set({ ...before, entering: false, problem: problemOf(error), name });
    }
  }

  function followLink(text: string): void {
    try {
      const invite = parseInvite(text);
      const { origin: target, href } = new URL(text.trim());
      // Another relay's room has another relay's page: keys and history live by origin.
      if (target !== origin) return goTo(href);
      knock(invite);
    } catch (error) {
      state.set({ at: 'outside', problem: problemOf(error instanceof CodedError ? error : new CodedError('bad_invite')) });
    }
  }

  return { ...state, start, visit, followLink, enter };
}
