import type { CallSource } from '../../../../protocol/index.ts';
import type { MediaKind } from '../frames/messages.ts';

/** What a media line of the own connection is there for. */
export type LineUse = { readonly send: CallSource; readonly layers?: readonly Layer[] } | { readonly slot: Slot };

/** One of the sizes in which a picture is sent at once. */
export interface Layer {
  readonly rid: string;
  /** Of a picture of the largest size. */
  readonly height: number;
}

/** A stream that can be received; the numbers are chosen here and told the media port, which sends under them. */
export interface Slot {
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly rtx?: number;
}

/** A media line of an offer that the browser made. */
export interface OwnLine {
  readonly kind: MediaKind;
  readonly mid: string;
  /** Its attributes, without `a=`. */
  readonly attributes: readonly string[];
}

export function readLines(sdp: string): OwnLine[] {
  const [, ...sections] = sdp.split(/\r\n(?=m=)/);
  return sections.map((section) => {
    const [first = '', ...rest] = section.split('\r\n');
    const attributes = rest.filter((line) => line.startsWith('a=')).map((line) => line.slice(2));
    return { kind: first.startsWith('m=video') ? 'video' : 'audio', mid: valueOf(attributes, 'mid') ?? '', attributes };
  });
}

/** Of the first attribute of this name. */
export const valueOf = (attributes: readonly string[], name: string): string | undefined =>
  attributes.find((attribute) => attribute.startsWith(`${name}:`))?.slice(name.length + 1);

export const valuesOf = (attributes: readonly string[], name: string): string[] =>
  attributes.filter((attribute) => attribute.startsWith(`${name}:`)).map((attribute) => attribute.slice(name.length + 1));

/** Payload type of a codec in this line; for `rtx` that which repeats `of`. */
export function payloadOf({ attributes }: OwnLine, codec: string, of?: number): number | undefined {
  const found = valuesOf(attributes, 'rtpmap')
    .filter((map) => map.split(' ')[1]?.toLowerCase().startsWith(`${codec}/`))
    .map((map) => Number(map.split(' ')[0]));
  return of === undefined ? found[0] : found.find((type) => valuesOf(attributes, 'fmtp').includes(`${type} apt=${of}`));
}

export const EXTENSIONS = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  transportCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
} as const;

/** Id of a header extension in this line. */
export function extensionOf({ attributes }: OwnLine, name: keyof typeof EXTENSIONS): number | undefined {
  // `3/sendonly` is allowed as well (RFC 8285 section 6).
  const [id] = valuesOf(attributes, 'extmap')
    .filter((map) => map.split(' ')[1] === EXTENSIONS[name])
    .map((map) => Number.parseInt(map, 10));
  return id;
}
