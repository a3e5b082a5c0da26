import { describe, expect, test } from 'vitest';
import type { Connection, RequestFrame } from '../../src/client/connection.ts';
import { createTickets } from '../../src/client/files/tickets.ts';
import { CodedError, type RelayFrame } from '../../src/protocol/index.ts';
import { createVirtualClock } from '../sim/virtual-clock.ts';

const ROOM = 'ab'.repeat(16);
const MINUTE = 60_000;
const signal = new AbortController().signal;
const known = { renew: false, signal };

function setUp() {
  const clock = createVirtualClock();
  const asked: RequestFrame[] = [];
  const answers: Array<(frame: RelayFrame | CodedError) => void> = [];
  const connection = {
    ask(frame: RequestFrame, answer: (frame: RelayFrame | CodedError) => void) {
      asked.push(frame);
      answers.push(answer);
    },
  } as unknown as Connection;
  const tickets = createTickets({ connection, clock });
  const ticketFrame = (n: number, until: number): RelayFrame => ({ t: 'ticket', q: n, ticket: new Uint8Array([n]), until, port: 9010 });
  const passTime = (ms: number) => {
    clock.after(ms, () => {});
    clock.runNext();
  };
  return { clock, asked, answers, tickets, ticketFrame, passTime };
}

describe('a ticket', () => {
  test('is asked for once, however many want it, and kept until its last minute', async () => {
    const { clock, asked, answers, tickets, ticketFrame, passTime } = setUp();
    const both = Promise.all([tickets.of(ROOM, known), tickets.of(ROOM, known)]);
    expect(asked).toHaveLength(1);
    answers[0]?.(ticketFrame(1, clock.now() + 10 * MINUTE));
    expect((await both).map(({ ticket, port }) => [...ticket, port])).toEqual([
      [1, 9010],
      [1, 9010],
    ]);
    passTime(9 * MINUTE - 1);
    await tickets.of(ROOM, known);
    expect(asked).toHaveLength(1);
    passTime(1);
    void tickets.of(ROOM, known);
    await Promise.resolve();
    expect(asked).toHaveLength(2);
  });

  test('ends by the relay’s clock', async () => {
    const { clock, asked, answers, tickets, ticketFrame } = setUp();
    // The relay is an hour ahead.
    tickets.setClock(clock.now() + 60 * MINUTE);
    const first = tickets.of(ROOM, known);
    answers[0]?.(ticketFrame(1, clock.now() + 70 * MINUTE));
    await first;
    await tickets.of(ROOM, known);
    expect(asked).toHaveLength(1);
    tickets.setClock(clock.now() + 69 * MINUTE + 1);
    void tickets.of(ROOM, known);
    await Promise.resolve();
    expect(asked).toHaveLength(2);
  });

  test('that was refused is asked for anew', async () => {
    const { clock, asked, answers, tickets, ticketFrame } = setUp();
    const first = tickets.of(ROOM, known);
    answers[0]?.(ticketFrame(1, clock.now() + 10 * MINUTE));
    await first;
    const second = tickets.of(ROOM, { renew: true, signal });
    await Promise.resolve();
    answers[1]?.(ticketFrame(2, clock.now() + 10 * MINUTE));
    expect([...(await second).ticket]).toEqual([2]);
    expect([...(await tickets.of(ROOM, known)).ticket]).toEqual([2]);
    expect(asked).toHaveLength(2);
  });

  test('is not had without a connection, of a room one is not in, or by who went away; later it may be', async () => {
    const { answers, tickets } = setUp();
    for (const code of ['offline', 'unknown_room']) {
      const asking = tickets.of(ROOM, known);
      answers.at(-1)?.(new CodedError(code));
      await expect(asking).rejects.toMatchObject({ code });
    }
    const stop = new AbortController();
    const asking = tickets.of(ROOM, { renew: false, signal: stop.signal });
    stop.abort(new Error('gone'));
    await expect(asking).rejects.toThrow('gone');
    await expect(tickets.of(ROOM, { renew: false, signal: stop.signal })).rejects.toThrow('gone');
    expect(answers).toHaveLength(3);
  });

  test('is refused at once where there is no connection at all', async () => {
    const refusing = { ask: (_frame: RequestFrame, answer: (frame: CodedError) => void) => answer(new CodedError('offline')) };
    const tickets = createTickets({ connection: refusing as unknown as Connection, clock: createVirtualClock() });
    for (let i = 0; i < 2; i++) await expect(tickets.of(ROOM, known)).rejects.toMatchObject({ code: 'offline' });
  });
});
