import { type CallSource, LIMITS } from '../../../../protocol/index.ts';
import type { FrameRole, MediaKind } from '../frames/messages.ts';
import type { Layer, LineUse, Slot } from '../sdp/own-lines.ts';

/** The media lines of a call: all that it will ever have, so that nothing is negotiated when somebody comes, or turns something on. */
export interface CallLines {
  readonly senders: ReadonlyMap<CallSource, RTCRtpSender>;
  /** By slot. */
  readonly receivers: readonly RTCRtpReceiver[];
  readonly slots: readonly Slot[];
  /** What each line is there for, by mid: known once the own description is set. */
  uses(): ReadonlyMap<string, LineUse>;
}

/** The smallest first; a camera that is smaller has fewer of them (`encodings.ts`). */
export const CAMERA_LAYERS: readonly Layer[] = [
  { rid: 'q', height: 180 },
  { rid: 'h', height: 360 },
  { rid: 'f', height: 720 },
];

/** Of everybody else a voice and a face, of some a screen and its sound. 56 lines are set up in a tenth of a second. */
const SCREENS = 4;
const SLOTS: readonly MediaKind[] = (['audio', 'video'] as const).flatMap((kind) =>
  Array.from({ length: LIMITS.callMembers - 1 + SCREENS }, () => kind),
);

/** Each line gets its transform here, before anything is negotiated: one that is set later is not asked by some browsers, and they do not say so. */
export function addLines(connection: RTCPeerConnection, worker: Worker): CallLines {
  const transform = (role: FrameRole) => new RTCRtpScriptTransform(worker, role);
  const [audio, video] = [codecsOf('audio', ['audio/opus']), codecsOf('video', ['video/VP8', 'video/rtx'])];
  const made: { readonly line: RTCRtpTransceiver; readonly use: LineUse }[] = [];
  const senders = new Map<CallSource, RTCRtpSender>();

  function addSend(send: CallSource, kind: MediaKind, layers?: readonly Layer[]): void {
    const sendEncodings = layers?.map(({ rid }) => ({ rid }));
    const line = connection.addTransceiver(kind, { direction: 'sendonly', ...(sendEncodings && { sendEncodings }) });
    line.setCodecPreferences(kind === 'audio' ? audio : video);
    line.sender.transform = transform({ send });
    senders.set(send, line.sender);
    made.push({ line, use: { send, ...(layers && { layers }) } });
  }

  addSend('microphone', 'audio');
  addSend('camera', 'video', CAMERA_LAYERS);
  addSend('screen', 'video');
  addSend('screen-audio', 'audio');

  const names = drawNames(SLOTS.length * 2);
  const slots = SLOTS.map((kind, i): Slot => {
    const [ssrc = 0, rtx = 0] = names.slice(i * 2, i * 2 + 2);
    return kind === 'video' ? { kind, ssrc, rtx } : { kind, ssrc };
  });
  const receivers = slots.map((slot, i) => {
    const line = connection.addTransceiver(slot.kind, { direction: 'recvonly' });
    line.setCodecPreferences(slot.kind === 'audio' ? audio : video);
    line.receiver.transform = transform({ slot: i, kind: slot.kind });
    made.push({ line, use: { slot } });
    return line.receiver;
  });

  return { senders, receivers, slots, uses: () => new Map(made.map(({ line, use }) => [line.mid ?? '', use])) };
}

const codecsOf = (kind: MediaKind, types: readonly string[]): RTCRtpCodec[] =>
  (RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []).filter(({ mimeType }) =>
    types.some((type) => type.toLowerCase() === mimeType.toLowerCase()),
  );

/** Distinct numbers for streams; the browser's own ones are 32 random bits as well, and are looked at in `open-peer.ts`. */
function drawNames(count: number): number[] {
  const names = new Set<number>();
  while (names.size < count)
    for (const name of crypto.getRandomValues(new Uint32Array(count))) if (name > 0 && names.size < count) names.add(name);
  return [...names];
}
