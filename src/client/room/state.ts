import type { Group, Identity } from '../../crypto/index.ts';
import type { CodedError } from '../../protocol/index.ts';
import type { ClientEvent, Knock, TimelineItem } from '../api.ts';
import type { Comparisons } from '../comparisons.ts';
import type { Connection } from '../connection.ts';
import type { Profile } from '../content/index.ts';
import type { Clock, RandomBytes, Store } from '../ports.ts';
import { encodeRecord, keys, type OutboxItem, type RoomRecord } from './records.ts';

/** What every part of a room works with. */
export interface RoomPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly identity: Identity;
  readonly connection: Connection;
  readonly comparisons: Comparisons;
  emit(event: ClientEvent): void;
}

/** A room in memory. Only a running transaction changes it. */
export interface RoomState {
  readonly id: string;
  readonly room: Uint8Array;
  record: RoomRecord;
  /** Null until the door is passed. */
  group: Group | null;
  outbox: OutboxItem[];
  /** Lines under way on this connection, by their order (see OutboxItem): the epoch they are sealed in, null once they are stored. */
  readonly inFlight: Map<number, number | null>;
  /** Lines are sealed from this epoch on: the relay said that earlier ones are over. */
  sealFrom: number;
  /** The pending commit was sent on this connection. */
  commitInFlight: boolean;
  /** Ids (hex) for which `sent` was told in this run. */
  readonly told: Set<string>;
  /** The relay's newest number for this room when it was first followed in this run. */
  target: number | null;
  /** `ready` was told in this run. */
  readyTold: boolean;
  live: boolean;
  /** The door stayed shut: nothing of it is stored any more. */
  forgotten: boolean;
  readonly here: Set<string>;
  /** Who waits to be let in, by device, in the order in which they came. */
  readonly knocks: Map<string, WaitingKnock>;
}

/** A knock as it was opened: what admitting it needs. */
export interface WaitingKnock extends Knock {
  readonly profile: Profile;
  readonly keyPackage: Uint8Array;
  readonly leaf: Uint8Array;
  readonly instead: Uint8Array | null;
}

/** Collects what one step changes: all of it goes to the store at once, and only then is anybody told. */
export interface Transaction {
  put(key: string, value: Uint8Array | null): void;
  /** As it will be when this is written. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** The room's record, or the group, changed. */
  touchRecord(): void;
  touchGroup(): void;
  /** @param key where it is of no entry @returns the key under which it is stored */
  addItem(item: TimelineItem, key?: string): string;
  tell(event: ClientEvent): void;
  /** Runs when everything is in the store. */
  afterwards(run: () => void): void;
}

export function createTransaction(
  state: RoomState,
  ports: RoomPorts,
  encodeGroup: (group: Group) => Uint8Array,
): Transaction & { commit(): Promise<void> } {
  const changes = new Map<string, Uint8Array | null>();
  const events: ClientEvent[] = [];
  const later: Array<() => void> = [];
  let recordTouched = false;
  let groupTouched = false;
  let parts = 0;
  return {
    put: (key, value) => void changes.set(key, value),
    async read(key) {
      const change = changes.get(key);
      return change === undefined ? ports.store.get(key) : (change ?? undefined);
    },
    touchRecord: () => void (recordTouched = true),
    touchGroup: () => void (groupTouched = true),
    addItem(item, own) {
      const key = own ?? keys.item(state.id, item.seq, parts++);
      changes.set(key, encodeRecord(item));
      events.push({ event: 'item', room: state.id, item });
      return key;
    },
    tell: (event) => void events.push(event),
    afterwards: (run) => void later.push(run),
    async commit() {
      if (recordTouched && !state.forgotten) changes.set(keys.record(state.id), encodeRecord(state.record));
      if (groupTouched && state.group && !state.forgotten) changes.set(keys.group(state.id), encodeGroup(state.group));
      const changed = changes.size > 0;
      if (changed) await ports.store.write(changes);
      for (const event of events) ports.emit(event);
      if (changed) ports.emit({ event: 'changed', room: state.id });
      for (const run of later) run();
    },
  };
}

/** A coded fault of this room, told to whoever listens. */
export function tellError(tx: Transaction, state: RoomState, error: CodedError): void {
  tx.tell({ event: 'error', room: state.id, error });
}
