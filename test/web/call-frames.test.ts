import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrameSender } from '../../src/client/browser/calls/frames/frame-sender.ts';
import { createFrameKeyRing, type FrameKeyRing } from '../../src/client/browser/calls/frames/keys.ts';
import type { FrameAssignment } from '../../src/client/browser/calls/frames/messages.ts';
import { createSlotReceiver } from '../../src/client/browser/calls/frames/slot-receiver.ts';

const keyOf = (epoch: number) => ({ epoch: BigInt(epoch), baseKey: new Uint8Array(32).fill(epoch), leaf: 7 });
const pictureOf = (text: string, type = 'delta') => ({ data: new TextEncoder().encode(text).buffer, type });
const textOf = ({ data }: { data: ArrayBuffer }) => new TextDecoder().decode(data);

const shown: number[] = [];
let [theirs, ours] = [createFrameKeyRing(), createFrameKeyRing()];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  shown.length = 0;
  [theirs, ours] = [createFrameKeyRing(), createFrameKeyRing()];
  return () => vi.useRealTimers();
});

const CAMERA: FrameAssignment = { slot: 3, leaf: 7, source: 'camera', turn: 1 };

function receive(keys: FrameKeyRing, assignment: FrameAssignment | undefined = CAMERA) {
  const receiver = createSlotReceiver({ keys, now: () => performance.now(), onShows: ({ turn }) => shown.push(turn) }, 'video');
  receiver.assign(assignment);
  return receiver;
}

async function seal(keys: FrameKeyRing, text: string, type?: string) {
  const frame = pictureOf(text, type);
  if (!(await createFrameSender(keys, 'camera', 1).seal(frame))) throw new Error('no key');
  return frame;
}

describe('a frame', () => {
  it('is held back before there is a key', async () => {
    const sender = createFrameSender(theirs, 'camera', 1);
    expect(await sender.seal(pictureOf('a face'))).toBe(false);
    expect(sender.count()).toEqual({ source: 'camera', sealed: 0, bytes: 0, dropped: 1 });
  });

  it.each(['key', 'delta'])('travels behind what looks like VP8, and comes out as it was: %s', async (type) => {
    theirs.rekey(keyOf(1));
    ours.rekey(keyOf(1));
    const frame = await seal(theirs, 'a face', type);
    const head = type === 'key' ? [0x10, 0, 0, 0x9d, 0x01, 0x2a, 2, 0, 2, 0] : [0x11];
    expect([...new Uint8Array(frame.data).subarray(0, head.length)]).toEqual(head);
    const receiver = receive(ours);
    expect(await receiver.open(frame, 0)).toBe(true);
    expect(textOf(frame)).toBe('a face');
    expect(shown).toEqual([1]);
    expect(receiver.count()).toEqual({ slot: 3, turn: 1, frames: 1, opened: 1, failed: 0 });
  });

  it('is sealed under a new key at once, and opened under the old one for ten seconds', async () => {
    theirs.rekey(keyOf(1));
    const [early, late] = [await seal(theirs, 'old'), await seal(theirs, 'older')];
    ours.rekey(keyOf(1));
    ours.rekey(keyOf(2));
    // One sender each: their counters are the same, and what was seen is not opened again.
    vi.advanceTimersByTime(9_900);
    expect(await receive(ours).open(early, performance.now())).toBe(true);
    vi.advanceTimersByTime(200);
    const waiting = receive(ours).open(late, performance.now() - 1000);
    expect(await waiting).toBe(false);
  });

  it('waits for the key of an epoch that is to come, and what comes after it waits as well', async () => {
    theirs.rekey(keyOf(2));
    ours.rekey(keyOf(1));
    const frame = await seal(theirs, 'too early');
    const opened = receive(ours).open(frame, performance.now());
    await vi.advanceTimersByTimeAsync(900);
    ours.rekey(keyOf(2));
    expect(await opened).toBe(true);
  });

  it('is given up after a second without the key', async () => {
    theirs.rekey(keyOf(2));
    ours.rekey(keyOf(1));
    const receiver = receive(ours);
    const opened = receiver.open(await seal(theirs, 'never'), performance.now());
    await vi.advanceTimersByTimeAsync(1000);
    expect(await opened).toBe(false);
    expect(receiver.count()).toMatchObject({ frames: 1, opened: 0, failed: 1 });
    expect(shown).toEqual([]);
  });

  it.each([
    ['of another member', { ...CAMERA, leaf: 8 }],
    ['of another source', { ...CAMERA, source: 'screen' as const }],
  ])('%s than the one assigned is dropped', async (_what, assignment) => {
    theirs.rekey(keyOf(1));
    ours.rekey(keyOf(1));
    const receiver = receive(ours, assignment);
    expect(await receiver.open(await seal(theirs, 'somebody'), 0)).toBe(false);
    expect(receiver.count()).toMatchObject({ opened: 0, failed: 1 });
  });

  it('of before a slot was assigned to somebody else is nobody’s failure', async () => {
    theirs.rekey(keyOf(1));
    const receiver = receive(ours);
    const opened = receiver.open(await seal(theirs, 'late'), performance.now());
    receiver.assign({ ...CAMERA, leaf: 9, turn: 2 });
    ours.rekey(keyOf(1));
    await vi.advanceTimersByTimeAsync(10);
    expect(await opened).toBe(false);
    expect(receiver.count()).toEqual({ slot: 3, turn: 2, frames: 0, opened: 0, failed: 0 });
  });

  it('never goes out under a key that was used before', async () => {
    const sender = createFrameSender(theirs, 'camera', 1);
    const seen = new Set<string>();
    for (const epoch of [1, 2, 2, 1, 3]) {
      theirs.rekey(keyOf(epoch));
      for (let i = 0; i < 3; i++) {
        const frame = pictureOf('the same');
        await sender.seal(frame);
        seen.add(new Uint8Array(frame.data).join());
      }
    }
    // Each of fifteen has a key and a number of its own.
    expect(seen.size).toBe(15);
  });
});
