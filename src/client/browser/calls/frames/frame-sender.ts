import { createFrameSealer, type FrameSealer } from '../../../../crypto/sframe.ts';
import type { CallSource } from '../../../../protocol/index.ts';
import { frameContext } from '../../../calls/frame-context.ts';
import { coverFrame } from './cover.ts';
import type { FrameKeyRing } from './keys.ts';
import { kindOf, type SendCount } from './messages.ts';

/** An encoded frame, as the browser hands it to a transform. */
export interface EncodedFrame {
  data: ArrayBuffer;
  /** Of pictures alone. */
  readonly type?: string;
}

/** Frames of one source on their way out. */
export interface FrameSender {
  count(): SendCount;
  /** Seals it in place. @returns false: there is no key yet, and it must not leave */
  seal(frame: EncodedFrame): Promise<boolean>;
}

/** @param start random, 32 bits: what was sealed before this start was sealed under other keys */
export function createFrameSender(keys: FrameKeyRing, source: CallSource, start: number): FrameSender {
  const kind = kindOf(source);
  const bound = new TextEncoder().encode(kind);
  let sealer: { readonly epoch: bigint; readonly of: FrameSealer } | undefined;
  let [sealed, bytes, dropped] = [0, 0, 0];
  return {
    count: () => ({ source, sealed, bytes, dropped }),
    async seal(frame) {
      const now = keys.current();
      if (!now) {
        dropped++;
        return false;
      }
      if (sealer?.epoch !== now.epoch) {
        const name = { context: frameContext(start, source), leaf: now.leaf, epoch: now.epoch };
        sealer = { epoch: now.epoch, of: createFrameSealer(now.baseKey, name) };
      }
      frame.data = coverFrame(await sealer.of.seal(new Uint8Array(frame.data), bound), kind, frame.type === 'key');
      sealed++;
      bytes += frame.data.byteLength;
      return true;
    },
  };
}
