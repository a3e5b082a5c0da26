import { CodedError } from '../../protocol/index.ts';
import type { Member, RoomView } from '../api.ts';

/** Digits of a device id that are enough to name it by hand. */
const PREFIX = 4;

interface Named {
  readonly name: string;
  readonly device: string;
}

/**
 * The member that a person means by a name or by the first digits of a device.
 * @throws CodedError `ambiguous_name` (nothing may happen then), `no_such_member`
 */
export function findMember(view: RoomView, typed: string): Member {
  return findNamed(view.members, typed, 'no_such_member');
}

/** The same among any who have a name and a device. @throws CodedError `ambiguous_name`, or `missing` where nobody fits */
export function findNamed<T extends Named>(people: readonly T[], typed: string, missing: string): T {
  const wanted = typed.trim().replace(/^@/, '');
  const exact = people.filter(({ name }) => name === wanted);
  const named = exact.length > 0 ? exact : people.filter(({ name }) => sameName(name, wanted));
  if (named.length === 1) return named[0] as T;
  if (named.length > 1)
    throw new CodedError('ambiguous_name', { name: wanted, devices: named.map(({ device }) => device.slice(0, 8)).join(', ') });
  const prefix = wanted.toLowerCase();
  const byDevice = prefix.length >= PREFIX && /^[0-9a-f]+$/.test(prefix) ? people.filter(({ device }) => device.startsWith(prefix)) : [];
  if (byDevice.length === 1) return byDevice[0] as T;
  if (byDevice.length > 1)
    throw new CodedError('ambiguous_name', { name: wanted, devices: byDevice.map(({ device }) => device.slice(0, 12)).join(', ') });
  throw new CodedError(missing, { name: wanted });
}

/**
 * A name that something follows, as in `/msg Ana María hello`: the longest name that the line begins with, else its first word.
 * @throws CodedError `ambiguous_name`, `no_such_member`
 */
export function splitMember(view: RoomView, typed: string): { member: Member; rest: string } {
  const line = typed.trim().replace(/^@/, '');
  const heads = view.members
    .map(({ name }) => name)
    .filter((name) => name !== '' && sameName(line.slice(0, name.length), name) && /^(?:\s|[:,]|$)/.test(line.slice(name.length)));
  const head = heads.toSorted((a, b) => b.length - a.length)[0] ?? /^\S*/.exec(line)?.[0] ?? '';
  return { member: findMember(view, head.replace(/[:,]$/, '')), rest: line.slice(head.length).replace(/^[:,]?\s*/, '') };
}

export function sameName(a: string, b: string): boolean {
  return a.normalize('NFC').toLocaleLowerCase() === b.normalize('NFC').toLocaleLowerCase();
}
