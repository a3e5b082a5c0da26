import { decodeGroup, type Identity, leafKey } from '../crypto/index.ts';
import { CodedError, equalBytes, fromHex, type RelayFrame, type RelayFrames, toHex } from '../protocol/index.ts';
import type { ClientEvent } from './api.ts';
import { spendPackage } from './key-packages.ts';
import { type Beginning, blankRecord } from './room/entering.ts';
import { decodeRecord, decodeRoomRecord, type Intent, isEntering, keys, type OutboxItem, type RoomRecord } from './room/records.ts';
import { createRoom, type Room } from './room/room.ts';
import type { RoomPorts, RoomState, Transaction } from './room/state.ts';
import { roomBytes } from './room/view.ts';

/** All rooms of this device, and what is being waited for in them. */
export interface Rooms {
  load(): Promise<void>;
  /** @throws CodedError `no_such_room` */
  get(id: string): Room;
  has(id: string): boolean;
  find(test: (state: RoomState) => boolean): Room | undefined;
  /** Rooms of the relay with this key. */
  at(relay: Uint8Array): readonly Room[];
  all(): readonly Room[];
  /** Begins a room by founding or joining; resolves with its id once inside, rejects with the door's answer. */
  begin(
    id: string,
    entering: Beginning,
    prepare: (room: Room, tx: Transaction) => Promise<void>,
  ): Promise<{ room: Room; inside: Promise<string> }>;
  /** Resolves with the id once the room is entered, however often it is asked. */
  inside(id: string): Promise<string>;
  /** Starts something that may take several commits; resolves when `done`. */
  intend(id: string, intent: Intent, done: (state: RoomState) => boolean): Promise<void>;
  /** `done` resolves when this device is a member; rejects where that is not to be, or the room ends. */
  awaitArrival(id: string, device: string): { readonly done: Promise<void> };
  /** The door stayed shut: nothing of the room is kept, and who waits is told `error`. */
  forget(id: string, error: CodedError): Promise<void>;
  receive(frame: RelayFrame): void;
  down(): void;
  /** To be called with each event that is told. */
  notice(event: ClientEvent): void;
  close(): Promise<void>;
}

/** With these a change of the group is given up, by the rules or by the relay. */
const REFUSALS = new Set(['not_allowed', 'room_full', 'bad_change']);

interface Waiter {
  readonly promise: Promise<string>;
  resolve(room: string): void;
  reject(error: unknown): void;
}

