import { CodedError } from '../../protocol/index.ts';
import { commitFrame } from './changes.ts';
import { found, openDoor, prepareJoining } from './entering.ts';
import { type DoorAnswer, waitAtDoor } from './knocking.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';

/** The way of one device into one room, for as many connections as it takes. */
export interface Entrance {
  /**
   * Resolves when this device is inside, or `current` no longer holds. Rejects with the door's answer.
   * @throws CodedError
   */
  pass(current: () => boolean): Promise<void>;
  /** The relay's answer to the commit by which this device comes in, or the end of the connection. Ignored when nobody waits. */
  answer(answer: 'stored' | CodedError): void;
  /** Does somebody wait for an answer? */
  readonly waits: boolean;
  /** What became of a knock, or the end of the connection. Ignored when nobody knocks. */
  answerKnock(answer: DoorAnswer): void;
}

export function createEntrance(
  state: RoomState,
  ports: RoomPorts,
  act: (step: (tx: Transaction) => void | Promise<void>) => Promise<void>,
): Entrance {
  let take: ((answer: 'stored' | CodedError) => void) | null = null;
  let takeKnock: ((answer: DoorAnswer) => void) | null = null;

  async function foundRoom(current: () => boolean): Promise<void> {
    await found(state, ports);
    if (!current()) return;
    await act((tx) => {
      state.record.phase = 'ready';
      state.record.entrance = null;
      tx.touchRecord();
    });
  }

  /** Ends when the own commit is in the log. A commit that may be there already, its answer lost, is asked about first. */
  async function passDoor(current: () => boolean): Promise<void> {
    let doorOpen = false;
    while (current()) {
      if (!state.record.pending || doorOpen) {
        const opened = await openDoor(state, ports);
        doorOpen = true;
        await act(async (tx) => {
          if (current() && !state.record.pending) await prepareJoining(state, ports, tx, opened);
        });
        if (!current()) return;
      }
      const answer = await appendCommit();
      if (answer === 'stored') return;
      if (answer.code === 'unknown_room' && !doorOpen) doorOpen = true;
      else if (answer.code !== 'stale_epoch') throw answer;
      else await forgetCommit();
    }
  }

  function appendCommit(): Promise<'stored' | CodedError> {
    const { pending } = state.record;
    return new Promise((resolve) => {
      take = resolve;
      if (!pending || !ports.connection.send([commitFrame(state, pending)])) answer(new CodedError('offline'));
    });
  }

  /** Asked for before the knock is sent: the answer may come with the one that it waits. */
  function awaitKnock(): Promise<DoorAnswer> {
    return new Promise((resolve) => (takeKnock = resolve));
  }

  function answerKnock(given: DoorAnswer): void {
    takeKnock?.(given);
    takeKnock = null;
  }

  function answer(given: 'stored' | CodedError): void {
    take?.(given);
    take = null;
  }

  /** Somebody else's commit came first: the next one is made from what waits behind the door then. */
  async function forgetCommit(): Promise<void> {
    await act((tx) => {
      state.record.pending = null;
      tx.touchRecord();
    });
  }

  return {
    async pass(current) {
      if (state.record.phase === 'founding') await foundRoom(current);
      if (state.record.phase === 'knocking') await waitAtDoor(state, ports, act, awaitKnock, current);
      if (state.record.phase === 'joining') await passDoor(current);
    },
    answer,
    answerKnock,
    get waits() {
      return take !== null;
    },
  };
}
