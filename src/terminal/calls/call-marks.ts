import type { CallMember } from '../../client/index.ts';
import type { Texts } from '../../client/locales/index.ts';

type Words = Texts['terminal'];

/** What one has to know of somebody in a call before speaking to it. */
export const callMarks = ({ hand, sources }: CallMember, { calls }: Words): readonly string[] => [
  ...(hand ? [calls.hand] : []),
  ...(sources.includes('microphone') ? [] : [calls.muted]),
];

/** The same behind its name. */
export function shownMarks(member: CallMember, t: Words): string {
  const marks = callMarks(member, t);
  return marks.length > 0 ? ` (${marks.join(', ')})` : '';
}
