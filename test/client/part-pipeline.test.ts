import { expect, it, vi } from 'vitest';
import { createPartPipeline } from '../../src/client/files/part-pipeline.ts';
import type { SealedPart } from '../../src/client/files/part-sealer.ts';

const pointAt = (offset: number) => ({ offset, plain: offset, chain: new Uint8Array(32), last: false });
const partTo = (offset: number): SealedPart => ({ from: pointAt(offset - 1), to: pointAt(offset), pieces: [] });

it('remembers no end of a part that was dropped while it was sealed', async () => {
  const sealing: Array<(part: SealedPart) => void> = [];
  const note = vi.fn<() => Promise<void>>(async () => {});
  const pipeline = createPartPipeline({ next: () => new Promise((resolve) => sealing.push(resolve)) }, note, () => {});
  const current = pipeline.current();
  sealing.shift()?.(partTo(1));
  await current;
  expect(note.mock.calls).toEqual([[pointAt(1), true]]);

  pipeline.prepare();
  pipeline.discard();
  sealing.shift()?.(partTo(2));
  // Also where the system only now says that it has taken the part before.
  pipeline.prepare();
  await new Promise(setImmediate);
  expect(note).toHaveBeenCalledTimes(1);
  expect(sealing).toEqual([]);
});
