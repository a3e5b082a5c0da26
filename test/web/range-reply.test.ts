import { describe, expect, it } from 'vitest';
import { replyWithRange } from '../../src/web/stream/range-reply.ts';

const SIZE = 3_000_000;
const whole = Buffer.alloc(SIZE, 'corrillo');

function reply(range: string | null) {
  const reads: [number, number][] = [];
  const signals: AbortSignal[] = [];
  const answer = replyWithRange(
    {
      size: SIZE,
      type: 'video/mp4',
      async *read({ offset, length }, signal) {
        reads.push([offset, length]);
        signals.push(signal);
        yield whole.subarray(offset, offset + length);
      },
    },
    range,
  );
  const all = async () => {
    const pieces: Uint8Array[] = [];
    for (let piece = await answer.next(); piece; piece = await answer.next()) pieces.push(piece);
    return Buffer.concat(pieces);
  };
  return { answer, reads, signals, all };
}

describe('a range of a film', () => {
  it.each([
    [null, 200, undefined, 0, SIZE],
    ['bytes=0-', 206, `bytes 0-${SIZE - 1}/${SIZE}`, 0, SIZE],
    ['bytes=100-199', 206, `bytes 100-199/${SIZE}`, 100, 200],
    ['bytes=2999990-9999999', 206, `bytes 2999990-${SIZE - 1}/${SIZE}`, 2_999_990, SIZE],
    ['bytes=-10', 206, `bytes ${SIZE - 10}-${SIZE - 1}/${SIZE}`, SIZE - 10, SIZE],
  ])('%s is answered with %i and its bytes', async (range, status, told, from, to) => {
    const { answer, all } = reply(range);
    expect(answer.head.status).toBe(status);
    expect(answer.head.headers['Content-Range']).toBe(told);
    expect(answer.head.headers['Content-Length']).toBe(String(to - from));
    // Compared by themselves: millions of numbers side by side take a test's whole time.
    expect((await all()).equals(whole.subarray(from, to))).toBe(true);
  });

  it.each([`bytes=${SIZE}-`, 'bytes=10-5'])('%s is nowhere', (range) => {
    const { answer } = reply(range);
    expect(answer.head).toMatchObject({ status: 416, headers: { 'Content-Range': `bytes */${SIZE}` } });
  });

  it('is read along the borders of sealed segments, as it is asked for, and no more once nobody looks', async () => {
    const { answer, reads, signals } = reply('bytes=1000-');
    expect(reads).toEqual([]);
    await answer.next();
    await answer.next();
    expect(reads).toEqual([
      [1000, 4 * 262_112 - 1000],
      [4 * 262_112, 4 * 262_112],
    ]);
    answer.cancel();
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });
});
