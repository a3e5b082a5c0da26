import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamReply } from '../../src/web/stream/stream-host.ts';
import type { CodedError } from '../../src/protocol/index.ts';
import { createStreamSink } from '../../src/web/stream/stream-sink.ts';

/** A browser that comes for a download when it is told to. */
function open(size: number | null = 6, name = 'a.bin') {
  let answer: ((range: string | null) => StreamReply | undefined) | undefined;
  const frames = new Set<object>();
  vi.stubGlobal('document', {
    createElement: () => {
      const frame = { remove: () => frames.delete(frame) };
      return frame;
    },
    body: { append: (frame: object) => frames.add(frame) },
  });
  const host = {
    offer(reply: (range: string | null) => StreamReply | undefined) {
      answer = reply;
      return { url: '/stream/token', end: () => (answer = undefined) };
    },
  };
  const sink = createStreamSink(host, name, size);
  return {
    sink,
    frames,
    come: () => answer?.(null),
    async begun(): Promise<StreamReply> {
      const begun = sink.begin(0);
      const reply = answer?.(null);
      await begun;
      if (!reply) throw new Error('it was not offered');
      return reply;
    },
  };
}

const bytes = (...values: number[]) => Uint8Array.from(values);
/** Has it come to an end by now? */
const isOver = (work: Promise<unknown>): Promise<boolean> =>
  Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => setImmediate(resolve, false)),
  ]);

/** What it is refused with. */
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'not refused',
    (error: unknown) => (error as CodedError).code,
  );

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a download that is written as it comes', () => {
  it('takes a piece when the browser wants one, and none before', async () => {
    const { sink, begun, frames, come } = open();
    const reply = await begun();
    expect(reply.head.headers['Content-Length']).toBe('6');
    const first = sink.write(bytes(1, 2, 3));
    expect(await isOver(first)).toBe(false);
    expect(await reply.next()).toEqual(bytes(1, 2, 3));
    await first;
    const wanted = reply.next();
    await sink.write(bytes(4, 5, 6));
    expect(await wanted).toEqual(bytes(4, 5, 6));
    const end = reply.next();
    expect(await sink.finish()).toBe('a.bin');
    expect(await end).toBeUndefined();
    expect(frames.size).toBe(0);
    expect(come()).toBeUndefined();
  });

  it.each(['abandon', 'close'] as const)('breaks off with %s, also where the browser asks after it', async (how) => {
    const { sink, begun, frames } = open();
    const reply = await begun();
    const wanted = reply.next();
    await sink.write(bytes(1));
    await wanted;
    await sink[how]();
    await expect(reply.next()).rejects.toMatchObject({ code: 'target_gone' });
    expect(frames.size).toBe(0);
  });

  it('breaks off what the browser waits for', async () => {
    const { sink, begun } = open();
    const refused = codeOf((await begun()).next());
    await sink.abandon();
    expect(await refused).toBe('target_gone');
  });

  it.each([
    ['the browser cancels', (_sink: { interrupt?(): void }, reply: StreamReply) => reply.cancel()],
    ['the page gives it up', (sink: { interrupt?(): void }) => sink.interrupt?.()],
  ])('lets go of a write that waits, where %s', async (_who, stop) => {
    const { sink, begun } = open();
    const reply = await begun();
    const refused = codeOf(sink.write(bytes(1)));
    stop(sink, reply);
    expect(await refused).toBe('target_gone');
    await expect(sink.finish()).rejects.toMatchObject({ code: 'target_gone' });
  });

  it('is given once: a browser that tries again gets no second half as a whole', async () => {
    const { begun, come } = open();
    await begun();
    expect(come()).toBeUndefined();
  });

  it('has a deadline, for a browser that does not come and for one that wants nothing', async () => {
    const never = open();
    const missing = codeOf(never.sink.begin(0));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await missing).toBe('target_missing');

    const slow = open();
    await slow.begun();
    const late = codeOf(slow.sink.write(bytes(1)));
    await vi.advanceTimersByTimeAsync(600_000);
    expect(await late).toBe('timeout');
  });

  it('carries any name in its header, in letters that end nothing', async () => {
    const reply = await open(null, `a"\r\nX: y;'()*%é🐦`).begun();
    const value = reply.head.headers['Content-Disposition'] ?? '';
    expect(value).toMatch(/^attachment; filename\*=UTF-8''[\w.~!%-]+$/);
    expect(decodeURIComponent(value.slice(value.indexOf("''") + 2))).toBe(`a"\r\nX: y;'()*%é🐦`);
    expect(reply.head.headers).not.toHaveProperty('Content-Length');
  });
});
