import type { CallSource } from '../../../../protocol/index.ts';
import type { CallPicture } from '../contract.ts';
import type { Decoder, DecoderEvents } from '../media-ports.ts';
import type { PictureSize } from './encoder.ts';
import { type PictureDecoder, startPictureDecoder } from './picture-decoder.ts';
import type { Ffmpeg } from './program.ts';

/** Everybody's pictures, in one size: a child for each source that is shown. */
export interface Pictures {
  /** Null: none are decoded. */
  show(size: PictureSize | null): void;
  decode(ffmpeg: Ffmpeg, device: string, source: CallSource, events: DecoderEvents): Decoder;
  on(listener: (picture: CallPicture) => void): () => void;
  /** Takes them all, in place of those who look on. @returns gives them back */
  take(taker: (picture: CallPicture) => void): () => void;
}

/** What a picture may be large in, in pixels of a side: a terminal has fewer. */
const MOST = 1_920;

export function createPictures(): Pictures {
  const listeners = new Set<(picture: CallPicture) => void>();
  let takes: ((picture: CallPicture) => void) | undefined;
  const resized = new Set<() => void>();
  let size: PictureSize | null = null;
  return {
    show(next) {
      const within = (side: number) => Math.max(2, Math.min(MOST, Math.round(side)));
      const wished = next && { width: within(next.width), height: within(next.height) };
      if (wished?.width === size?.width && wished?.height === size?.height) return;
      size = wished;
      for (const begin of resized) begin();
    },
    decode(ffmpeg, device, source, events) {
      let decoder: PictureDecoder | undefined;
      let gone = false;
      const begin = () => {
        decoder?.close();
        decoder = undefined;
        gone = false;
        events.onNeedsKey();
      };
      resized.add(begin);
      return {
        take(frame, isKey) {
          if (size === null || frame === undefined || gone) return;
          if (decoder === undefined && !isKey) return events.onNeedsKey();
          const { width, height } = size;
          decoder ??= startPictureDecoder(ffmpeg, size, {
            onPicture(rgb) {
              events.onDecoded();
              for (const listener of takes === undefined ? listeners : [takes]) listener({ device, source, width, height, rgb });
            },
            onNeedsKey: events.onNeedsKey,
            onGone() {
              gone = true;
            },
          });
          if (!decoder.take(frame, isKey)) events.onNeedsKey();
        },
        close() {
          resized.delete(begin);
          decoder?.close();
          decoder = undefined;
          gone = true;
        },
      };
    },
    take(taker) {
      takes = taker;
      return () => {
        if (takes === taker) takes = undefined;
      };
    },
    on(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
