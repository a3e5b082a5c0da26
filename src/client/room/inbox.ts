import { GroupError } from '../../crypto/index.ts';
import { CodedError, decodeEntry, type Entry, equalBytes, hashEntry } from '../../protocol/index.ts';
import { takeCommit, takeOwnCommit } from './inbox-commits.ts';
import { takeMessage, takeOwnMessage } from './inbox-messages.ts';
import { heading } from './items.ts';
import { isOver } from './records.ts';
import { type RoomPorts, type RoomState, tellError, type Transaction } from './state.ts';

/**
 * Takes entries of the log in, in order. Nothing here trusts the relay: numbers and hashes must follow each other, and
 * what an entry says outside must be what it is inside.
 */
export async function takeEntries(state: RoomState, ports: RoomPorts, tx: Transaction, encoded: readonly Uint8Array[]): Promise<void> {
  for (const bytes of encoded) {
    if (isOver(state.record.phase)) return;
    const entry = decodeEntry(bytes);
    // Known already: a page and the live stream may overlap after a reconnection.
    if (entry.seq <= state.record.seq) continue;
    noticeHoles(state, tx, entry);
    state.record.seq = entry.seq;
    state.record.head = hashEntry(bytes);
    tx.touchRecord();
    try {
      await takeEntry(state, ports, tx, entry);
    } catch (error) {
      const code = error instanceof GroupError || error instanceof CodedError ? error.code : undefined;
      if (code === undefined) throw error;
      if (code === 'outdated') return stop(state, tx);
      tx.addItem({ ...heading(state, entry), kind: 'unreadable', code });
      tellError(tx, state, new CodedError(code, { seq: entry.seq, reason: error instanceof GroupError ? error.reason : '' }));
    }
  }
}

/**
 * An entry of its own that this device does not know: its folder was put back to an older copy, and what it would seal now
 * would use keys that were used before. It comes in anew, with keys of its own, or not at all.
 */
function stop(state: RoomState, tx: Transaction): void {
  state.record.phase = 'outdated';
  tx.tell({ event: 'ended', room: state.id, why: 'outdated', by: '' });
}

function noticeHoles(state: RoomState, tx: Transaction, entry: Entry): void {
  const expected = state.record.seq + 1;
  if (entry.seq > expected) {
    const at = { seq: expected, at: entry.at, device: '', from: '', own: false };
    tx.addItem({ ...at, kind: 'missing', to: entry.seq - 1 });
  } else if (!equalBytes(entry.prev, state.record.head)) {
    tellError(tx, state, new CodedError('log_changed', { seq: entry.seq }));
  }
}

async function takeEntry(state: RoomState, ports: RoomPorts, tx: Transaction, entry: Entry): Promise<void> {
  const own = equalBytes(entry.device, ports.identity.device);
  const { pending } = state.record;
  const expected = own && pending !== null && equalBytes(pending.id, entry.id);
  // Between the door and the own commit, and sealed before it though it came after: not meant for this device.
  if (state.record.phase === 'joining' && !expected) return;
  if (entry.kind !== 'commit' && entry.epoch < state.record.joinedEpoch) return;
  if (entry.kind === 'commit') {
    if (expected) return takeOwnCommit(state, ports, tx, entry);
    if (own) throw new CodedError('outdated');
    return takeCommit(state, ports, tx, entry);
  }
  return own ? takeOwnMessage(state, tx, entry) : takeMessage(state, tx, entry);
}
