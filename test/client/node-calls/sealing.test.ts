import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createInTurn } from '../../../src/client/node/calls/frames/in-turn.ts';
import { createOpening } from '../../../src/client/node/calls/frames/opening.ts';
import { createSealing } from '../../../src/client/node/calls/frames/sealing.ts';
import type { FrameKeys, SlotAssignment } from '../../../src/client/calls/ports.ts';
import type { CallSource } from '../../../src/protocol/index.ts';

const keysOf = (epoch: bigint, leaf: number): FrameKeys => ({ epoch, leaf, baseKey: Buffer.alloc(16, Number(epoch)) });
const from = (leaf: number, source: CallSource): SlotAssignment => ({ slot: 0, device: 'aa', leaf, source });
const frame = Buffer.from('what was said');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function start() {
  const [sealing, opening] = [createSealing(), createOpening()];
  sealing.rekey(keysOf(1n, 3));
  opening.rekey(keysOf(1n, 4));
  return { sealing, opening, seal: async (source: CallSource) => (await sealing.seal(source, frame)) as Uint8Array };
}

describe('sealed frames', () => {
  it('open for whom and for what they were assigned, once', async () => {
    const { opening, seal } = await start();
    const sealed = await seal('camera');
    expect(await opening.open(sealed, from(5, 'camera'))).toBeUndefined();
    const another = await seal('camera');
    expect(await opening.open(another, from(3, 'screen'))).toBeUndefined();
    const good = await seal('microphone');
    expect(await opening.open(good, from(3, 'camera'))).toBeUndefined();
    expect(Buffer.from((await opening.open(good, from(3, 'microphone'))) as Uint8Array)).toEqual(frame);
    expect(await opening.open(good, from(3, 'microphone'))).toBeUndefined();
  });

  it('are none before the first epoch', async () => {
    expect(await createSealing().seal('camera', frame)).toBeUndefined();
  });

  it('are never two under one nonce where the same epoch is told twice', async () => {
    const { sealing, seal } = await start();
    const first = await seal('camera');
    sealing.rekey(keysOf(1n, 3));
    const second = await seal('camera');
    expect(Buffer.from(first)).not.toEqual(Buffer.from(second));
  });

  it('of a coming epoch wait for it, a second long', async () => {
    const { sealing, opening, seal } = await start();
    sealing.rekey(keysOf(2n, 3));
    const [early, never] = [await seal('camera'), await seal('camera')];
    const opened = opening.open(early, from(3, 'camera'));
    await vi.advanceTimersByTimeAsync(900);
    opening.rekey(keysOf(2n, 4));
    expect(await opened).toBeDefined();
    sealing.rekey(keysOf(3n, 3));
    const lost = opening.open(await seal('camera'), from(3, 'camera'));
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await lost).toBeUndefined();
    expect(await opening.open(never, from(3, 'camera'))).toBeDefined();
  });

  it('of the epoch before open for ten seconds more', async () => {
    const { opening, seal } = await start();
    const [soon, late] = [await seal('camera'), await seal('camera')];
    opening.rekey(keysOf(2n, 4));
    await vi.advanceTimersByTimeAsync(9_900);
    expect(await opening.open(soon, from(3, 'camera'))).toBeDefined();
    await vi.advanceTimersByTimeAsync(200);
    const refused = opening.open(late, from(3, 'camera'));
    await vi.advanceTimersByTimeAsync(1_100);
    expect(await refused).toBeUndefined();
  });

  it('let go of whoever waits when the call is over', async () => {
    const { sealing, opening, seal } = await start();
    sealing.rekey(keysOf(2n, 3));
    const waits = opening.open(await seal('camera'), from(3, 'camera'));
    await vi.advanceTimersByTimeAsync(1);
    opening.close();
    expect(await waits).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('work is done in turn, also where there is nothing in it, and not more than may wait', async () => {
  const done: (number | undefined)[] = [];
  const gates: (() => void)[] = [];
  const turns = createInTurn<number | undefined>(2, async (work) => {
    await new Promise<void>((resolve) => gates.push(resolve));
    done.push(work);
  });
  expect([1, undefined, 3, 4].map((work) => turns.add(work))).toEqual([true, true, true, false]);
  for (let i = 0; i < 3; i++) {
    gates.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(done).toEqual([1, undefined, 3]);
});
