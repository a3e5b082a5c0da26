import type { Group } from '../crypto/index.ts';
import { CodedError, equalBytes, fromBase64Url, fromHex, toBase64Url, toHex } from '../protocol/index.ts';

/**
 * What two people compare by QR: `corrillo:v1:<room>:<device>:<epoch>.<authenticator>`. No address: nobody is to mark somebody by following a
 * link. The device is all of its key; the authenticator (RFC 9420 section 8.7) tells two rooms apart that a relay keeps between two people.
 */
export function formatComparison(group: Group): string {
  return `corrillo:v1:${toHex(group.room)}:${toHex(group.device)}:${group.epoch}.${toBase64Url(group.authenticator)}`;
}

const CODE = /^corrillo:v1:([0-9a-f]{32}):([0-9a-f]{64}):(\d{1,15})\.([A-Za-z0-9_-]{43})$/;

/**
 * The device whose screen shows this code, which stands in the group here.
 * @throws CodedError `code_unreadable`, `code_other_room`, `code_stranger`, `code_differs`
 */
export function readComparison(group: Group, code: string): string {
  const [, room, device = '', epoch, authenticator = ''] = CODE.exec(code.trim()) ?? [];
  if (room === undefined) throw new CodedError('code_unreadable');
  if (room !== toHex(group.room)) throw new CodedError('code_other_room');
  const shown = fromBase64Url(authenticator);
  // One screen may be a moment behind: then only the device is compared.
  if (Number(epoch) === group.epoch && !(shown && equalBytes(shown, group.authenticator))) throw new CodedError('code_differs');
  const key = fromHex(device) as Uint8Array;
  if (!group.members.some((member) => equalBytes(member, key))) throw new CodedError('code_stranger');
  // Its own screen, scanned by itself.
  if (equalBytes(key, group.device)) throw new CodedError('code_unreadable');
  return device;
}
