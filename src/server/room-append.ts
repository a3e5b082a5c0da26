import { type Change, type ClientFrames, encodeEntry, equalBytes, hashEntry, toHex } from '../protocol/index.ts';
import type { RelayLimits } from './server-limits.ts';
import type { Departure, RoomState } from './room-state.ts';

export interface Author {
  readonly device: Uint8Array;
  /** `device` in hex. */
  readonly key: string;
  /** Door hash that this author showed the token for, on this connection. */
  readonly door: Uint8Array | undefined;
}

export type Verdict =
  | {
      readonly code: null;
      readonly state: RoomState;
      /** Encoded entry, number `state.seq`. */
      readonly entry: Uint8Array;
      /** What becomes of the sealed GroupInfo: bytes replace it, null drops it, undefined leaves it. */
      readonly info: Uint8Array | null | undefined;
    }
  | { readonly code: 'unknown_room' | 'wrong_token' | 'stale_epoch' | 'bad_change' | 'room_full' };

/** Decides on one append whose id is not known yet: whether the author may, then the epoch, then the change. Pure. */
export function applyAppend(state: RoomState, author: Author, frame: ClientFrames['append'], at: number, limits: RelayLimits): Verdict {
  const refusal = checkAuthor(state, author, frame) ?? checkEpoch(state, frame, limits);
  if (refusal) return { code: refusal };
  const { change = null } = frame;
  if ((frame.kind === 'commit') !== (change !== null) || (frame.kind !== 'commit' && frame.info !== undefined))
    return { code: 'bad_change' };

  const seq = state.seq + 1;
  const entry = encodeEntry({
    seq,
    prev: state.head,
    at,
    kind: frame.kind,
    device: author.device,
    id: frame.id,
    epoch: frame.epoch,
    body: frame.body,
    change,
  });
  const next = { ...state, seq, head: hashEntry(entry) };
  if (frame.kind === 'leave')
    return { code: null, state: { ...next, ...changeMembers(next, [], [author.key], true, limits) }, entry, info: undefined };
  if (!change) return { code: null, state: next, entry, info: undefined };

  const adds = change.adds.map(toHex);
  const removes = change.removes.map(toHex);
  if (contradicts(state, adds, removes)) return { code: 'bad_change' };
  const door = change.door === undefined ? state.door : change.door;
  // A room with an open door must always have a GroupInfo of its own epoch, or nobody could come in any more.
  if (door && !frame.info) return { code: 'bad_change' };
  const changed = { ...next, epoch: state.epoch + 1, door, ...changeMembers(next, adds, removes, false, limits) };
  if (adds.length > 0 && changed.members.size > limits.members) return { code: 'room_full' };
  return { code: null, state: changed, entry, info: door ? frame.info : null };
}

function checkAuthor(
  state: RoomState,
  author: Author,
  { kind, change }: ClientFrames['append'],
): 'unknown_room' | 'wrong_token' | 'bad_change' | undefined {
  if (state.members.has(author.key)) return undefined;
  if (!author.door || kind !== 'commit') return 'unknown_room';
  if (!state.door || !equalBytes(state.door, author.door)) return 'wrong_token';
  return change && bringsOnly(author.device, change, state.door) ? undefined : 'bad_change';
}

/** True when the change adds `device`, may remove it (its older leaf), and does nothing else: all that a door allows. */
function bringsOnly(device: Uint8Array, { adds, removes, door }: Change, current: Uint8Array): boolean {
  const own = (other: Uint8Array) => equalBytes(other, device);
  return adds.length === 1 && adds.every(own) && removes.every(own) && (door === undefined || (door !== null && equalBytes(door, current)));
}

function checkEpoch(state: RoomState, { kind, epoch }: ClientFrames['append'], limits: RelayLimits): 'stale_epoch' | undefined {
  const oldest = kind === 'commit' ? state.epoch : state.epoch - limits.staleEpochs;
  return epoch > state.epoch || epoch < oldest ? 'stale_epoch' : undefined;
}

function contradicts({ members, former }: RoomState, adds: readonly string[], removes: readonly string[]): boolean {
  const leaving = new Set(removes);
  if (leaving.size !== removes.length || new Set(adds).size !== adds.length) return true;
  // A device that left by itself is still in the group until a commit removes it.
  return (
    removes.some((device) => !members.has(device) && !former.get(device)?.left) ||
    adds.some((device) => members.has(device) && !leaving.has(device))
  );
}

function changeMembers(
  state: RoomState,
  adds: readonly string[],
  removes: readonly string[],
  left: boolean,
  limits: RelayLimits,
): Pick<RoomState, 'members' | 'former'> {
  const members = new Set(state.members);
  const former = new Map<string, Departure>(state.former);
  for (const device of removes) {
    const until = members.delete(device) ? state.seq : (former.get(device)?.until ?? state.seq);
    former.delete(device);
    former.set(device, { until, left });
  }
  for (const device of adds) {
    members.add(device);
    former.delete(device);
  }
  for (const device of former.keys()) {
    if (former.size <= limits.formerMembers) break;
    former.delete(device);
  }
  return { members, former };
}
