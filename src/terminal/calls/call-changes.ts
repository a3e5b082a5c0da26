import type { CallMember, CallView } from '../../client/index.ts';

/** What is worth telling of a call, in the order in which it happened as far as anybody can know. */
export type CallChange =
  | { readonly kind: 'ringing' | 'ring-over'; readonly name: string }
  | { readonly kind: 'state'; readonly state: CallView['state']; readonly code: string | null }
  /** There is one, and this device is not in it. */
  | { readonly kind: 'begun' }
  | { readonly kind: 'people'; readonly members: readonly CallMember[] }
  | { readonly kind: 'joined' | 'left' | 'hand-up' | 'hand-down'; readonly member: CallMember }
  | { readonly kind: 'source'; readonly member: CallMember; readonly source: 'microphone' | 'camera' | 'screen'; readonly on: boolean };

const TOLD_SOURCES = ['microphone', 'camera', 'screen'] as const;

/** What of a call is other than it was. A null is: there is no call. */
export function changesOf(before: CallView | null, now: CallView | null): readonly CallChange[] {
  const changes: CallChange[] = [];
  const members = { before: byDevice(before), now: byDevice(now) };
  const wasFollowed = before?.state === 'in' || before?.state === 'waiting';
  const isIn = (now?.state ?? 'out') !== 'out';

  const ring = { before: before?.ringing ?? null, now: now?.ringing ?? null };
  if (ring.before && !ring.now && !isIn) changes.push({ kind: 'ring-over', name: ring.before.name });
  if (ring.now && ring.now.device !== ring.before?.device) changes.push({ kind: 'ringing', name: ring.now.name });
  else if (!before && now && !ring.now && !isIn) changes.push({ kind: 'begun' });

  // Why one did not get in is an error's business, and says it better.
  const gaveUp = before?.state === 'joining' && !isIn;
  if ((!gaveUp && (before?.state ?? 'out') !== (now?.state ?? 'out')) || (before?.error?.code !== now?.error?.code && now?.error))
    changes.push({ kind: 'state', state: now?.state ?? 'out', code: now?.error?.code ?? null });
  // Who is in it when one comes is told at once; of a call that one is not in only its beginning and its end.
  if (now?.state === 'in' && !wasFollowed) changes.push({ kind: 'people', members: now.members.filter(({ own }) => !own) });
  else if (wasFollowed && isIn) changes.push(...memberChanges(members.before, members.now));
  return changes;
}

function memberChanges(before: ReadonlyMap<string, CallMember>, now: ReadonlyMap<string, CallMember>): CallChange[] {
  const changes: CallChange[] = [];
  for (const [device, member] of before) if (!now.has(device) && !member.own) changes.push({ kind: 'left', member });
  for (const [device, member] of now) {
    const was = before.get(device);
    if (!was && !member.own) changes.push({ kind: 'joined', member });
    // What somebody comes with is no news.
    if (!was) continue;
    for (const source of TOLD_SOURCES) {
      const on = member.sources.includes(source);
      if (on !== was.sources.includes(source)) changes.push({ kind: 'source', member, source, on });
    }
    if (member.hand !== was.hand) changes.push({ kind: member.hand ? 'hand-up' : 'hand-down', member });
  }
  return changes;
}

const byDevice = (view: CallView | null) => new Map((view?.members ?? []).map((member) => [member.device, member]));
