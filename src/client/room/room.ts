import { CodedError, equalBytes, type RelayFrame, type RelayFrames, toHex } from '../../protocol/index.ts';
import { createClearing } from './clearing.ts';
import { createEntrance } from './entrance.ts';
import { takeEntries } from './inbox.ts';
import { takeAdmission } from './knocking.ts';
import { dropKnock, takeKnock } from './knocks.ts';
import { tellSent } from './items.ts';
import { markStale } from './outbox.ts';
import { isEntering, isOver } from './records.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';
import { createWriter } from './writer.ts';

/** One room of this device: takes the relay's frames in, sends what waits, and has one writer, its queue. */
export interface Room {
  readonly state: RoomState;
  /** The connection is there, or went. Said twice, it counts once. */
  up(): void;
  down(): void;
  receive(frame: RelayFrame): void;
  /** Runs `step` as the room's writer; what it changed is stored before the promise resolves. */
  act<T>(step: (tx: Transaction) => T | Promise<T>): Promise<T>;
  idle(): Promise<void>;
}

export interface RoomEvents {
  /** The door stayed shut: the room is to be forgotten. */
  onShut(error: CodedError): void;
  /** Something unforeseen: the room is to be loaded again from the store. */
  onFault(error: unknown): void;
  /** A Welcome came when the room was being forgotten. */
  onLate(frame: RelayFrames['admitted']): void;
}

/** Answers of a door that asking again does not change. */
const SHUT = new Set([
  'wrong_token',
  'wrong_link',
  'already_founded',
  'room_full',
  'unknown_room',
  'bad_change',
  'not_founded',
  'knock_closed',
  'knock_refused',
  'cannot_open_welcome',
  'room_taken',
  'too_many_rooms',
]);

