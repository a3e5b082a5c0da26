/*
 * Opus (RFC 6716 section 3.2): configuration 31 is 20 ms of CELT over the whole band; code 3 says how many frames there are and lets a packet be
 * padded. `ff fe` is the frame of 20 ms in which nothing is to be heard.
 */
const CODE_3 = 0xfb;
const ONE_PADDED = 0x41;
const ONE_PLAIN = 0x01;
const FRAME = [0xff, 0xfe] as const;

/** 20 ms in which nobody speaks, as long as a packet in which somebody does. @param length in bytes, four at least */
export function silenceOf(length: number): Buffer {
  const packet = Buffer.alloc(length);
  const extra = length - 2 - FRAME.length;
  if (extra <= 0) {
    packet.set([CODE_3, ONE_PLAIN, ...FRAME].slice(0, length));
    return packet;
  }
  // 255 stands for 254 bytes behind the frame and for another length; the last one for as many as it says.
  const longest = Math.floor((extra - 1) / 255);
  packet.set([CODE_3, ONE_PADDED, ...Array.from({ length: longest }, () => 255), (extra - 1) % 255, ...FRAME]);
  return packet;
}
