import { createIdentity, type Identity, restoreIdentity, type Vault } from '../crypto/index.ts';
import { CodedError, equalBytes, type RelayFrame, toHex } from '../protocol/index.ts';
import { createAdmission } from './admission.ts';
import type { Client, ClientEvent, RelayPlace } from './api.ts';
import { clockTrouble } from './clock-trouble.ts';
import { createComparing } from './comparing.ts';
import { loadComparisons } from './comparisons.ts';
import { createConnection } from './connection.ts';
import { normalizeName, signProfile } from './content/index.ts';
import { createDirects } from './directs.ts';
import { createDoors } from './doors.ts';
import { createFrontDoor } from './front-door.ts';
import { sameRelay } from './invite.ts';
import { createKeyPackages } from './key-packages.ts';
import { createFiles } from './files/files.ts';
import { createNoFiles } from './files/no-files.ts';
import { createCalls } from './calls/calls.ts';
import type { CallMedia } from './calls/ports.ts';
import type { FilePorts } from './files/ports.ts';
import type { Clock, Connector, RandomBytes, Store } from './ports.ts';
import { enqueue } from './room/outbox.ts';
import { countUnread } from './room/unread.ts';
import { readHistory } from './room/history.ts';
import { isEntering, keys } from './room/records.ts';
import type { Room } from './room/room.ts';
import type { RoomPorts } from './room/state.ts';
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
  /** Absent: this client sends and fetches no files. */
  readonly files?: FilePorts;
  /** Absent: this client sees that there are calls, and joins none. */
  readonly calls?: CallMedia;
}

export interface ClientOptions {
  /** What the relay was reached by, such as `192.168.1.20:9009` or an origin: its key is remembered under it. */
  readonly address: string;
  /** The first 16 bytes or all of the SHA-256 of the relay's SubjectPublicKeyInfo, where a link tells it. Else: the key of the first contact. */
  readonly expectRelay?: Uint8Array | undefined;
  /** The same as somebody on the network announced it. Anybody can: it holds for a first contact, and never against what is known of this address. */
  readonly announcedRelay?: Uint8Array | undefined;
}

