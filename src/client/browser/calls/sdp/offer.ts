import { type CallOffer, CodedError } from '../../../../protocol/index.ts';
import { extensionOf, EXTENSIONS, type LineUse, type OwnLine, payloadOf, readLines, valueOf, valuesOf } from './own-lines.ts';

/** What the browser wants to negotiate, in the words of the protocol. @throws CodedError `calls_unsupported` where it lacks what calls need */
export function readOffer(sdp: string, uses: ReadonlyMap<string, LineUse>): CallOffer {
  const lines = readLines(sdp);
  const of = (kind: OwnLine['kind']) => lines.find((line) => line.kind === kind);
  const [audio, video] = [of('audio'), of('video')];
  const opus = audio && payloadOf(audio, 'opus');
  const vp8 = video && payloadOf(video, 'vp8');
  const rtx = video && payloadOf(video, 'rtx', vp8);
  if (opus === undefined || vp8 === undefined || rtx === undefined) throw new CodedError('calls_unsupported', { because: 'VP8, Opus' });
  const ufrag = valueOf(video?.attributes ?? [], 'ice-ufrag') ?? headOf(sdp, 'ice-ufrag');
  const fingerprint = valueOf(video?.attributes ?? [], 'fingerprint') ?? headOf(sdp, 'fingerprint');
  return {
    ufrag: ufrag ?? '',
    fingerprint: readFingerprint(fingerprint ?? ''),
    payloads: { opus, vp8, rtx },
    extensions: extensionsOf(lines),
    sends: lines.flatMap((line) => sendOf(line, uses.get(line.mid)) ?? []),
    slots: lines.flatMap(({ mid }) => {
      const use = uses.get(mid);
      return use && 'slot' in use ? [use.slot] : [];
    }),
  };
}

/** Some browsers say for the whole connection what others say for each line. */
const headOf = (sdp: string, name: string) => new RegExp(`^a=${name}:(.*?)\r?$`, 'm').exec(sdp)?.[1];

function readFingerprint(text: string): Uint8Array<ArrayBuffer> {
  const [hash = '', digits = ''] = text.split(' ');
  const bytes = Uint8Array.from(digits.split(':'), (byte) => Number.parseInt(byte, 16));
  if (hash.toLowerCase() !== 'sha-256' || bytes.length !== 32) throw new CodedError('calls_unsupported', { because: 'SHA-256' });
  return bytes;
}

function extensionsOf(lines: readonly OwnLine[]): CallOffer['extensions'] {
  const names = Object.keys(EXTENSIONS) as (keyof typeof EXTENSIONS)[];
  const found = names.flatMap((name) => {
    const id = lines.map((line) => extensionOf(line, name)).find((number) => number !== undefined);
    return id === undefined ? [] : [[name, id] as const];
  });
  return Object.fromEntries(found);
}

function sendOf({ mid, attributes }: OwnLine, use: LineUse | undefined): CallOffer['sends'][number] | undefined {
  if (!use || !('send' in use)) return undefined;
  // Of a picture in several sizes the packets say themselves what they are of.
  if (use.layers) return { source: use.send, mid, layers: [...use.layers] };
  const ssrc = Number(valueOf(attributes, 'ssrc')?.split(' ')[0]);
  const repeats = valuesOf(attributes, 'ssrc-group').find((group) => group.startsWith(`FID ${ssrc} `));
  const rtx = repeats === undefined ? undefined : Number(repeats.split(' ')[2]);
  return { source: use.send, mid, ...(Number.isNaN(ssrc) ? {} : { ssrc }), ...(rtx === undefined ? {} : { rtx }) };
}
