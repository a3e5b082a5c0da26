import { randomBytes } from 'node:crypto';
import { createFrameSealer, type FrameSealer } from '../../../../crypto/index.ts';
import type { CallSource } from '../../../../protocol/index.ts';
import { frameContext } from '../../../calls/frame-context.ts';
import type { FrameKeys } from '../../../calls/ports.ts';

/** Seals what this device sends. Before the first epoch nothing is sealed, and nothing leaves. */
export interface Sealing {
  rekey(keys: FrameKeys): void;
  /** Sealed in the newest epoch; undefined where there is none. */
  seal(source: CallSource, frame: Uint8Array): Promise<Uint8Array | undefined>;
}

const KINDS = { audio: Buffer.from('audio'), video: Buffer.from('video') } as const;

/** The kind of frames of a source, as it is bound to them. */
export const kindOf = (source: CallSource): Buffer => (source === 'camera' || source === 'screen' ? KINDS.video : KINDS.audio);

export function createSealing(): Sealing {
  // Another one for each start: no counter is used twice under one key.
  const start = randomBytes(4).readUInt32BE();
  let keys: FrameKeys | undefined;
  let sealers = new Map<CallSource, FrameSealer>();
  return {
    rekey(next) {
      // The same epoch again goes on where it was: counting anew would use nonces twice.
      if (keys?.epoch === next.epoch && keys.leaf === next.leaf) return;
      keys = next;
      sealers = new Map();
    },
    async seal(source, frame) {
      if (keys === undefined) return undefined;
      const { baseKey, epoch, leaf } = keys;
      const sealer = sealers.get(source) ?? createFrameSealer(baseKey, { context: frameContext(start, source), leaf, epoch });
      sealers.set(source, sealer);
      return sealer.seal(frame, kindOf(source));
    },
  };
}
