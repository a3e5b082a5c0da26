/** A picture with nothing on it, which goes ahead of a real one: what happens to it happens to nobody. */
export interface Canary {
  readonly track: MediaStreamTrack;
  /** One more of it. */
  draw(): void;
  stop(): void;
}

/** Pixels: small, and quickly encoded. */
const SIZE = { width: 320, height: 180 };

/** Of Chromium alone, in a page: https://www.w3.org/TR/mediacapture-transform/ has it in workers. */
interface TrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
declare const MediaStreamTrackGenerator: (new (options: { readonly kind: 'video' }) => TrackGenerator) | undefined;

/** A canvas is not drawn while its page is in the background, where a call may have to come back by itself; made frames are. */
export function createBlackPicture(): Canary {
  return typeof MediaStreamTrackGenerator === 'undefined'
    ? createBlackCanvas()
    : createBlackFrames(new MediaStreamTrackGenerator({ kind: 'video' }));
}

function createBlackFrames(track: TrackGenerator): Canary {
  const { width, height } = SIZE;
  // Y of black, then Cb and Cr without a colour.
  const pixels = new Uint8Array((width * height * 3) / 2).fill(128).fill(16, 0, width * height);
  const writer = track.writable.getWriter();
  return {
    track,
    draw() {
      const frame = new VideoFrame(pixels, { format: 'I420', codedWidth: width, codedHeight: height, timestamp: performance.now() * 1000 });
      writer.write(frame).catch(() => frame.close());
    },
    stop() {
      track.stop();
      writer.close().catch(() => {});
    },
  };
}

function createBlackCanvas(): Canary {
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const context = canvas.getContext('2d', { alpha: false });
  const [track] = canvas.captureStream(30).getVideoTracks();
  if (!track) throw new DOMException('a canvas without a track', 'NotReadableError');
  return { track, draw: () => context?.fillRect(0, 0, SIZE.width, SIZE.height), stop: () => track.stop() };
}
