import type { CallAnswer } from '../../../../protocol/index.ts';
import { extensionOf, EXTENSIONS, type LineUse, type OwnLine, payloadOf, readLines } from './own-lines.ts';

/**
 * The answer that a media port would give if it spoke SDP, made from what it did say. What stands in it is ours: of what came over the wire nothing
 * gets in that is not a number or made of the letters that it may be made of.
 */
export function writeAnswer(offer: string, uses: ReadonlyMap<string, LineUse>, answer: CallAnswer): string {
  const lines = readLines(offer);
  const out = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=ice-lite', `a=group:BUNDLE ${lines.map(({ mid }) => mid).join(' ')}`];
  for (const [i, line] of lines.entries()) {
    out.push(...writeLine(line, uses.get(line.mid)), ...writeTransport(answer));
    // All lines share one way (BUNDLE): where it leads is said once.
    if (i === 0) out.push(...answer.candidates.flatMap(writeCandidate), 'a=end-of-candidates');
  }
  return [...out, ''].join('\r\n');
}

/** kbit/s that a voice and the sound of a screen take. */
const SOUND = { microphone: 32, 'screen-audio': 96 } as const;

function writeLine(line: OwnLine, use: LineUse | undefined): string[] {
  const send = use && 'send' in use ? use : undefined;
  const codecs = line.kind === 'audio' ? writeOpus(line, send?.send === 'screen-audio' ? 'screen-audio' : 'microphone') : writeVp8(line);
  // Who sends to a slot is told by its ssrc; what a device sends itself may say its mid and rid.
  const names = send ? (['mid', 'rid', 'repairedRid', 'transportCc'] as const) : (['transportCc'] as const);
  const extensions = names.flatMap((name) => {
    const id = extensionOf(line, name);
    return id === undefined ? [] : [`a=extmap:${id} ${EXTENSIONS[name]}`];
  });
  return [
    `m=${line.kind} 9 UDP/TLS/RTP/SAVPF ${codecs.types.join(' ')}`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${line.mid}`,
    'a=rtcp-mux',
    send ? 'a=recvonly' : use ? 'a=sendonly' : 'a=inactive',
    ...codecs.lines,
    ...extensions,
    ...(send?.layers
      ? [...send.layers.map(({ rid }) => `a=rid:${rid} recv`), `a=simulcast:recv ${send.layers.map(({ rid }) => rid).join(';')}`]
      : []),
    ...(use && 'slot' in use ? writeStreams(use.slot) : []),
  ];
}

/** Packets of one size, without pauses: how large they are and when they come does not tell what is said. */
function writeOpus(line: OwnLine, source: keyof typeof SOUND) {
  const type = payloadOf(line, 'opus') ?? 0;
  return {
    types: [type],
    lines: [
      `a=rtpmap:${type} opus/48000/2`,
      `a=fmtp:${type} cbr=1;usedtx=0;useinbandfec=1;minptime=20;maxaveragebitrate=${SOUND[source] * 1000}`,
      'a=ptime:20',
      // Browsers do not offer to ask for lost sound again, and do so where it stands here: what FEC alone leaves of two ways that lose is heard.
      ...['transport-cc', 'nack'].map((what) => `a=rtcp-fb:${type} ${what}`),
    ],
  };
}

/**
 * kbit/s. A local network carries more than the 300 that Chromium begins with, and finds it out by itself where it does not; below the least
 * there is no picture to speak of. Other browsers pass over it.
 */
const START = { begin: 1500, least: 150 } as const;

function writeVp8(line: OwnLine) {
  const type = payloadOf(line, 'vp8') ?? 0;
  const rtx = payloadOf(line, 'rtx', type) ?? 0;
  const begin = `a=fmtp:${type} x-google-start-bitrate=${START.begin};x-google-min-bitrate=${START.least}`;
  const feedback = ['transport-cc', 'nack', 'nack pli'].map((what) => `a=rtcp-fb:${type} ${what}`);
  return {
    types: [type, rtx],
    lines: [`a=rtpmap:${type} VP8/90000`, begin, ...feedback, `a=rtpmap:${rtx} rtx/90000`, `a=fmtp:${rtx} apt=${type}`],
  };
}

function writeStreams({ ssrc, rtx }: Extract<LineUse, { slot: unknown }>['slot']): string[] {
  const own = [`a=ssrc:${ssrc} cname:corrillo`, `a=ssrc:${ssrc} msid:- ${ssrc}`];
  if (rtx === undefined) return own;
  return [`a=ssrc-group:FID ${ssrc} ${rtx}`, ...own, `a=ssrc:${rtx} cname:corrillo`, `a=ssrc:${rtx} msid:- ${ssrc}`];
}

const writeTransport = ({ ufrag, pwd, fingerprint }: CallAnswer): string[] => [
  `a=ice-ufrag:${ufrag}`,
  `a=ice-pwd:${pwd}`,
  `a=fingerprint:sha-256 ${Array.from(fingerprint, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')}`,
  'a=setup:passive',
];

/** The best first, and UDP before TCP: RFC 8445 section 5.1.2.1. */
function writeCandidate({ protocol, address, port }: CallAnswer['candidates'][number], i: number): string[] {
  if (!/^[0-9A-Za-z.:-]+$/.test(address)) return [];
  const [type, local] = [126, 65_535 - i];
  const priority = (protocol === 'udp' ? type : type - 36) * 2 ** 24 + local * 2 ** 8 + 255;
  return [`a=candidate:${i + 1} 1 ${protocol} ${priority} ${address} ${port} typ host${protocol === 'tcp' ? ' tcptype passive' : ''}`];
}
