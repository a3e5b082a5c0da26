import type { CallWord } from '../ephemeral/index.ts';
import { CALL_LIMITS } from './limits.ts';

/** Rings that there were, by who rang since when: the moment up to which each of them rings. */
export type Rings = ReadonlyMap<string, number>;

const nameOf = (device: string, { since }: CallWord) => `${device} ${since}`;

/** Takes note of who rings now. A ring that was heard before stays what it was, also where the call ended meanwhile. */
export function hear(rings: Rings, present: ReadonlyArray<readonly [string, CallWord]>, now: number): Rings {
  const news = present.filter(([device, word]) => word.ring && !rings.has(nameOf(device, word)));
  if (news.length === 0) return rings;
  const all = [...rings, ...news.map(([device, word]) => [nameOf(device, word), now + CALL_LIMITS.ring] as const)];
  return new Map(all.slice(-CALL_LIMITS.rings));
}

/** None of these rings any more: it was answered, here or elsewhere, or dismissed. */
export function silence(rings: Rings): Rings {
  return new Map([...rings.keys()].map((name) => [name, Number.NEGATIVE_INFINITY]));
}

/** Who rings, and until when. */
export function ringer(
  rings: Rings,
  present: ReadonlyArray<readonly [string, CallWord]>,
  now: number,
): { readonly device: string; readonly until: number } | undefined {
  for (const [device, word] of present) {
    const until = word.ring ? (rings.get(nameOf(device, word)) ?? now) : now;
    if (until > now) return { device, until };
  }
  return undefined;
}
