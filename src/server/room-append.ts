import { type Change, type ClientFrames, encodeEntry, equalBytes, hashEntry, toHex } from '../protocol/index.ts';
import type { RelayLimits } from './server-limits.ts';
import { CLOSED, type Departure, dropArrivals, type Entrance, type RoomState } from './room-state.ts';

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
      /** Whom the frame's Welcome is for. */
      readonly newcomer: string | undefined;
    }
  | { readonly code: 'unknown_room' | 'wrong_token' | 'stale_epoch' | 'bad_change' | 'room_full' };

/** Decides on one append whose id is not known yet: whether the author may, then the epoch, then the change. Pure. */
export function applyAppend(state: RoomState, author: Author, frame: ClientFrames['append'], at: number, limits: RelayLimits): Verdict {
  const refusal = checkAuthor(state, author, frame) ?? checkEpoch(state, frame, limits);
  if (refusal) return { code: refusal };
  const { change = null, info, welcome } = frame;
  const committing = frame.kind === 'commit';
  if (committing !== (change !== null) || (!committing && (info !== undefined || welcome !== undefined))) return { code: 'bad_change' };

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
  const plain = { code: null, entry, info: undefined, newcomer: undefined };
  if (frame.kind === 'leave') return { ...plain, state: { ...next, ...changeMembers(next, [], [author.key], true, limits) } };
  if (!change) return { ...plain, state: next };

  const adds = change.adds.map(toHex);
  const removes = change.removes.map(toHex);
  const others = adds.filter((device) => device !== author.key);
  if (contradicts(state, adds, removes) || others.length !== (welcome ? 1 : 0)) return { code: 'bad_change' };
  const entrance = moveDoor(state, change);
  // A room with an open door must always have a GroupInfo of its own epoch, or nobody could come in any more.
  if (!entrance || (entrance.door && !info)) return { code: 'bad_change' };
  const changed = { ...next, epoch: state.epoch + 1, ...entrance, ...changeMembers(next, adds, removes, false, limits) };
  if (adds.length > 0 && changed.members.size > limits.members) return { code: 'room_full' };
  const [newcomer] = others;
  const awaited = newcomer && welcome ? new Map(changed.awaited).set(newcomer, { seq, size: welcome.length }) : changed.awaited;
  return { code: null, state: { ...changed, awaited }, entry, info: entrance.door ? info : null, newcomer };
}

/** Undefined where a knock key or a secret stands beside no door. */
function moveDoor({ door, knock, open }: RoomState, change: Change): Entrance | undefined {
  if (change.door) return { door: change.door, knock: change.knock ?? null, open: change.open ?? null };
  if (change.knock || change.open) return undefined;
  return change.door === null ? CLOSED : { door, knock, open };
}

function checkAuthor(
  state: RoomState,
  author: Author,
  { kind, change }: ClientFrames['append'],
): 'unknown_room' | 'wrong_token' | 'bad_change' | undefined {
  if (state.members.has(author.key)) return undefined;
  if (!author.door || kind !== 'commit') return 'unknown_room';
  if (!state.door || !equalBytes(state.door, author.door)) return 'wrong_token';
  return change && bringsOnly(author.device, change) ? undefined : 'bad_change';
}

/** True when the change adds `device`, may remove it (its older leaf), and does nothing else: all that a door allows. */
function bringsOnly(device: Uint8Array, { adds, removes, door, knock, open }: Change): boolean {
  const own = (other: Uint8Array) => equalBytes(other, device);
  return adds.length === 1 && adds.every(own) && removes.every(own) && door === undefined && !knock && !open;
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
): Pick<RoomState, 'members' | 'former' | 'awaited'> {
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
  return { members, former, awaited: dropArrivals(state.awaited, [...removes, ...adds]) };
}
