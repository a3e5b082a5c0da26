import { CodedError, toHex } from '../../protocol/index.ts';
import type { ClientEvent, Files } from '../api.ts';
import type { Rooms } from '../rooms.ts';
import { peerLeft } from '../room/direct.ts';
import { isOver, keys } from '../room/records.ts';
import type { RoomPorts } from '../room/state.ts';
import { createAnnouncing } from './announcing.ts';
import { createBackoff } from './backoff.ts';
import { beginDownload, beginUpload } from './beginnings.ts';
import { createDebts } from './debts.ts';
import { createDownloader } from './download.ts';
import { createJournal, decodeTransfer, encodeTransfer, type TransferRecord } from './journal.ts';
import { type Outcome, toStore } from './ending.ts';
import { asCoded } from './faults.ts';
import { createLibrary } from './library.ts';
import { describe, type LiveTransfer, type LiveUpload } from './live.ts';
import type { FilePorts } from './ports.ts';
import { createReading } from './reading.ts';
import { createTeller } from './teller.ts';
import { createTickets } from './tickets.ts';
import { createTransfers } from './transfers.ts';
import { createUploader, freshSeal } from './upload.ts';

/** Files, and what the client tells them. */
export interface FileWork {
  readonly files: Files;
  /** Takes up what was under way. Nothing runs before the caller could listen. */
  load(): Promise<void>;
  /** The relay is there, and says what time it is. */
  up(now: number): void;
  /** To be called with each event that is told. */
  notice(event: ClientEvent): void;
  close(): Promise<void>;
}

/** Transfers that are kept at once; each of them has a record in the store and, while it waits, an open source. */
const TRANSFERS = 10_000;