/** The headless engine: one device at one relay. Rejects with GroupError `unreadable` when the vault does not open the store. */
export async function createClient(ports: ClientPorts, options: ClientOptions): Promise<Client> {
  const { clock, random } = ports;
  const store = sealStore(ports.store, ports.vault);
  const identity = await loadIdentity(store);
  const device = toHex(identity.device);
  const listeners = new Set<(event: ClientEvent) => void>();
  let place: RelayPlace | null = null;
  /** This connection's relay is known, and remembered. */
  let met = false;
  const underWay = new Set<Promise<unknown>>();
  let meeting: Promise<void> = Promise.resolve();
  let clockTold = false;
  let relay: Uint8Array | null = (await store.get(keys.pin(options.address))) ?? null;
  // A link says more than a memory of who once had that address.
  if (relay && options.expectRelay && !sameRelay(relay, options.expectRelay)) relay = null;

  const connection = createConnection(
    { connector: ports.connector, clock, random, identity },
    { expectRelay: options.expectRelay ?? relay ?? options.announcedRelay },
    {
      onState: (state) => emit({ event: 'state', connection: state }),
      onUp(welcome, key) {
        const trouble = clockTold ? undefined : clockTrouble(welcome.now, clock.now());
        if (trouble) emit({ event: 'error', error: trouble });
        clockTold ||= trouble !== undefined;
        meeting = meetRelay(key);
        beforeClosing(
          meeting.then(() => {
            if (!connection.up) return;
            met = true;
            if (welcome.place) place = { key, address: welcome.place.address, webPort: welcome.place.web, chatPort: welcome.place.chat };
            emit({ event: 'build', build: welcome.build });
            for (const room of rooms.at(key)) room.up();
            fileWork?.up(welcome.now);
            callWork.up();
          }),
        );
      },
      onDown() {
        met = false;
        rooms.down();
        callWork.down();
      },
      onFrame: receive,
    },
  );
  const comparisons = await loadComparisons(store);
  const roomPorts: RoomPorts = { store, clock, random, identity, connection, comparisons, emit };
  const rooms = createRooms(roomPorts, listen, (frame) => void meeting.then(() => receive(frame)));
  const fileWork = ports.files && createFiles(roomPorts, rooms, ports.files);
  const callWork = createCalls(roomPorts, rooms, ports.calls);
  const packages = createKeyPackages({ store, identity, connection, clock });
  const directs = createDirects(roomPorts, rooms, packages, begin);
  const frontDoor = createFrontDoor(connection, listen, () => (met ? relay : null));

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
    fileWork?.notice(event);
    callWork.notice(event);
    // Inside for the first time on this connection: from now on others can begin a room of two with this device.
    if (event.event === 'ready') beforeClosing(packages.keepStock());
  }

  /** What nobody waits for still needs the store. */
  function beforeClosing(work: Promise<unknown>): void {
    const done = work
      .catch((error: unknown) => emit({ event: 'error', error: new CodedError('internal', { message: String(error).slice(0, 200) }) }))
      .finally(() => underWay.delete(done));
    underWay.add(done);
  }

  function receive(frame: RelayFrame): void {
    if (callWork.receive(frame)) return;
    if (frame.t !== 'admitted' || rooms.has(toHex(frame.room))) return rooms.receive(frame);
    beforeClosing(meeting.then(() => (relay ? directs.take(frame, relay) : undefined)));
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

  const hereFirst = (a: Room, b: Room) => b.state.record.lastUsed - a.state.record.lastUsed;

  const client: Client = {
    device,
    rooms: () => (relay ? rooms.at(relay) : []).toSorted(hereFirst).map((room) => room.state.id),
    view: (id) => viewOf(rooms.get(id).state, roomPorts),
    connection: () => connection.state,
    relay: () => place,
    on: listen,
    ...createDoors(roomPorts, rooms, frontDoor, () => relay, begin),
    ...createAdmission(roomPorts, rooms),
    ...createComparing(roomPorts, rooms),
    files: fileWork?.files ?? createNoFiles(store, rooms),
    calls: callWork.calls,

    async send(id, text, style = 'plain') {
      const { state, act } = rooms.get(id);
      return act((tx) => {
        const item = enqueue(state, roomPorts, tx, { kind: 'text', text, style });
        tx.tell({ event: 'queued', room: id, id: toHex(item.id), text });
        return toHex(item.id);
      });
    },

    async history(id, { before, limit }) {
      return readHistory(store, id, before, limit);
    },

    async markRead(id, seq) {
      const { state, act } = rooms.get(id);
      if (seq <= state.record.readUpTo) return;
      await act(async (tx) => {
        state.record.unread = seq >= state.record.seq ? 0 : await countUnread(store, id, seq);
        state.record.readUpTo = seq;
        tx.touchRecord();
      });
    },

    async rename(id, typed) {
      const name = normalizeName(typed);
      const { relay: at } = rooms.get(id).state.record;
      // One person has one name: whoever writes with it elsewhere knows it by this one, too.
      const directly = rooms.at(at).filter(({ state }) => state.id !== id && state.record.peer && state.record.phase === 'ready');
      for (const { state, act } of [rooms.get(id), ...directly]) {
        // Newer than the last one, whatever the clock says.
        const version = Math.max(clock.now(), 1 + (state.record.profiles[device]?.version ?? 0));
        const profile = await signProfile(identity, state.room, name, version);
        await act((tx) => {
          enqueue(state, roomPorts, tx, { kind: 'profile', profile });
          state.record.name = name;
        });
      }
    },

    async direct(id, other) {
      return directs.open(id, other, rooms.get(id).state.record.relay);
    },

    async leave(id) {
      const { state, act } = rooms.get(id);
      await act((tx) => void enqueue(state, roomPorts, tx, { kind: 'leave' }));
    },

    async flush(ms, signal) {
      const open = () => rooms.all().filter(({ state }) => isEntering(state.record.phase) || state.record.phase === 'ready');
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
      frontDoor.close();
      await callWork.close();
      await fileWork?.close();
      connection.close();
      await rooms.close();
      await Promise.allSettled(underWay);
      await store.close();
    },
  };

  await rooms.load();
  await fileWork?.load();
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
