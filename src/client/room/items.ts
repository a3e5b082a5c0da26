import type { Group } from '../../crypto/index.ts';
import { CodedError, type Entry, equalBytes, toHex } from '../../protocol/index.ts';
import type { TimelineItem } from '../api.ts';
import type { RoomState, Transaction } from './state.ts';

/** The part that all items of an entry share. */
export function heading(state: RoomState, entry: Entry): Pick<TimelineItem, 'seq' | 'at' | 'device' | 'from' | 'own'> {
  const device = toHex(entry.device);
  return {
    seq: entry.seq,
    at: entry.at,
    device,
    from: nameOf(state, device),
    own: state.group !== null && equalBytes(entry.device, state.group.device),
  };
}

export function nameOf(state: RoomState, device: string): string {
  const { profiles, peer } = state.record;
  return profiles[device]?.name ?? (peer?.device === device ? peer.name : '');
}

/** @throws CodedError `unreadable` before this device is inside */
export function groupOf(state: RoomState): Group {
  if (!state.group) throw new CodedError('unreadable');
  return state.group;
}

/** Once per id and run, whether the relay's answer or the entry itself comes first. */
export function tellSent(state: RoomState, tx: Transaction, id: Uint8Array, seq: number): void {
  const key = toHex(id);
  if (state.told.has(key)) return;
  state.told.add(key);
  tx.tell({ event: 'sent', room: state.id, id: key, seq });
}
