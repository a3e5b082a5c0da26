import type { CallMember } from '../../../client/index.ts';

/** Something that happened in the call, to be said to those who do not see it. */
export interface CallNews {
  readonly what: 'joined' | 'left' | 'hand' | 'screen' | 'unshared';
  readonly names: readonly string[];
}

/** What others did between two moments. Of oneself nothing: one knows. */
export function newsBetween(before: readonly CallMember[], after: readonly CallMember[]): readonly CallNews[] {
  const earlier = new Map(before.map((member) => [member.device, member]));
  const now = new Set(after.map(({ device }) => device));
  const others = after.filter(({ own }) => !own);
  const stayed = others.flatMap((member) => {
    const was = earlier.get(member.device);
    return was ? [{ member, was }] : [];
  });
  const shares = ({ sources }: CallMember) => sources.includes('screen');
  const all: CallNews[] = [
    { what: 'joined', names: namesOf(others.filter(({ device }) => !earlier.has(device))) },
    { what: 'left', names: namesOf(before.filter(({ device, own }) => !own && !now.has(device))) },
    { what: 'hand', names: namesOf(stayed.filter(({ member, was }) => member.hand && !was.hand).map(({ member }) => member)) },
    { what: 'screen', names: namesOf(stayed.filter(({ member, was }) => shares(member) && !shares(was)).map(({ member }) => member)) },
    { what: 'unshared', names: namesOf(stayed.filter(({ member, was }) => !shares(member) && shares(was)).map(({ member }) => member)) },
  ];
  return all.filter(({ names }) => names.length > 0);
}

const namesOf = (members: readonly CallMember[]) => members.map(({ name }) => name);