/** `onLate`: a Welcome that came when its room was being forgotten. */
export function createRooms(
  ports: RoomPorts,
  listen: (listener: (event: ClientEvent) => void) => () => void,
  onLate: (frame: RelayFrames['admitted']) => void,
): Rooms {
  const { store, connection } = ports;
  const rooms = new Map<string, Room>();
  const waiters = new Map<string, Waiter>();
  /** Not stored yet: nothing of them may be said to the relay. */
  const beginning = new Set<string>();
  let closed = false;

  function open(state: RoomState): Room {
    const room = createRoom(state, ports, {
      onShut: (error) => void forget(state.id, error),
      onFault: (error) => void reload(state.id, error),
      onLate,
    });
    rooms.set(state.id, room);
    return room;
  }

  function get(id: string): Room {
    const room = rooms.get(id);
    if (!room) throw new CodedError('no_such_room');
    return room;
  }

  function inside(id: string): Promise<string> {
    const known = waiters.get(id);
    if (known) return known.promise;
    let waiter: Omit<Waiter, 'promise'> = { resolve: () => {}, reject: () => {} };
    const promise = new Promise<string>((resolve, reject) => (waiter = { resolve, reject }));
    // It may be rejected before its asker awaits it.
    promise.catch(() => {});
    waiters.set(id, { promise, ...waiter });
    return promise;
  }

  async function forget(id: string, error: CodedError): Promise<void> {
    const room = rooms.get(id);
    // As a step of its own: what was taken in before it counts, and what comes after it finds nobody.
    if (!room || !(await room.act((tx) => strike(room.state, tx, error)))) return;
    room.down();
    rooms.delete(id);
    ports.emit({ event: 'error', room: id, error });
    waiters.get(id)?.reject(error);
    waiters.delete(id);
  }

  /** @returns false where the door was passed at the last moment */
  function strike(state: RoomState, tx: Transaction, error: CodedError): boolean {
    const { record, id } = state;
    if (!isEntering(record.phase)) return false;
    state.forgotten = true;
    tx.put(keys.record(id), null);
    tx.put(keys.group(id), null);
    // A member may open at this moment: who was refused by another is in then, and who went away can say so.
    const withdrawn = error.code === 'withdrawn';
    if (record.ownPackage && (withdrawn || error.code === 'knock_refused'))
      tx.put(...spendPackage(record.ownPackage, { room: id, name: record.name, withdrawn }, ports.clock.now()));
    return true;
  }

  /** A step failed in a way nobody foresaw: what is in memory is in doubt, what is stored is not. */
  async function reload(id: string, error: unknown): Promise<void> {
    if (closed) return;
    const before = rooms.get(id);
    before?.down();
    ports.emit({ event: 'error', room: id, error: new CodedError('internal', { message: String(error).slice(0, 200) }) });
    const state = await loadRoom(ports, id);
    if (!state || closed) return;
    state.readyTold = before?.state.readyTold ?? false;
    for (const known of before?.state.told ?? []) state.told.add(known);
    open(state);
    connection.reset('internal');
  }

  /** Resolves when `done` holds after an event of the room; rejects where the room's rules refuse it, or the room ends. */
  function until(id: string, done: () => boolean): Promise<void> {
    const finished = new Promise<void>((resolve, reject) => {
      const stop = listen((event) => {
        if (!('room' in event) || event.room !== id) return;
        const refused = event.event === 'error' && REFUSALS.has(event.error.code) ? event.error : undefined;
        const ended = event.event === 'ended' ? new CodedError(event.why) : undefined;
        if (!refused && !ended && !done()) return;
        stop();
        if (refused ?? ended) reject(refused ?? ended);
        else resolve();
      });
    });
    // The step that it is about may fail first.
    finished.catch(() => {});
    return finished;
  }

  return {
    get,
    has: (id) => rooms.has(id),
    forget,
    inside,
    find: (test) => [...rooms.values()].find((room) => test(room.state)),
    at: (relay) => [...rooms.values()].filter(({ state }) => equalBytes(state.record.relay, relay) && !beginning.has(state.id)),
    all: () => [...rooms.values()],

    async load() {
      for (const [key] of await store.list(keys.rooms)) {
        const state = await loadRoom(ports, key.slice(keys.rooms.length));
        if (state) open(state);
      }
    },

    async begin(id, entering, prepare) {
      const bytes = roomBytes(id);
      if (!bytes) throw new CodedError('bad_invite');
      const before = rooms.get(id)?.state;
      const room = open(blankState(id, bytes, { ...blankRecord(ports, bytes, entering), sent: before?.record.sent ?? 0 }));
      const promise = inside(id);
      beginning.add(id);
      const stored = room.act(async (tx) => {
        // A room that was left or taken away may be entered anew: old keys are of no use then, and what was written to
        // those who were there before is not said to those who are there now.
        tx.put(keys.group(id), null);
        for (const item of before?.outbox ?? []) tx.put(keys.outItem(id, item.order), null);
        tx.touchRecord();
        await prepare(room, tx);
      });
      await stored.finally(() => beginning.delete(id));
      return { room, inside: promise };
    },

    awaitArrival(id, device) {
      const { state } = get(id);
      const before = keyOf(state, device);
      // A device that lost its state is a member already: its new leaf is what arrives.
      return {
        done: until(id, () => {
          const now = keyOf(state, device);
          return now !== undefined && now !== before;
        }),
      };
    },

    async intend(id, intent, done) {
      const room = get(id);
      if (done(room.state)) return;
      const finished = until(id, () => done(room.state));
      await room.act((tx) => {
        if (room.state.record.phase !== 'ready') throw new CodedError('not_inside');
        room.state.record.intents.push(intent);
        tx.touchRecord();
      });
      await finished;
    },

    receive(frame) {
      if ('room' in frame) rooms.get(toHex(frame.room))?.receive(frame);
    },

    down: () => rooms.forEach((room) => room.down()),

    notice(event) {
      if (event.event !== 'ready') return;
      waiters.get(event.room)?.resolve(event.room);
      waiters.delete(event.room);
    },

    async close() {
      closed = true;
      for (const room of rooms.values()) room.down();
      await Promise.all([...rooms.values()].map((room) => room.idle()));
    },
  };
}

function keyOf({ group }: RoomState, device: string): string | undefined {
  const key = group && leafKey(group, fromHex(device) ?? new Uint8Array());
  return key ? toHex(key) : undefined;
}

function blankState(id: string, room: Uint8Array, record: RoomRecord): RoomState {
  return {
    id,
    room,
    record,
    group: null,
    outbox: [],
    inFlight: new Map(),
    sealFrom: 0,
    commitInFlight: false,
    told: new Set(),
    target: null,
    readyTold: false,
    live: false,
    forgotten: false,
    here: new Set(),
    knocks: new Map(),
  };
}

async function loadRoom(
  { store, identity }: { store: RoomPorts['store']; identity: Identity },
  id: string,
): Promise<RoomState | undefined> {
  const record = await store.get(keys.record(id));
  const room = fromHex(id);
  if (!record || !room) return undefined;
  const state = blankState(id, room, decodeRoomRecord(record));
  const group = await store.get(keys.group(id));
  if (group) state.group = await decodeGroup(group, identity);
  state.outbox = (await store.list(keys.out(id))).map(([, value]) => decodeRecord<OutboxItem>(value));
  return state;
}
