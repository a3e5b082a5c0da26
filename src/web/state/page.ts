import { type Client, type ClientEvent, type Invite, parseInvite, sameRelay } from '../../client/index.ts';
import { CodedError } from '../../protocol/index.ts';
import type { Address } from './address.ts';
import { createFrontDoor } from './front-door.ts';
import { createLinkDoor, type Entering } from './link-door.ts';
import { createObservable, type Observable } from './observable.ts';
import type { PageState } from './page-state.ts';
import { type Problem, problemOf } from './problem.ts';
import type { Reloader } from './reloader.ts';
import { createShownRooms } from './shown-rooms.ts';

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
  /** Told which client there is. */
  readonly followers: ReadonlyArray<{ follow(client: Client): void; unfollow(): void }>;
  readonly origin: string;
  /** Calls `act` after so many ms. @returns what takes it back */
  after(ms: number, act: () => void): () => void;
  /** What is half written goes to the window that takes over, before the device does. */
  giveDrafts(): void;
  /** Leaves this page for another relay's. */
  goTo(url: string): void;
}

export interface Page extends Observable<PageState> {
  start(address: Address): Promise<void>;
  /** The address changed while the page is open: somebody pasted a link there. */
  visit(address: Address): void;
  /** A link typed or pasted by hand. @returns what is wrong with it */
  followLink(text: string): Problem | null;
  enter(entering: Entering): Promise<void>;
  /** Comes in by the address alone: at once where that is open to all, else by knocking. */
  knock(name: string): Promise<void>;
  /** Waits no longer. */
  withdraw(): Promise<void>;
  /** The way in by the address alone, for those who are out of their room. */
  standOutside(name: string): void;
  /** One of this device's rooms. */
  show(room: string): void;
  /** The conversation of two with a member of `room`. */
  write(room: string, device: string): Promise<void>;
  /** The person wants to go on in this window. */
  takeOver(): void;
  /** Another window wants the device that this one has. */
  handOver(): Promise<void>;
}

export function createPage({ open, askForDevice, reloader, followers, origin, after, giveDrafts, goTo }: PagePorts): Page {
  const state = createObservable<PageState>({ at: 'starting' });
  let client: Client | undefined;
  let expectRelay: Uint8Array | undefined;
  /** What was asked for while the client was being opened. */
  let later: Address | undefined;
  const comeInto = (room: string) => rooms.comeInto(room);
  const linkDoor = createLinkDoor({ state, client: () => client, business: reloader, comeInto });
  const frontDoor = createFrontDoor({ state, client: () => client, waitAt: (room) => rooms.close(room), comeInto, after });
  const rooms = createShownRooms({ state, client: () => client, frontDoor, endLink: linkDoor.end });

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
    for (const { follow } of followers) follow(client);
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
    rooms.notice(event);
    if (event.event !== 'state') return;
    // A relay that does not understand this page serves another one.
    if (event.connection.state === 'offline' && /^version_(unsupported|too_old)$/.test(event.connection.code))
      reloader.heard(event.connection.code);
    frontDoor.noticeConnection();
    linkDoor.noticeConnection();
  }

  function visit(address: Address): void {
    if (!client) {
      later = address;
      return;
    }
    if (address.kind === 'invite') return standAtDoor(address.invite);
    const room = roomFor(client, address);
    if (room !== undefined) return rooms.show(room);
    frontDoor.stand(address.kind === 'broken' ? { code: 'bad_invite', detail: {} } : null);
  }

  /** The room that the address names, else the one used last of those that go on; over ones can still be read. */
  function roomFor(opened: Client, address: Address): string | undefined {
    if (address.kind !== 'plain') return undefined;
    const known = opened.rooms();
    if (address.room !== undefined && known.includes(address.room)) return address.room;
    return known.find((room) => ['ready', 'joining', 'knocking'].includes(opened.view(room).phase)) ?? known[0];
  }

  function standAtDoor(invite: Invite): void {
    if (!client) return;
    if (!leadsToItsRelay(client, invite)) return void reopen({ kind: 'invite', invite });
    const inside = invite.kind === 'room' && client.rooms().includes(invite.room) ? client.view(invite.room) : undefined;
    if (invite.kind === 'room' && (inside?.phase === 'ready' || inside?.phase === 'joining')) return rooms.show(invite.room);
    const earlier = client.rooms()[0];
    linkDoor.stand(invite, inside?.name ?? (earlier === undefined ? '' : client.view(earlier).name));
  }

  /** A host that was set up anew has another key at the old address: the client has to be told by which one it is to go. */
  function leadsToItsRelay({ relay }: Client, { relayKey }: Invite): boolean {
    const key = expectRelay ?? relay()?.key;
    return key !== undefined && sameRelay(key, relayKey);
  }

  function followLink(text: string): Problem | null {
    try {
      const invite = parseInvite(text);
      const { origin: target, href } = new URL(text.trim());
      // Another relay's room has another relay's page: keys and history live by origin.
      if (target === origin) standAtDoor(invite);
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
    for (const { unfollow } of followers) unfollow();
    rooms.closeAll();
    linkDoor.end();
    state.set({ at: 'starting' });
    await open?.close();
  }

  async function handOver(): Promise<void> {
    // Whoever only waits for the device has nothing to hand over.
    if (!client) return;
    const now = state.get();
    const address: Address =
      now.at === 'door'
        ? { kind: 'invite', invite: now.invite }
        : { kind: 'plain', ...(now.at === 'room' ? { room: now.session.room } : {}) };
    giveDrafts();
    await shut();
    // Not before the one that asked.
    await openFor(address, () => waitForOtherWindow(new CodedError('in_use')));
  }

  return {
    ...state,
    start,
    visit,
    followLink,
    enter: linkDoor.enter,
    knock: frontDoor.enter,
    withdraw: frontDoor.withdraw,
    standOutside: (name) => frontDoor.stand(null, name),
    show: rooms.show,
    write: rooms.write,
    takeOver: askForDevice,
    handOver,
  };
}
