import type { CallOffer } from '../../../protocol/index.ts';
import { findRtpExtension, readRtpHeader } from '../../../rtc/index.ts';
import { kindOf } from './offer-check.ts';
import type { Layer, Member, Source, Stream } from './member.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function createSources(owner: Member, offer: CallOffer): Source[] {
  return offer.sends.map(({ source, ssrc, rtx, layers }) => {
    const made: Mutable<Source> = { owner, source, kind: kindOf(source), layers: [], demand: 0 };
    const layerOf = (rid: string | undefined, height: number, ssrc: number | undefined): Layer => ({
      source: made,
      rid,
      height,
      ssrc,
      takers: [],
      keyFrameAsked: 0,
    });
    made.layers = layers?.map(({ rid, height }) => layerOf(rid, height, undefined)) ?? [layerOf(undefined, 0, ssrc)];
    const [only] = made.layers;
    if (layers === undefined && only !== undefined) {
      if (ssrc !== undefined) owner.streamsBySsrc.set(ssrc, { layer: only, isRepair: false });
      if (rtx !== undefined) owner.streamsBySsrc.set(rtx, { layer: only, isRepair: true });
    }
    return made;
  });
}

/**
 * Whose an unknown number is, as the names in the packet say (RFC 8843 section 9.2, RFC 8852): learnt once, and bound from then on.
 * @returns undefined where it does not say, or says what was not offered
 */
export function learnStream(member: Member, packet: Buffer, most: number): Stream | undefined {
  const header = readRtpHeader(packet);
  if (header === undefined || member.streamsBySsrc.size >= most) return undefined;
  const { extensions, sends, payloads } = member.offer;
  const read = (id: number | undefined) => (id === undefined ? undefined : findRtpExtension(packet, header, id)?.toString('latin1'));
  const mid = read(extensions.mid);
  const at = mid === undefined ? -1 : sends.findIndex((send) => send.mid === mid);
  const source = member.sources[at];
  if (source === undefined) return undefined;
  const repaired = read(extensions.repairedRid);
  const rid = repaired ?? read(extensions.rid);
  const layer = sends[at]?.layers === undefined ? source.layers[0] : source.layers.find((layer) => layer.rid === rid);
  if (layer === undefined) return undefined;
  const stream = { layer, isRepair: header.payloadType === payloads.rtx };
  if (!stream.isRepair) layer.ssrc = header.ssrc;
  member.streamsBySsrc.set(header.ssrc, stream);
  return stream;
}
