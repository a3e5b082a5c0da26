import { isOver } from './records.ts';
import type { RoomState } from './state.ts';

/** A room of two that was begun here, and whose other one is not in yet. What is written waits: sealed now, that one could never read it. */
export function awaitsPeer({ group, record }: RoomState): boolean {
  if (group?.context.access !== 'direct' || group.members.length > 1) return false;
  return record.intents.some(({ kind }) => kind === 'admit') || (record.pending !== null && record.pending.adds.length > 0);
}

/** The other one of a room of two has left it: nobody would read what is written. */
export function peerLeft(state: RoomState): boolean {
  const { group, record } = state;
  if (group?.context.access !== 'direct' || isOver(record.phase) || awaitsPeer(state)) return false;
  return group.members.length < 2 || (record.peer !== null && record.departed[record.peer.device] !== undefined);
}
