import { CAMERA_LAYERS } from './lines.ts';

/** How one size of a picture is encoded: what RTCRtpEncodingParameters says of it. */
export interface Encoding {
  readonly active: boolean;
  readonly scaleResolutionDownBy: number;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
}

/** bit/s for a picture of 16:9 and this height, thirty times a second: what VP8 makes of a face without blocks. */
const BITRATES: readonly (readonly [height: number, bits: number])[] = [
  [180, 200_000],
  [360, 600_000],
  [720, 1_800_000],
];
const PICTURES = 30;

/** bit/s; text on a screen is to be sharp, and moves seldom. */
export const SCREEN_BITRATE = 3_000_000;

/** Pixels that a camera may lack of a size that we count it for: 704 is 720 enough. */
const ABOUT = 0.95;

/**
 * Browsers leave sizes out by themselves when a picture is small, the larger ones, and would send its quarter alone. So a small picture has fewer
 * sizes, and its largest is always its own.
 *
 * @param shorter side of what the camera gives, in pixels
 * @param demand the most that anybody looks at, in pixels; undefined: as large as there is
 * @returns in the order of CAMERA_LAYERS
 */
export function cameraEncodings(shorter: number, demand: number | undefined): Encoding[] {
  const fitting = CAMERA_LAYERS.filter(({ height }, i) => i === 0 || shorter >= height * ABOUT);
  // Between sizes the next larger is sent: a picture is shown smaller, never larger than it is.
  const enough = fitting.findIndex(({ height }) => height >= (demand ?? Infinity));
  const highest = demand === 0 ? -1 : enough === -1 ? fitting.length - 1 : enough;
  return CAMERA_LAYERS.map(({ height }, i) => {
    // The largest of them is the camera's own.
    const scale = i === fitting.length - 1 ? 1 : Math.max(1, shorter / height);
    const bits = BITRATES.find(([of]) => of >= (shorter / scale) * ABOUT)?.[1] ?? 1_800_000;
    return { active: i <= highest, scaleResolutionDownBy: scale, maxBitrate: bits, maxFramerate: PICTURES };
  });
}
