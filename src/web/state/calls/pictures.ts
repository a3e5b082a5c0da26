import type { CallMember, CallView } from '../../../client/index.ts';

/** What has a place in a call: a member, seen or not, or the screen that one shares. */
export interface Picture {
  readonly key: string;
  readonly member: CallMember;
  readonly source: 'camera' | 'screen';
}

/** Where the pictures of a call belong, before anything is measured. */
export interface Arrangement {
  /** What is seen largest; null where all are alike. */
  readonly main: Picture | null;
  readonly others: readonly Picture[];
  /** The own picture, where it lies small over the largest one. */
  readonly float: Picture | null;
}

export interface Taste {
  readonly layout: 'grid' | 'speaker';
  /** A picture that the person wants to see large. */
  readonly pinned: string | null;
  /** The device of whoever is being listened to. */
  readonly speaker: string | null;
}

export const keyOf = (device: string, source: Picture['source']): string => `${device} ${source}`;

/** All that there is to see. The own screen is not among it: whoever shares it sees it. */
export function picturesOf(members: readonly CallMember[]): readonly Picture[] {
  return members.flatMap((member) => [
    { key: keyOf(member.device, 'camera'), member, source: 'camera' as const },
    ...(member.sources.includes('screen') && !member.own
      ? [{ key: keyOf(member.device, 'screen'), member, source: 'screen' as const }]
      : []),
  ]);
}

/** Who is large, who is beside, and where oneself is. */
export function arrange(members: readonly CallMember[], { layout, pinned, speaker }: Taste): Arrangement {
  const all = picturesOf(members);
  const own = all.find(({ member }) => member.own) ?? null;
  const faces = all.filter(({ member, source }) => !member.own && source === 'camera');
  const screen = all.findLast(({ source }) => source === 'screen');
  const spoken = faces.find(({ member }) => member.device === speaker) ?? faces[0];
  const main = all.find(({ key }) => key === pinned) ?? screen ?? (layout === 'speaker' ? (spoken ?? null) : null);
  const rest = all.filter((picture) => picture !== main && picture !== own);
  // Two people: the other one has all of it. Alone, or among several, the own picture is one of them.
  const floats = own !== null && main !== own && (main === null ? rest.length === 1 : rest.length === 0);
  if (floats) return { main, others: rest, float: own };
  // Beside a large one the own picture comes first, and screens before faces: what does not fit is left off at the end.
  const shared = rest.filter(({ source }) => source === 'screen');
  const beside = [main === own ? null : own, ...shared, ...rest.filter(({ source }) => source === 'camera')];
  const others = main === null ? [...rest, own] : beside;
  return { main, others: others.filter((picture) => picture !== null), float: null };
}

/** For how long there has been a call, in ms; others' clocks may be ahead of this one. */
export function ageOf({ members }: CallView, now: number): number {
  const began = Math.min(...members.map(({ since }) => since), now);
  return now - began;
}
