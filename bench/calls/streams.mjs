/** The numbers of everybody's streams. */
export const PAYLOADS = { opus: 111, vp8: 96, rtx: 97 };
export const TRANSPORT_CC = 4;
const base = (member) => 0x10_0000 * (member + 1);

export const ssrcsOf = (member) => ({ audio: base(member), video: base(member) + 1, rtx: base(member) + 2 });

/** What a member sends, as createSource takes it. @param hasRtx or nothing is repeated in a stream of its own */
export function sendsOf(member, members, hasRtx = true) {
  const { audio, video, rtx } = ssrcsOf(member);
  const phase = member / members;
  return [
    { from: member, kind: 'audio', ssrc: audio, payloadType: PAYLOADS.opus, phase },
    {
      from: member,
      kind: 'video',
      ssrc: video,
      payloadType: PAYLOADS.vp8,
      phase,
      ...(hasRtx && { rtx: { ssrc: rtx, payloadType: PAYLOADS.rtx } }),
    },
  ];
}

export const legOf = (member, way = '') => `${member}${way}`;
export const others = (member, members) => Array.from({ length: members }, (_, i) => i).filter((other) => other !== member);
