import { createIdentity, decodeGroup, encodeGroup, type Identity, restoreIdentity, type Vault } from '../crypto/index.ts';
import { CodedError, equalBytes, fromHex, type RelayFrame, SIZES, toHex } from '../protocol/index.ts';
import type { Client, ClientEvent, RelayPlace, RoomView, TimelineItem } from './api.ts';
import { type Connection, createConnection } from './connection.ts';
import { normalizeName, signProfile } from './content/index.ts';
import { sameRelay } from './invite.ts';
import type { Clock, Connector, RandomBytes, Store } from './ports.ts';
import { blankRecord, prepareFounding } from './room/entering.ts';
import { enqueue, type Line } from './room/outbox.ts';
import { decodeRecord, encodeRecord, type Intent, keys, type OutboxItem, type RoomRecord } from './room/records.ts';
import { createRoom, type Room } from './room/room.ts';
import type { RoomPorts, RoomState, Transaction } from './room/state.ts';
import { roomBytes, viewOf } from './room/view.ts';
import { sealStore } from './vaulted-store.ts';

export interface ClientPorts {
  readonly store: Store;
  readonly connector: Connector;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Seals everything that is stored. */
  readonly vault: Vault;
}

export interface ClientOptions {
  /** What the relay was reached by, such as `192.168.1.20:9009` or an origin: its key is remembered under it. */
  readonly address: string;
  /** The first 16 bytes or all of the SHA-256 of the relay's SubjectPublicKeyInfo, where a link tells it. Else: the key of the first contact. */
  readonly expectRelay?: Uint8Array | undefined;
}

/**
 * The headless engine: one device at one relay. Rejects with GroupError `unreadable` when the vault does not open the store.
 */
