import { createIdentity, type Identity, restoreIdentity, type Vault } from '../crypto/index.ts';
import { CodedError, equalBytes, SIZES, toHex } from '../protocol/index.ts';
import type { Client, ClientEvent, RelayPlace, TimelineItem } from './api.ts';
import { createConnection } from './connection.ts';
import { normalizeName, signProfile } from './content/index.ts';
import { sameRelay } from './invite.ts';
import type { Clock, Connector, RandomBytes, Store } from './ports.ts';
import { prepareFounding } from './room/entering.ts';
import { enqueue } from './room/outbox.ts';
import { decodeRecord, keys } from './room/records.ts';
import type { Room } from './room/room.ts';
import type { RoomPorts, RoomState } from './room/state.ts';
import { viewOf } from './room/view.ts';
import { createRooms } from './rooms.ts';
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

/** The headless engine: one device at one relay. Rejects with GroupError `unreadable` when the vault does not open the store. */
export async function createClient(ports: ClientPorts, options: ClientOptions): Promise<Client> {
  const { clock, random } = ports;
  const store = sealStore(ports.store, ports.vault);
  const identity = await loadIdentity(store);
  const device = toHex(identity.device);
  const listeners = new Set<(event: ClientEvent) => void>();
  let place: RelayPlace | null = null;
  let relay: Uint8Array | null = (await store.get(keys.pin(options.address))) ?? null;
  // A link says more than a memory of who once had that address.
  if (relay && options.expectRelay && !sameRelay(relay, options.expectRelay)) relay = null;

  const connection = createConnection(
    { connector: ports.connector, clock, random, identity },
    { expectRelay: options.expectRelay ?? relay ?? undefined },
    {
      onState: (state) => emit({ event: 'state', connection: state }),
      onUp(welcome, key) {
        void meetRelay(key).then(() => {
          if (!connection.up) return;
          if (welcome.place) place = { key, address: welcome.place.address, webPort: welcome.place.web, chatPort: welcome.place.chat };
          emit({ event: 'build', build: welcome.build });
          for (const room of rooms.at(key)) room.up();
        });
      },
      onDown: () => rooms.down(),
      onFrame: (frame) => rooms.receive(frame),
    },
  );
  const roomPorts: RoomPorts = { store, clock, random, identity, connection, emit };
  const rooms = createRooms(roomPorts, listen);

  async function meetRelay(key: Uint8Array): Promise<void> {
    // What was begun before the first contact belongs to the relay that it met.
    for (const { state } of rooms.all()) if (state.record.relay.length === 0) state.record.relay = key;
    if (relay && equalBytes(relay, key)) return;
    relay = key;
    await store.write(new Map([[keys.pin(options.address), key]]));
  }

  function emit(event: ClientEvent): void {
    for (const listener of listeners) listener(event);
    rooms.notice(event);
  }

  function listen(listener: (event: ClientEvent) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  async function begin(...parameters: Parameters<typeof rooms.begin>): Promise<string> {
    const { room, inside } = await rooms.begin(...parameters);
    if (connection.up && relay && equalBytes(room.state.record.relay, relay)) room.up();
    return inside;
  }

  const entering = (state: RoomState) => state.record.phase === 'founding' || state.record.phase === 'joining';
  const hereFirst = (a: Room, b: Room) => b.state.record.lastUsed - a.state.record.lastUsed;

  const client: Client = {
    device,
    rooms: () => (relay ? rooms.at(relay) : []).toSorted(hereFirst).map((room) => room.state.id),
    view: (id) => viewOf(rooms.get(id).state, device),
    connection: () => connection.state,
    relay: () => place,
    on: listen,

    async found(token, { name, title = '' }) {
      const begun = rooms.find(
        ({ record }) => record.phase === 'founding' && record.entrance !== null && equalBytes(record.entrance, token),
      );
      if (begun) return rooms.inside(begun.state.id);
      const id = toHex(random(SIZES.room));
      const start = { phase: 'founding', name: normalizeName(name), entrance: token, relay: relay ?? new Uint8Array() } as const;
      return begin(id, start, (room, tx) => prepareFounding(room.state, roomPorts, tx, title));
    },

    async join({ room: id, secret }, { name }) {
      const known = rooms.find((state) => state.id === id);
      if (known && entering(known.state)) return rooms.inside(id);
      if (known?.state.record.phase === 'ready') return id;
      const start = { phase: 'joining', name: normalizeName(name), entrance: secret, relay: relay ?? new Uint8Array() } as const;
      return begin(id, start, async () => {});
    },

    async send(id, text, style = 'plain') {
      const { state, act } = rooms.get(id);
      return act((tx) => {
        const item = enqueue(state, roomPorts, tx, { kind: 'text', text, style });
        tx.tell({ event: 'queued', room: id, id: toHex(item.id), text });
        return toHex(item.id);
      });
    },

    async history(id, { before, limit }) {
      const found = await store.list(keys.items(id), {
        limit,
        reverse: true,
        ...(before === undefined ? {} : { after: keys.itemsBefore(id, before) }),
      });
      return found.map(([, value]) => decodeRecord<TimelineItem>(value)).toReversed();
    },

    async markRead(id, seq) {
      const { state, act } = rooms.get(id);
      if (seq <= state.record.readUpTo) return;
      await act((tx) => {
        state.record.readUpTo = seq;
        tx.touchRecord();
      });
    },

    async rename(id, typed) {
      const { state, act } = rooms.get(id);
      const name = normalizeName(typed);
      const profile = await signProfile(identity, state.room, name, clock.now());
      await act((tx) => {
        enqueue(state, roomPorts, tx, { kind: 'profile', profile });
        state.record.name = name;
      });
    },

    async invite(id) {
      await rooms.intend(id, { kind: 'open-link' }, ({ group, record }) => Boolean(group?.context.link) && record.intents.length === 0);
      const secret = rooms.get(id).state.group?.context.link;
      if (!secret) throw new CodedError('link_closed');
      return { room: id, secret };
    },

    async remove(id, target) {
      const view = viewOf(rooms.get(id).state, device);
      if (target === device) throw new CodedError('remove_self');
      if (!view.members.some((member) => member.device === target)) throw new CodedError('no_such_member');
      if (!view.canRemove) throw new CodedError('not_allowed');
      await rooms.intend(id, { kind: 'remove', device: target }, ({ group, record }) => {
        return record.intents.length === 0 && !group?.members.some((member) => toHex(member) === target);
      });
    },

    async leave(id) {
      const { state, act } = rooms.get(id);
      await act((tx) => void enqueue(state, roomPorts, tx, { kind: 'leave' }));
    },

    async flush(ms, signal) {
      const open = () => rooms.all().filter(({ state }) => entering(state) || state.record.phase === 'ready');
      const left = () => open().reduce((sum, { state }) => sum + state.outbox.length, 0);
      if (left() > 0 && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          const done = () => {
            cancel();
            stop();
            signal?.removeEventListener('abort', done);
            resolve();
          };
          const cancel = clock.after(ms, done);
          const stop = listen(() => left() === 0 && done());
          signal?.addEventListener('abort', done);
        });
      }
      return left();
    },

    async settled() {
      await Promise.all(rooms.all().map((room) => room.idle()));
    },

    async close() {
      connection.close();
      await rooms.close();
      await store.close();
    },
  };

  await rooms.load();
  connection.start();
  return client;
}

async function loadIdentity(store: Store): Promise<Identity> {
  const secret = await store.get(keys.identity);
  if (secret) return restoreIdentity(secret);
  const identity = await createIdentity();
  await store.write(new Map([[keys.identity, identity.secret]]));
  return identity;
}
