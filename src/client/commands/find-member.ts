import { CodedError } from '../../protocol/index.ts';
import type { Member, RoomView } from '../api.ts';

/** Digits of a device id that are enough to name it by hand. */
const PREFIX = 4;

/**
 * The member that a person means by a name or by the first digits of a device.
 * @throws CodedError `ambiguous_name` (nothing may happen then), `no_such_member`
 */
export function findMember(view: RoomView, typed: string): Member {
  const wanted = typed.trim().replace(/^@/, '');
  const same = (a: string, b: string) => a.normalize('NFC').toLocaleLowerCase() === b.normalize('NFC').toLocaleLowerCase();
  const exact = view.members.filter((member) => member.name === wanted);
  const named = exact.length > 0 ? exact : view.members.filter((member) => same(member.name, wanted));
  if (named.length === 1) return named[0] as Member;
  if (named.length > 1)
    throw new CodedError('ambiguous_name', { name: wanted, devices: named.map((member) => member.device.slice(0, 8)).join(', ') });
  const prefix = wanted.toLowerCase();
  const byDevice =
    prefix.length >= PREFIX && /^[0-9a-f]+$/.test(prefix) ? view.members.filter((member) => member.device.startsWith(prefix)) : [];
  if (byDevice.length === 1) return byDevice[0] as Member;
  if (byDevice.length > 1)
    throw new CodedError('ambiguous_name', { name: wanted, devices: byDevice.map((member) => member.device.slice(0, 12)).join(', ') });
  throw new CodedError('no_such_member', { name: wanted });
}