export function createFiles(ports: RoomPorts, rooms: Rooms, { transport: makeTransport, places, aead, part }: FilePorts): FileWork {
  const { store, clock, random, connection, emit } = ports;
  const closing = new AbortController();
  const sealing = aead ? { aead } : {};
  const tickets = createTickets({ connection, clock });
  const transport = makeTransport(tickets.of);
  const library = createLibrary(store);
  const onFault = (error: CodedError) => emit({ event: 'error', error });
  const isOpen = (room: string) => rooms.has(room) && !isOver(rooms.get(room).state.record.phase);
  const debts = createDebts({ store, transport, backoff: createBackoff(ports), closing: closing.signal, isOpen, onFault });
  const teller = createTeller(clock, (live) => emit({ event: 'transfer', transfer: describe(live) }));
  const reading = createReading({ library, transport, ...sealing });
  const announcing = createAnnouncing(ports, rooms);
  const transfers = createTransfers({
    uploader: createUploader({
      transport,
      places,
      random,
      ...sealing,
      ...(part === undefined ? {} : { part }),
      debts,
      announce: announcing.announce,
      onStart: teller.state,
      onProgress: teller.progress,
      closing: closing.signal,
    }),
    downloader: createDownloader({ transport, places, ...sealing, onProgress: teller.progress }),
    teller,
    makeBackoff: () => createBackoff(ports),
    makeJournal: (record) => createJournal(store, record),
    conclude,
    clean,
    onFault,
  });
  let order = 0;

  function conclude({ journal, direction, outcome, error }: LiveTransfer): Promise<void> {
    const { room, blob } = journal.record;
    const unknown = direction === 'up' && outcome?.state !== 'done' && journal.record.message === null && blob !== null;
    return journal.conclude(toStore(outcome as Outcome, error, false), unknown ? debts.changes({ room, blob, what: 'remove' }) : undefined);
  }

  async function clean(live: LiveTransfer): Promise<void> {
    const done = live.outcome?.state === 'done';
    if (live.direction === 'down') {
      const { place } = live.journal.record;
      if (!done) await abandon(live.sink ?? (place === null ? undefined : await places.openSink(place).catch(() => undefined)));
      return;
    }
    const { room, message } = live.journal.record;
    if (!done && message !== null) await announcing.takeBack(room, message).catch(ignoreCoded);
    debts.settle();
  }

  function requireOpen(id: string): void {
    const { state } = rooms.get(id);
    if (isOver(state.record.phase)) throw new CodedError(state.record.phase);
    if (peerLeft(state)) throw new CodedError('peer_left');
    requireSpace();
  }

  function requireSpace(): void {
    if (transfers.all().length >= TRANSFERS) throw new CodedError('too_many_transfers', { max: TRANSFERS });
  }

  const place = (room: string) => ({ id: toHex(random(8)), room, order: ++order });

  /** A message that was in the outbox when the program ended: it waits there still, is in the log, or went with its room. */
  async function follow(live: LiveUpload): Promise<void> {
    const { room, message } = live.journal.record;
    if (message === null || closing.signal.aborted) return;
    if (rooms.has(room) && rooms.get(room).state.outbox.some(({ id }) => toHex(id) === message)) return;
    if (await library.has(room, message)) return transfers.end(live, { state: 'done', path: null });
    return transfers.fail(live, new CodedError('not_inside'));
  }

  async function failAll(room: string, error: CodedError): Promise<void> {
    for (const live of transfers.all()) if (live.journal.record.room === room) await transfers.fail(live, error);
  }

  function begin(record: TransferRecord): Promise<void> {
    return store.write(new Map([[keys.transfer(record.id), encodeTransfer(record)]]));
  }

  const files: Files = {
    list: (room) => library.list(rooms.get(room).state.id),
    find: async (room, id) => (await library.find(rooms.get(room).state.id, id)).item,
    transfers: () => transfers.all().flatMap((live) => (live.outcome ? [] : [describe(live)])),
    pause: transfers.pause,
    resume: transfers.resume,
    cancel: transfers.cancel,
    reopen: transfers.reopen,
    read: (room, file, range, signal) => reading.read(room, file, range, signal),
    index: (room, file, signal) => reading.index(room, file, signal),

    async upload(room, source, details = {}) {
      requireOpen(room);
      const record = beginUpload(place(room), source, details.preview ?? null, freshSeal({ random, ...sealing }));
      await begin(record);
      teller.state(transfers.add(record, source));
      transfers.pump();
      return record.id;
    },

    async download(room, file, sink) {
      requireSpace();
      const { item } = await library.find(rooms.get(room).state.id, file);
      const record = beginDownload(place(room), item, sink);
      await begin(record);
      teller.state(transfers.add(record, sink));
      transfers.pump();
      return record.id;
    },

    async delete(room, file) {
      const { item } = await library.find(rooms.get(room).state.id, file);
      if (!item.own) throw new CodedError('not_yours');
      await announcing.takeBack(room, item.id);
    },
  };

  return {
    files,
    async load() {
      const records = (await store.list(keys.transfers)).map(([, value]) => decodeTransfer(value));
      for (const record of records) {
        order = Math.max(order, record.order);
        if (record.direction === 'up') transfers.add(record, null);
        else transfers.add(record, null);
      }
      clock.after(0, () => void takeUp().catch((error: unknown) => onFault(asCoded(error))));
    },
    up(now) {
      tickets.setClock(now);
      debts.settle();
      transfers.wake();
    },
    notice(event) {
      if (event.event === 'item' && event.item.kind === 'file' && event.item.own) {
        const { id } = event.item;
        const live = transfers.all().find(({ journal: { record } }) => record.direction === 'up' && record.message === id);
        if (live) void transfers.end(live, { state: 'done', path: null });
        debts.settle();
      } else if (event.event === 'deleted') {
        debts.settle();
      } else if (event.event === 'ended') {
        void failAll(event.room, new CodedError(event.why));
      } else if (event.event === 'error' && event.room !== undefined && !rooms.has(event.room)) {
        void failAll(event.room, event.error);
      }
    },
    async close() {
      closing.abort(new CodedError('withdrawn'));
      await transfers.close();
      await debts.close();
    },
  };

  async function takeUp(): Promise<void> {
    if (closing.signal.aborted) return;
    for (const live of transfers.all()) {
      const { room, ended } = live.journal.record;
      if (ended) {
        await transfers.settle(live);
        continue;
      }
      const gone = !rooms.has(room) ? 'no_such_room' : isOpen(room) ? undefined : rooms.get(room).state.record.phase;
      if (gone) await transfers.fail(live, new CodedError(gone));
      else if (live.direction === 'up') await follow(live);
    }
    debts.settle();
    transfers.pump();
  }
}

async function abandon(sink: { abandon(): Promise<void> } | undefined): Promise<void> {
  await sink?.abandon();
}

function ignoreCoded(error: unknown): void {
  // The room is over: nobody can be told any more.
  if (!(error instanceof CodedError)) throw error;
}
