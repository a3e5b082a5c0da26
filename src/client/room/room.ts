import { encodeGroup } from '../../crypto/index.ts';
import { CodedError, equalBytes, type RelayFrame, type RelayFrames, toHex } from '../../protocol/index.ts';
import { advanceChanges } from './changes.ts';
import { createEntrance } from './entrance.ts';
import { takeEntries } from './inbox.ts';
import { tellSent } from './items.ts';
import { markStale, pump } from './outbox.ts';
import { createSerialQueue } from './queue.ts';
import { isOver } from './records.ts';
import { createTransaction, type RoomPorts, type RoomState, type Transaction } from './state.ts';

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
}

/** Answers of a door that asking again does not change. */
const SHUT = new Set(['wrong_token', 'wrong_link', 'already_founded', 'room_full', 'unknown_room', 'bad_change']);

/** Those who stay take out one who left: the first in the tree at once, others if that one did not. */
const CLEAR_DEPARTED_AFTER = 5_000;

interface WaitingStep {
  run(tx: Transaction): Promise<{ settle(): void }>;
  fail(error: unknown): void;
}

export function createRoom(state: RoomState, ports: RoomPorts, events: RoomEvents): Room {
  const queue = createSerialQueue();
  // Raised whenever the connection comes or goes: what an older connection still brings is dropped.
  let connectionNumber = 0;
  let isUp = false;
  let cancelClearing = () => {};
  const waitingSteps: WaitingStep[] = [];
  const entrance = createEntrance(state, ports, act);

  /**
   * Steps that wait while one transaction is written run together in the next: one write, however many lines a pipe
   * brings. A step throws its CodedErrors before it changes anything; they reject that step alone.
   */
  function act<T>(step: (tx: Transaction) => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      waitingSteps.push({
        async run(tx) {
          try {
            const result = await step(tx);
            return { settle: () => resolve(result) };
          } catch (error) {
            if (!(error instanceof CodedError)) throw error;
            return { settle: () => reject(error) };
          }
        },
        fail: reject,
      });
      if (waitingSteps.length === 1) void queue.run(runWaitingSteps);
    });
  }

  async function runWaitingSteps(): Promise<void> {
    const steps = waitingSteps.splice(0);
    const tx = createTransaction(state, ports, encodeGroup);
    try {
      const done = [];
      for (const step of steps) done.push(await step.run(tx));
      await advanceChanges(state, ports, tx);
      await pump(state, ports, tx);
      await tx.commit();
      for (const { settle } of done) settle();
    } catch (error) {
      for (const step of steps) step.fail(new CodedError('internal'));
      events.onFault(error);
    }
  }

  /** For steps nobody waits for. */
  function perform(step: (tx: Transaction) => void | Promise<void>): void {
    act(step).catch(() => {});
  }

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
    if (departedCount() > 0) clearDepartedLater();
  }

  function tellReady(tx: Transaction): void {
    const inside = state.record.phase !== 'joining' && state.record.phase !== 'founding';
    if (state.readyTold || state.target === null || state.record.seq < state.target || !inside) return;
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
        const departed = departedCount();
        await takeEntries(state, ports, tx, frame.entries);
        tellReady(tx);
        if (departedCount() > departed) clearDepartedLater();
      });
    } else if (frame.t === 'stored') {
      if (frame.acks.some(([id]) => isPending(id))) entrance.answer('stored');
      current((tx) => frame.acks.forEach(([id, seq]) => tellStored(tx, id, seq)));
    } else if (frame.t === 'refused') {
      if (entrance.waits && isPending(frame.id)) entrance.answer(new CodedError(frame.code));
      else current((tx) => takeRefusal(tx, frame));
    } else if (frame.t === 'presence') {
      if (frame.here) state.here.add(toHex(frame.device));
      else state.here.delete(toHex(frame.device));
      ports.emit({ event: 'changed', room: state.id });
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

  const departedCount = () => Object.keys(state.record.departed).length;

  function clearDepartedLater(): void {
    cancelClearing();
    const first = state.group?.members
      .map(toHex)
      .find((device) => !state.record.departed[device] && (device === toHex(ports.identity.device) || state.here.has(device)));
    const wait = first === toHex(ports.identity.device) ? 0 : CLEAR_DEPARTED_AFTER * (1 + (ports.random(1)[0] as number) / 128);
    cancelClearing = ports.clock.after(wait, () => {
      perform((tx) => {
        if (!state.live || departedCount() === 0) return;
        state.record.intents.push({ kind: 'clear-departed' });
        tx.touchRecord();
      });
    });
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
      cancelClearing();
      entrance.answer(new CodedError('offline'));
      state.live = false;
      state.here.clear();
      state.inFlight.clear();
      state.commitInFlight = false;
    },
    receive,
    act,
    idle: () => queue.idle(),
  };
}