export async function createClient(ports: ClientPorts, options: ClientOptions): Promise<Client> {
  const { clock, random } = ports;
  const store = sealStore(ports.store, ports.vault);
  const identity = await loadIdentity(store);
  const device = toHex(identity.device);
  const listeners = new Set<(event: ClientEvent) => void>();
  const rooms = new Map<string, Room>();
  const waiting = new Map<string, { resolve: (room: string) => void; reject: (error: unknown) => void }>();
  let relay: Uint8Array | null = (await store.get(keys.pin(options.address))) ?? null;
  let place: RelayPlace | null = null;
  let closed = false;

  // A link says more than a memory of who once had that address.
  if (relay && options.expectRelay && !sameRelay(relay, options.expectRelay)) relay = null;

  const connection: Connection = createConnection(
    { connector: ports.connector, clock, random, identity },
    { expectRelay: options.expectRelay ?? relay ?? undefined },
    {
      onState: (state) => emit({ event: 'state', connection: state }),
      onUp(welcome, key) {
        void pinRelay(key).then(() => {
          if (!connection.up) return;
          if (welcome.place) place = { key, address: welcome.place.address, webPort: welcome.place.web, chatPort: welcome.place.chat };
          emit({ event: 'build', build: welcome.build });
          for (const room of rooms.values()) if (belongsHere(room)) room.up();
        });
      },
      onDown: () => rooms.forEach((room) => room.down()),
      onFrame: (frame: RelayFrame) => {
        if ('room' in frame) rooms.get(toHex(frame.room))?.receive(frame);
      },
    },
  );
  const roomPorts: RoomPorts = { store, clock, random, identity, connection, emit };

  async function pinRelay(key: Uint8Array): Promise<void> {
    if (relay && equalBytes(relay, key)) return;
    relay = key;
    await store.write(new Map([[keys.pin(options.address), key]]));
  }

  function emit(event: ClientEvent): void {
    if (event.event === 'ready') settle(event.room, (waiter) => waiter.resolve(event.room));
    for (const listener of listeners) listener(event);
  }

  function settle(room: string, how: (waiter: NonNullable<ReturnType<typeof waiting.get>>) => void): void {
    const waiter = waiting.get(room);
    waiting.delete(room);
    if (waiter) how(waiter);
  }

  // ---- rooms

  /** A room founded or entered before the first contact belongs to the relay it will meet. */
  function belongsHere(room: Room): boolean {
    const { record } = room.state;
    if (record.relay.length === 0 && relay) record.relay = relay;
    return relay !== null && equalBytes(record.relay, relay);
  }

  function open(state: RoomState): Room {
    const room = createRoom(state, roomPorts, {
      onShut: (error) => void forget(state.id, error),
      onFault: (error) => void reload(state.id, error),
    });
    rooms.set(state.id, room);
    return room;
  }

  async function forget(id: string, error: CodedError): Promise<void> {
    const room = rooms.get(id);
    rooms.delete(id);
    room?.down();
    await store.write(new Map([[keys.record(id), null], [keys.group(id), null]]));
    emit({ event: 'error', room: id, error });
    settle(id, (waiter) => waiter.reject(error));
  }

  /** A step failed in a way nobody foresaw: what is in memory is in doubt, what is stored is not. */
  async function reload(id: string, error: unknown): Promise<void> {
    if (closed) return;
    emit({ event: 'error', room: id, error: error instanceof CodedError ? error : new CodedError('internal', { message: String(error).slice(0, 200) }) });
    rooms.get(id)?.down();
    const state = await loadRoom(store, identity, id);
    if (!state || closed) return;
    const told = rooms.get(id)?.state;
    if (told) {
      state.readyTold = told.readyTold;
      for (const known of told.told) state.told.add(known);
    }
    open(state);
    connection.reset('internal');
  }

  async function begin(id: string, entering: Pick<RoomRecord, 'phase' | 'name' | 'entrance'>, prepare: (room: Room, tx: Transaction) => Promise<void>): Promise<string> {
    const bytes = roomBytes(id);
    if (!bytes) throw new CodedError('bad_invite');
    if (waiting.has(id)) throw new CodedError('busy');
    const state = blankState(id, bytes, blankRecord(roomPorts, bytes, { ...entering, relay: relay ?? new Uint8Array() }));
    const room = open(state);
    const inside = new Promise<string>((resolve, reject) => waiting.set(id, { resolve, reject }));
    // The waiter may reject before anybody awaits it below.
    inside.catch(() => {});
    await room.act(async (tx) => {
      tx.touchRecord();
      await prepare(room, tx);
    });
    connection.start();
    if (connection.up && belongsHere(room)) room.up();
    return inside;
  }

  function roomOf(id: string): Room {
    const room = rooms.get(id);
    if (!room) throw new CodedError('no_such_room');
    return room;
  }

  async function write(id: string, line: Line): Promise<OutboxItem> {
    const room = roomOf(id);
    return room.act((tx) => {
      const item = enqueue(room.state, roomPorts, tx, line);
      if (item.kind === 'text') tx.tell({ event: 'queued', room: id, id: toHex(item.id), text: item.text });
      return item;
    });
  }

  /** Starts something that may take several commits; resolves when it is done. */
  async function intend(id: string, intent: Intent, done: (state: RoomState) => boolean): Promise<void> {
    const room = roomOf(id);
    if (done(room.state)) return;
    const finished = new Promise<void>((resolve, reject) => {
      const stop = listen((event) => {
        if (!('room' in event) || event.room !== id) return;
        if (event.event === 'error' && event.error.code === 'not_allowed') end(() => reject(event.error));
        else if (event.event === 'ended') end(() => reject(new CodedError(event.why)));
        else if (done(room.state)) end(resolve);
      });
      const end = (settleIt: () => void) => {
        stop();
        settleIt();
      };
    });
    await room.act((tx) => {
      if (room.state.record.phase !== 'ready') throw new CodedError('not_ready');
      room.state.record.intents.push(intent);
      tx.touchRecord();
    });
    await finished;
  }

  function listen(listener: (event: ClientEvent) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  const api: Client = {
    device,
    rooms: () =>
      [...rooms.values()]
        .filter(belongsHere)
        .toSorted((a, b) => b.state.record.lastUsed - a.state.record.lastUsed)
        .map((room) => room.state.id),
    view: (id): RoomView => viewOf(roomOf(id).state, device),
    connection: () => connection.state,
    relay: () => place,
    on: listen,

    async found(token, { name, title = '' }) {
      const id = toHex(random(SIZES.room));
      return begin(id, { phase: 'founding', name: normalizeName(name), entrance: token }, (room, tx) => prepareFounding(room.state, roomPorts, tx, title));
    },

    async join({ room: id, secret }, { name }) {
      const phase = rooms.get(id)?.state.record.phase;
      if (phase === 'ready' || phase === 'joining' || phase === 'founding') {
        connection.start();
        return id;
      }
      return begin(id, { phase: 'joining', name: normalizeName(name), entrance: secret }, async () => {});
    },

    async send(id, text, style = 'plain') {
      return toHex((await write(id, { kind: 'text', text, style })).id);
    },

    async history(id, { before, limit }) {
      const found = await store.list(keys.items(id), { limit, reverse: true, ...(before === undefined ? {} : { after: keys.itemsBefore(id, before) }) });
      return found.map(([, value]) => decodeRecord<TimelineItem>(value)).toReversed();
    },

    async markRead(id, seq) {
      const room = roomOf(id);
      if (seq <= room.state.record.readUpTo) return;
      await room.act((tx) => {
        room.state.record.readUpTo = seq;
        tx.touchRecord();
      });
    },

    async rename(id, typed) {
      const room = roomOf(id);
      const name = normalizeName(typed);
      const profile = await signProfile(identity, room.state.room, name, clock.now());
      await room.act((tx) => {
        room.state.record.name = name;
        enqueue(room.state, roomPorts, tx, { kind: 'profile', profile });
      });
    },

    async invite(id) {
      await intend(id, { kind: 'open-link' }, (state) => Boolean(state.group?.context.link) && state.record.intents.length === 0);
      const secret = roomOf(id).state.group?.context.link;
      if (!secret) throw new CodedError('link_closed');
      return { room: id, secret };
    },

    async remove(id, target) {
      if (!viewOf(roomOf(id).state, device).members.some((member) => member.device === target)) throw new CodedError('no_such_member');
      if (target === device) throw new CodedError('remove_self');
      if (!viewOf(roomOf(id).state, device).canRemove) throw new CodedError('not_allowed');
      const gone = (state: RoomState) => !state.group?.members.some((member) => toHex(member) === target) && state.record.intents.length === 0;
      await intend(id, { kind: 'remove', device: target }, gone);
    },

    async leave(id) {
      await write(id, { kind: 'leave' });
    },

    async flush(ms) {
      const left = () => [...rooms.values()].reduce((sum, room) => sum + room.state.outbox.length, 0);
      if (left() === 0) return 0;
      await new Promise<void>((resolve) => {
        const done = () => {
          cancel();
          stop();
          resolve();
        };
        const cancel = clock.after(ms, done);
        const stop = listen(() => left() === 0 && done());
      });
      return left();
    },

    async close() {
      if (closed) return;
      closed = true;
      connection.close();
      for (const room of rooms.values()) room.down();
      await Promise.all([...rooms.values()].map((room) => room.idle()));
      await store.close();
    },
  };

  for (const [key] of await store.list(keys.rooms)) {
    const state = await loadRoom(store, identity, key.slice(keys.rooms.length));
    if (state) open(state);
  }
  connection.start();
  return api;
}

async function loadIdentity(store: Store): Promise<Identity> {
  const secret = await store.get(keys.identity);
  if (secret) return restoreIdentity(secret);
  const identity = await createIdentity();
  await store.write(new Map([[keys.identity, identity.secret]]));
  return identity;
}

function blankState(id: string, room: Uint8Array, record: RoomRecord): RoomState {
  return {
    id,
    room,
    record,
    group: null,
    outbox: [],
    inFlight: new Set(),
    commitInFlight: false,
    told: new Set(),
    target: null,
    readyTold: false,
    live: false,
    here: new Set(),
  };
}

async function loadRoom(store: Store, identity: Identity, id: string): Promise<RoomState | undefined> {
  const record = await store.get(keys.record(id));
  const room = fromHex(id);
  if (!record || !room) return undefined;
  const state = blankState(id, room, decodeRecord<RoomRecord>(record));
  const group = await store.get(keys.group(id));
  if (group) state.group = await decodeGroup(group, identity);
  state.outbox = (await store.list(keys.out(id))).map(([, value]) => decodeRecord<OutboxItem>(value));
  return state;
}
