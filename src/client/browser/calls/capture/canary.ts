/** A picture with nothing on it, which goes ahead of a real one: what happens to it happens to nobody. */
export interface Canary {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** Pixels and ms: small, and quickly many. */
const SIZE = { width: 320, height: 180 };
const EACH = 40;

export function createBlackPicture(): Canary {
  const canvas = Object.assign(document.createElement('canvas'), SIZE);
  const context = canvas.getContext('2d', { alpha: false });
  const stream = canvas.captureStream(1000 / EACH);
  const [track] = stream.getVideoTracks();
  if (!track) throw new DOMException('a canvas without a track', 'NotReadableError');
  const draw = () => context?.fillRect(0, 0, SIZE.width, SIZE.height);
  draw();
  const timer = setInterval(draw, EACH);
  return {
    track,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}
