import { describe, expect, test } from 'vitest';
import { createAnnouncing } from '../../../src/client/calls/announcing.ts';
import { CALL_LIMITS } from '../../../src/client/calls/limits.ts';
import { createReceiving } from '../../../src/client/calls/receiving.ts';
import { within } from '../../../src/client/calls/within.ts';
import type { Group } from '../../../src/crypto/index.ts';
import { type CallOffer, CodedError } from '../../../src/protocol/index.ts';
import { createVirtualClock } from '../../sim/virtual-clock.ts';

describe('what is said again and again', () => {
  function start(chance = 255) {
    const clock = createVirtualClock(0);
    const said: number[] = [];
    const announcing = createAnnouncing({ clock, random: (size) => new Uint8Array(size).fill(chance) }, () => said.push(clock.now()));
    const passUntil = (at: number) => {
      while ((clock.nextAt() ?? Number.POSITIVE_INFINITY) <= at) clock.runNext();
    };
    return { clock, said, announcing, passUntil };
  }

  test('is said at once where it changed, and a flood of changes is few words with the last among them', () => {
    const { clock, said, announcing, passUntil } = start();
    announcing.now();
    expect(said).toEqual([0]);
    for (let i = 0; i < 100; i++) announcing.now();
    passUntil(1_000);
    expect(said).toEqual([0, CALL_LIMITS.betweenWords]);
    expect(clock.nextAt()).toBeGreaterThan(CALL_LIMITS.betweenWords + CALL_LIMITS.repeat / 2);
  });

  test('is repeated though nothing changed, until it is stopped', () => {
    const { clock, said, announcing, passUntil } = start();
    announcing.now();
    passUntil(100_000);
    expect(said.length).toBeGreaterThanOrEqual(5);
    announcing.stop();
    expect(clock.nextAt()).toBeUndefined();
  });

  test('is spread where all say it, and coming again asks for no more than once', () => {
    const { said, announcing, passUntil } = start(128);
    announcing.now();
    for (let i = 0; i < 10; i++) announcing.soon(25);
    passUntil(5_000);
    expect(said).toEqual([0, expect.closeTo(CALL_LIMITS.betweenWords + (CALL_LIMITS.spread * 25) / 2, 0)]);
  });
});

describe('a wait', () => {
  const never = new AbortController().signal;

  test('ends with what it waits for, its time or the signal, whichever is first', async () => {
    const clock = createVirtualClock(0);
    const bounds = { clock, ms: 100, code: 'timeout', signal: never };
    expect(await within(Promise.resolve(1), bounds)).toBe(1);
    await expect(within(Promise.reject(new CodedError('no_calls')), bounds)).rejects.toMatchObject({ code: 'no_calls' });
    expect(clock.nextAt()).toBeUndefined();
    const late = within(new Promise(() => {}), bounds);
    clock.runNext();
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    const stop = new AbortController();
    const stopped = within(new Promise(() => {}), { ...bounds, signal: stop.signal });
    stop.abort(new CodedError('not_in_call'));
    await expect(stopped).rejects.toMatchObject({ code: 'not_in_call' });
    await expect(within(Promise.resolve(1), { ...bounds, signal: stop.signal })).rejects.toMatchObject({ code: 'not_in_call' });
    expect(clock.nextAt()).toBeUndefined();
  });

  test('hands what comes too late to somebody', async () => {
    const clock = createVirtualClock(0);
    const late: number[] = [];
    let resolve = (_value: number) => {};
    const work = new Promise<number>((done) => (resolve = done));
    const waiting = within(work, { clock, ms: 100, code: 'timeout', signal: never, onLate: (value) => late.push(value) });
    clock.runNext();
    await expect(waiting).rejects.toMatchObject({ code: 'timeout' });
    resolve(7);
    await work;
    expect(late).toEqual([7]);
  });
});

test('a demand that is due and one that is made are one, and after the end there is none', () => {
  const clock = createVirtualClock(0);
  const wanted: number[] = [];
  const transport = { offer: { slots: [] } as unknown as CallOffer, assign: () => {} };
  const group = { members: [], device: new Uint8Array(32) } as unknown as Group;
  const receiving = createReceiving({ clock, transport, group: () => group, wishes: () => [], want: () => wanted.push(clock.now()) > 0 });
  receiving.look();
  clock.after(CALL_LIMITS.betweenWants, () => {});
  receiving.again();
  // Time is what a busy program makes of it: this one looks before its timer ran.
  clock.runNext();
  receiving.again();
  receiving.stop();
  expect(clock.nextAt()).toBeUndefined();
  expect(wanted).toEqual([0, CALL_LIMITS.betweenWants]);
});
