import { readVp8, type RtpHeader, type Vp8Descriptor } from '../../../rtc/index.ts';
import { countOn } from './numbers.ts';

export type MediaKind = 'audio' | 'video';

/** Ticks a second of what stands in a timestamp: Opus (RFC 7587 section 4.1), VP8 (RFC 7741 section 4.1). */
export const CLOCK_RATES: Readonly<Record<MediaKind, number>> = { audio: 48_000, video: 90_000 };

/** A packet of a publisher, read once for all who get it. Nobody writes into its bytes. */
export interface MediaPacket {
  readonly bytes: Buffer;
  /** The sequence number, counted on beyond 16 bits. */
  readonly index: number;
  readonly timestamp: number;
  readonly marker: boolean;
  /** Where the payload begins and ends. */
  readonly start: number;
  readonly end: number;
  /** Of video; undefined where it is cut off, or there is no payload. */
  readonly vp8: Vp8Descriptor | undefined;
  /** The picture id, counted on. */
  readonly picture: number | undefined;
  /** A key frame begins here: who has seen nothing so far can begin here too. */
  readonly beginsKey: boolean;
}

/** @param lastPicture the highest of the stream so far */
export function readMediaPacket(
  bytes: Buffer,
  header: RtpHeader,
  { kind, index, lastPicture }: { readonly kind: MediaKind; readonly index: number; readonly lastPicture: number | undefined },
): MediaPacket {
  const { timestamp, marker, length: start, padding } = header;
  const end = bytes.length - padding;
  const vp8 = kind === 'video' ? readVp8(bytes.subarray(start, end)) : undefined;
  return {
    bytes,
    index,
    timestamp,
    marker,
    start,
    end,
    vp8,
    picture:
      vp8?.pictureId === undefined ? undefined : countOn(vp8.pictureId, vp8.pictureIdBits ?? 15, lastPicture ?? vp8.pictureId + PICTURES),
    // The first bit of a frame says that it needs others (RFC 7741 section 4.3); a sealed one has it in the header that is made up for it.
    beginsKey: vp8?.isStart === true && (bytes[start + vp8.length] as number) % 2 === 0,
  };
}

/** Where counting begins, so that what is before the first picture is not below zero. */
const PICTURES = 2 ** 15;
