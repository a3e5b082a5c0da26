import { randomBytes } from 'node:crypto';
import type { CallOffer, CallSource } from '../../../protocol/index.ts';
import { createInTurn } from './frames/in-turn.ts';
import { addMadeUpHeader } from './frames/made-up-header.ts';
import { cutPicture } from './frames/picture-packets.ts';
import type { Sealing } from './frames/sealing.ts';
import { PAYLOADS } from './offer.ts';
import { createOutgoing, type Outgoing, type OutgoingPorts } from './streams/outgoing.ts';
import { createPacer } from './streams/pacer.ts';

/** One source that we send: from encoded frames to packets. Nothing passes that is not sealed. */
export interface Outlet {
  readonly source: CallSource;
  readonly ssrc: number;
  readonly outgoing: Outgoing;
  /** What is encoded from now on was captured later: time goes on meanwhile. */
  begin(): void;
  take(frame: Buffer, isKey: boolean): void;
  close(): void;
}

/** Frames that are being sealed: more is behind for good. */
const MOST_SEALING = 16;
const CLOCK = { audio: 48_000, video: 90_000 } as const;
/** Of the clock of sound in 20 ms. */
const SOUND_FRAME = 960;
/** Packets that can be sent again: some seconds of pictures, a second and a half of sound. */
const KEPT = { audio: 75, video: 512 } as const;

export function createOutlet(send: CallOffer['sends'][number], sealing: Sealing, ports: OutgoingPorts, onOverflow: () => void): Outlet {
  const { source, ssrc = 0, rtx } = send;
  const kind = source === 'camera' || source === 'screen' ? 'video' : 'audio';
  const outgoing = createOutgoing(
    {
      ssrc,
      payloadType: kind === 'video' ? PAYLOADS.vp8 : PAYLOADS.opus,
      clockRate: CLOCK[kind],
      kept: KEPT[kind],
      ...(rtx !== undefined && { rtx: { ssrc: rtx, payloadType: PAYLOADS.rtx } }),
    },
    ports,
  );
  const pacer = createPacer();
  const started = performance.now();
  const offset = randomBytes(4).readUInt32BE();
  const clock = () => Math.round(((performance.now() - started) * CLOCK[kind]) / 1_000);
  let soundAt = 0;
  let pictureId = randomBytes(2).readUInt16BE() & 0x7fff;
  /** A picture was left out: those made from it would be shown wrong, and nobody could tell. Of those that come, and of those that are sealed already. */
  let [needsKey, lacksKey] = [true, true];
  function leaveOut(): void {
    needsKey = true;
    if (kind === 'video') onOverflow();
  }

  const inTurn = createInTurn<{ frame: Buffer; isKey: boolean; timestamp: number }>(MOST_SEALING, async ({ frame, isKey, timestamp }) => {
    if (kind === 'video' && lacksKey && !isKey) return onOverflow();
    const sealed = await sealing.seal(source, frame);
    if (sealed === undefined) {
      lacksKey = true;
      return;
    }
    if (kind === 'audio') return outgoing.send(Buffer.from(sealed), timestamp, false);
    const payloads = cutPicture(addMadeUpHeader(sealed, isKey), pictureId);
    const bytes = payloads.reduce((sum, { length }) => sum + length, 0);
    const sends = payloads.map((payload, i) => () => outgoing.send(payload, timestamp, i === payloads.length - 1));
    lacksKey = !pacer.add(sends, bytes);
    if (lacksKey) return onOverflow();
    pictureId = (pictureId + 1) & 0x7fff;
  });

  return {
    source,
    ssrc,
    outgoing,
    begin() {
      // Of sound the numbers are exact, so that no player has to guess; only where it begins is the clock's.
      soundAt = Math.max(soundAt, clock());
    },
    take(frame, isKey) {
      const timestamp = (offset + (kind === 'audio' ? soundAt : clock())) >>> 0;
      soundAt += SOUND_FRAME;
      if (kind === 'video' && needsKey && !isKey) return onOverflow();
      needsKey = false;
      if (!inTurn.add({ frame, isKey, timestamp })) leaveOut();
    },
    close() {
      inTurn.clear();
      pacer.clear();
    },
  };
}
