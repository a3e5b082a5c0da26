import type { CallWord } from '../ephemeral/index.ts';
import { CALL_LIMITS } from './limits.ts';

/*
 * Who is in a room's call: pure values, and the steps from one to the next. The relay says who sends packets, each member's own sealed word that it
 * is in; only what both say is shown.
 */

export interface Roster {
  /** Devices, as the relay says, in its order. */
  readonly listed: readonly string[];
  /** What members said last, by device, and when it came. */
  readonly words: ReadonlyMap<string, { readonly word: CallWord; readonly at: number }>;
}

export const emptyRoster: Roster = { listed: [], words: new Map() };

/** The relay said who is in. Whoever was and is no longer has to say it again when it comes back. */
export function withList({ listed, words }: Roster, now: readonly string[]): Roster {
  const gone = listed.filter((device) => !now.includes(device));
  return { listed: [...now], words: without(words, gone) };
}

/** Nobody says who is in: there is no relay. What members said is not forgotten for that. */
export const withoutList = ({ words }: Roster): Roster => ({ listed: [], words });

/** A member said how it is in the call. */
export function withWord({ listed, words }: Roster, device: string, word: CallWord, at: number): Roster {
  const others = without(words, [device]);
  return { listed, words: word.in ? new Map([...others, [device, { word, at }]]) : others };
}

/** Those who are in by the relay's word and their own, the first to come first. */
export function present({ listed, words }: Roster, isMember: (device: string) => boolean, now: number): Array<[string, CallWord]> {
  return listed.flatMap((device) => {
    const said = words.get(device);
    return said && now - said.at < CALL_LIMITS.wordHolds && isMember(device) ? [[device, said.word] as [string, CallWord]] : [];
  });
}

/** When the next of these words ceases to hold; undefined where there is none. */
export function nextEnd({ listed, words }: Roster): number | undefined {
  const ends = listed.flatMap((device) => words.get(device)?.at ?? []).map((at) => at + CALL_LIMITS.wordHolds);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

function without<T>(words: ReadonlyMap<string, T>, devices: readonly string[]): ReadonlyMap<string, T> {
  return devices.some((device) => words.has(device)) ? new Map([...words].filter(([device]) => !devices.includes(device))) : words;
}
