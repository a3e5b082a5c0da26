import { expect, it, vi } from 'vitest';
import { createInflow } from '../../../src/client/node/files/inflow.ts';
import { bytesOf, codeOf, forever } from './support.ts';

const PIECE = 512 * 1024;

it('gives out what came, in order, in few pieces', async () => {
  const inflow = createInflow();
  const bytes = bytesOf(3 * PIECE + 1000);
  const taken: Uint8Array[] = [];
  const taking = (async () => {
    for (let piece = await inflow.next(forever); piece; piece = await inflow.next(forever)) taken.push(Uint8Array.from(piece));
  })();
  for (let at = 0; at < bytes.length; at += 16_000) {
    inflow.put(bytes.subarray(at, at + 16_000));
    // As a socket does that has much to give: now and then others have their turn.
    if (at % 160_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  inflow.end();
  await taking;
  expect(Buffer.concat(taken).equals(bytes)).toBe(true);
  expect(taken.length).toBeLessThan(20);
});

it('gives out a little, when no more comes', async () => {
  const inflow = createInflow();
  const waiting = inflow.next(forever);
  inflow.put(bytesOf(10));
  expect((await waiting)?.length).toBe(10);
  inflow.put(bytesOf(20));
  expect((await inflow.next(forever))?.length).toBe(20);
});

it('asks for no more while two pieces wait, and uses the memory of what was taken again', async () => {
  const inflow = createInflow();
  expect(inflow.put(bytesOf(PIECE))).toBe(true);
  expect(inflow.put(bytesOf(PIECE))).toBe(false);
  // What was read before the socket was stopped is not lost.
  expect(inflow.put(bytesOf(100))).toBe(false);
  const memories = new Set<ArrayBufferLike>();
  for (let round = 0; round < 50; round++) {
    memories.add((await inflow.next(forever))?.buffer as ArrayBufferLike);
    inflow.put(bytesOf(PIECE));
  }
  expect(memories.size).toBeLessThan(6);
});

it('ends, also while somebody waits, and gives up when nothing comes', async () => {
  const inflow = createInflow();
  const waiting = inflow.next(forever);
  inflow.end();
  expect(await waiting).toBeNull();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const silent = codeOf(createInflow().next(forever));
  vi.advanceTimersByTime(29_000);
  vi.advanceTimersByTime(2_000);
  vi.useRealTimers();
  expect(await silent).toBe('timeout');
});

it('is called off while somebody waits, and before', async () => {
  const stop = new AbortController();
  const inflow = createInflow();
  const waiting = codeOf(inflow.next(stop.signal));
  stop.abort();
  expect(await waiting).toBe('offline');
  inflow.put(bytesOf(10));
  expect(await codeOf(inflow.next(stop.signal))).toBe('offline');
});
