import type { CallWord } from '../ephemeral/index.ts';
import { CALL_LIMITS } from './limits.ts';

/*
 * Who is in a room's call: pure values, and the steps from one to the next. The relay says who sends packets, each member's own sealed word that it
 * is in; only what both say is shown, and for a moment who was lost without a word of its own.
 */

export interface Roster {
  /** Devices, as the relay says, in its order. */
  readonly listed: readonly string[];
  /** What members said last, by device, and when it came. */
  readonly words: ReadonlyMap<string, Said>;
  /** Of whom the relay let go and who did not say that they left, the first to come first: what they said, and when it was that they went. */
  readonly lost: ReadonlyMap<string, Said>;
}

interface Said {
  readonly word: CallWord;
  readonly at: number;
}

export const emptyRoster: Roster = { listed: [], words: new Map(), lost: new Map() };

/** The relay said who is in. Whoever was and is no longer has to say it again when it comes back. */
export function withList(roster: Roster, listed: readonly string[], at: number): Roster {
  const gone = roster.listed.filter((device) => !listed.includes(device));
  return { listed: [...listed], words: without(roster.words, gone), lost: withLost(roster, gone, at) };
}

/** Nobody has said yet who is in: the relay is another one. What members said is not forgotten for that. */
export const withoutList = (roster: Roster, at: number): Roster => ({ ...roster, listed: [], lost: withLost(roster, roster.listed, at) });

/** A member said how it is in the call. */
export function withWord({ listed, words, lost }: Roster, device: string, word: CallWord, at: number): Roster {
  const others = without(words, [device]);
  if (!word.in) return { listed, words: others, lost: without(lost, [device]) };
  return { listed, words: new Map([...others, [device, { word, at }]]), lost };
}

/** Those who are in by the relay's word and their own, the first to come first. */
export function present({ listed, words }: Roster, isMember: (device: string) => boolean, now: number): Array<[string, CallWord]> {
  return listed.flatMap((device) => {
    const said = words.get(device);
    return said && holds(said, now) && isMember(device) ? [[device, said.word] as [string, CallWord]] : [];
  });
}

/** Those who were lost a moment ago, and may be coming back: where media break off for all, nobody has left, and no call is over. */
export function comingBack(roster: Roster, isMember: (device: string) => boolean, now: number): Array<[string, CallWord]> {
  const there = new Set(present(roster, isMember, now).map(([device]) => device));
  return [...roster.lost].flatMap(([device, said]) =>
    isAwaited(said, now) && !there.has(device) && isMember(device) ? [[device, said.word] as [string, CallWord]] : [],
  );
}

/** When the next of these words ceases to hold, or the next of those who were lost is awaited no longer; undefined where there is none. */
export function nextEnd({ listed, words, lost }: Roster, now: number): number | undefined {
  const ends = [
    ...listed.flatMap((device) => words.get(device)?.at ?? []).map((at) => at + CALL_LIMITS.wordHolds),
    ...[...lost.values()].map(({ at }) => at + CALL_LIMITS.comesBack),
  ].filter((at) => at > now);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}

const holds = ({ at }: Said, now: number) => now - at < CALL_LIMITS.wordHolds;
const isAwaited = ({ at }: Said, now: number) => now - at < CALL_LIMITS.comesBack;

function withLost({ words, lost }: Roster, gone: readonly string[], at: number): ReadonlyMap<string, Said> {
  const news = gone.flatMap((device) => {
    const said = words.get(device);
    return said && holds(said, at) ? [[device, { word: said.word, at }] as const] : [];
  });
  return new Map([...[...without(lost, gone)].filter(([, said]) => isAwaited(said, at)), ...news]);
}

function without<T>(words: ReadonlyMap<string, T>, devices: readonly string[]): ReadonlyMap<string, T> {
  return devices.some((device) => words.has(device)) ? new Map([...words].filter(([device]) => !devices.includes(device))) : words;
}
