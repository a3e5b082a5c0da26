import type { Slot } from './member.ts';

/** Where packets are put together before they are sealed: sealing copies. */
const scratch = Buffer.alloc(2048);
const FIXED = 12;

/**
 * A packet as it is to come out of this slot: its number, the payload type of its owner, and no names.
 * @param headerLength of the packet with all that stands before the payload
 * @returns a view that is good until the next call
 */
export function writePacket(slot: Slot, packet: Buffer, headerLength: number): Buffer | undefined {
  const { owner } = slot;
  const { transportCc } = owner.offer.extensions;
  const head = transportCc === undefined ? FIXED : FIXED + 8;
  const length = head + packet.length - headerLength;
  if (length > scratch.length) return undefined;
  const sequence = packet.readUInt16BE(2);
  const timestamp = packet.readUInt32BE(4);
  slot.shift ??= { sequence: slot.lastSequence + 1 - sequence, timestamp: slot.lastTimestamp + 1 - timestamp };
  slot.lastSequence = (sequence + slot.shift.sequence) & 0xffff;
  slot.lastTimestamp = (timestamp + slot.shift.timestamp) >>> 0;
  // Padding stays where it is: the last byte says how much there is.
  scratch[0] = 0x80 | ((packet[0] as number) & 0x20) | (head > FIXED ? 0x10 : 0);
  scratch[1] = ((packet[1] as number) & 0x80) | slot.payloadType;
  scratch.writeUInt16BE(slot.lastSequence, 2);
  scratch.writeUInt32BE(slot.lastTimestamp, 4);
  scratch.writeUInt32BE(slot.ssrc, 8);
  if (transportCc !== undefined) {
    scratch.writeUInt32BE(0xbede0001, FIXED);
    scratch[FIXED + 4] = (transportCc << 4) | 1;
    scratch.writeUInt16BE(owner.transportSequence, FIXED + 5);
    scratch[FIXED + 7] = 0;
    owner.transportSequence = (owner.transportSequence + 1) & 0xffff;
  }
  packet.copy(scratch, head, headerLength);
  return scratch.subarray(0, length);
}