export function createRoom(state: RoomState, ports: RoomPorts, events: RoomEvents): Room {
  const { act, perform, idle } = createWriter(state, ports, (error) => events.onFault(error));
  // Raised whenever the connection comes or goes: what an older connection still brings is dropped.
  let connectionNumber = 0;
  let isUp = false;
  const departed = createClearing(state, ports, perform);
  const entrance = createEntrance(state, ports, act);

  // ---- coming in

  async function enter(number: number): Promise<void> {
    try {
      await entrance.pass(() => number === connectionNumber);
      if (number === connectionNumber) follow(number);
    } catch (error) {
      if (!(error instanceof CodedError)) return events.onFault(error);
      if (SHUT.has(error.code)) events.onShut(error);
      else if (error.code !== 'offline') ports.connection.reset(error.code);
    }
  }

  // ---- following

  function follow(number: number): void {
    if (isOver(state.record.phase)) return;
    ports.connection.ask({ t: 'follow', room: state.room, after: state.record.seq }, (answer) => {
      if (number !== connectionNumber) return;
      if (answer instanceof CodedError) return fallShort(answer);
      if (answer.t === 'page') perform((tx) => takePage(tx, answer, number));
    });
  }

  async function takePage(tx: Transaction, page: RelayFrames['page'], number: number): Promise<void> {
    if (number !== connectionNumber) return;
    state.target ??= page.seq;
    await takeEntries(state, ports, tx, page.entries);
    if (number !== connectionNumber) return;
    if (page.live) becomeLive(tx, page);
    else if (page.entries.length === 0) throw new CodedError('bad_frame');
    else tx.afterwards(() => follow(number));
    tellReady(tx);
  }

  function becomeLive(tx: Transaction, page: RelayFrames['page']): void {
    state.live = true;
    state.here.clear();
    for (const device of page.here) state.here.add(toHex(device));
    // Nothing of it is stored, and yet the view is another.
    tx.tell({ event: 'changed', room: state.id });
    if (departed.count() > 0) departed.clearLater();
  }

  function tellReady(tx: Transaction): void {
    if (state.readyTold || state.target === null || state.record.seq < state.target || isEntering(state.record.phase)) return;
    state.readyTold = true;
    tx.tell({ event: 'ready', room: state.id });
  }

  function fallShort(error: CodedError): void {
    if (error.code === 'offline') return;
    perform((tx) => tx.tell({ event: 'error', room: state.id, error }));
  }

  // ---- frames

  function receive(frame: RelayFrame): void {
    const number = connectionNumber;
    const current = (step: (tx: Transaction) => void | Promise<void>) =>
      perform((tx) => (number === connectionNumber ? step(tx) : undefined));
    if (frame.t === 'entries') {
      current(async (tx) => {
        if (!state.live) return;
        const before = departed.count();
        await takeEntries(state, ports, tx, frame.entries);
        tellReady(tx);
        if (departed.count() > before) departed.clearLater();
      });
    } else if (frame.t === 'stored') {
      if (frame.acks.some(([id]) => isPending(id))) entrance.answer('stored');
      current((tx) => frame.acks.forEach(([id, seq]) => tellStored(tx, id, seq)));
    } else if (frame.t === 'refused') {
      if (entrance.waits && isPending(frame.id)) entrance.answer(new CodedError(frame.code));
      else current((tx) => takeRefusal(tx, frame));
    } else if (frame.t === 'admitted') {
      perform((tx) => takeIn(tx, frame));
    } else if (frame.t === 'denied') {
      entrance.answerKnock(new CodedError('knock_refused'));
    } else if (frame.t === 'rekey') {
      entrance.answerKnock('knock again');
    } else if (frame.t === 'knocking') {
      current((tx) => takeKnock(state, ports, tx, frame.device, frame.body));
    } else if (frame.t === 'gone') {
      current((tx) => dropKnock(state, tx, toHex(frame.device)));
    } else if (frame.t === 'presence') {
      if (frame.here) state.here.add(toHex(frame.device));
      else state.here.delete(toHex(frame.device));
      ports.emit({ event: 'changed', room: state.id });
    }
  }

  async function takeIn(tx: Transaction, frame: RelayFrames['admitted']): Promise<void> {
    if (state.forgotten) return tx.afterwards(() => events.onLate(frame));
    try {
      await takeAdmission(state, ports, tx, frame);
      tx.afterwards(() => entrance.answerKnock('inside'));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      entrance.answerKnock(error);
    }
  }

  function isPending(id: Uint8Array): boolean {
    return state.record.pending !== null && equalBytes(state.record.pending.id, id);
  }

  function tellStored(tx: Transaction, id: Uint8Array, seq: number): void {
    const item = state.outbox.find((other) => equalBytes(other.id, id));
    if (!item) return;
    if (state.inFlight.has(item.order)) state.inFlight.set(item.order, null);
    tellSent(state, tx, id, seq);
  }

  function takeRefusal(tx: Transaction, frame: RelayFrames['refused']): void {
    // A commit that lost is forgotten when the winner's arrives; a line is sealed again.
    if (frame.code === 'stale_epoch') return isPending(frame.id) ? undefined : markStale(state, frame.id, frame.epoch);
    if (isPending(frame.id)) {
      state.record.pending = null;
      state.record.intents = [];
      state.commitInFlight = false;
      tx.touchRecord();
    }
    tx.tell({ event: 'error', room: state.id, id: toHex(frame.id), error: new CodedError(frame.code) });
    // Whether what was sent behind it is in order is in doubt now: begin again from the log.
    tx.afterwards(() => ports.connection.reset(frame.code));
  }

  return {
    state,
    up() {
      // A room that is begun while the connection comes is told of it twice.
      if (isUp) return;
      isUp = true;
      connectionNumber += 1;
      void enter(connectionNumber);
    },
    down() {
      isUp = false;
      connectionNumber += 1;
      departed.cancel();
      entrance.answer(new CodedError('offline'));
      entrance.answerKnock(new CodedError('offline'));
      state.live = false;
      state.here.clear();
      // Who still waits is told anew.
      for (const device of state.knocks.keys()) ports.emit({ event: 'knock-gone', room: state.id, device });
      state.knocks.clear();
      state.inFlight.clear();
      state.commitInFlight = false;
    },
    receive,
    act,
    idle,
  };
}
