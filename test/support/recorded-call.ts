import { dropMadeUpHeader } from '../../src/client/node/calls/frames/made-up-header.ts';
import { createOpening } from '../../src/client/node/calls/frames/opening.ts';
import type { FrameKeys } from '../../src/client/calls/ports.ts';
import { createSrtpReceiver, packetKindOf, readRtpHeader, readRtpPayload, readVp8, type SrtpKeys } from '../../src/rtc/index.ts';

/*
 * What can be made of datagrams that were recorded, by who has which keys. Nothing here knows more than it is given.
 */

/** The packets of RTP among these datagrams: as they are, or opened by the keys of the transport, where one has them. */
export function packetsOf(datagrams: readonly Buffer[], transport?: SrtpKeys): Buffer[] {
  const receiver = transport && createSrtpReceiver(transport);
  return datagrams
    .filter((datagram) => packetKindOf(datagram) === 'rtp')
    .flatMap((datagram) => (receiver ? (receiver.unprotectRtp(Buffer.from(datagram)) ?? []) : [datagram]));
}

interface Piece {
  readonly sequence: number;
  readonly payload: Buffer;
}

/** Everything that one stream carries, a frame for each timestamp: payloads end to end, of pictures without what RTP puts before each. */
export function framesOf(packets: readonly Buffer[], payloadType: number, kind: 'audio' | 'video'): Buffer[] {
  const pieces = new Map<string, Piece[]>();
  for (const packet of packets) {
    const header = readRtpHeader(packet);
    if (header?.payloadType !== payloadType) continue;
    const whole = Buffer.from(readRtpPayload(packet, header) ?? packet.subarray(header.length));
    const payload = kind === 'video' ? whole.subarray(readVp8(whole)?.length ?? 0) : whole;
    const key = `${header.ssrc} ${header.timestamp}`;
    pieces.set(key, [...(pieces.get(key) ?? []), { sequence: header.sequence, payload }]);
  }
  return [...pieces.values()].map((parts) => Buffer.concat(inOrder(parts).map(({ payload }) => payload)));
}

/** A frame has far fewer packets than there are numbers. */
function inOrder(parts: readonly Piece[]): Piece[] {
  const [first] = parts as readonly [Piece];
  const place = ({ sequence }: Piece) => ((sequence - first.sequence + 0x8000) & 0xffff) - 0x8000;
  return parts.toSorted((a, b) => place(a) - place(b));
}

/** What an attentive stranger tries: the frames as they are, and without the header that is made up. */
export const guesses = (frames: readonly Buffer[]): Buffer[][] => [
  [...frames],
  frames.map((frame) => dropMadeUpHeader(frame) ?? frame),
  // Had only the header been sealed, or only what comes first.
  frames.map((frame) => frame.subarray(Math.min(frame.length - 1, 16))),
];

/** What members have: the frames that open under these keys. */
export async function openFrames(frames: readonly Buffer[], keys: FrameKeys, source: 'camera' | 'microphone'): Promise<Uint8Array[]> {
  const opening = createOpening();
  opening.rekey(keys);
  const opened: Uint8Array[] = [];
  for (const frame of frames) {
    const sealed = source === 'camera' ? dropMadeUpHeader(frame) : frame;
    const plain = sealed && (await opening.open(sealed, { slot: 0, device: '', leaf: keys.leaf, source }));
    if (plain) opened.push(plain);
  }
  opening.close();
  return opened;
}
