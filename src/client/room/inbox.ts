import { GroupError } from '../../crypto/index.ts';
import { CodedError, decodeEntry, type Entry, equalBytes, hashEntry } from '../../protocol/index.ts';
import { takeCommit, takeOwnCommit } from './inbox-commits.ts';
import { takeMessage, takeOwnMessage } from './inbox-messages.ts';
import { heading } from './items.ts';
import { type RoomPorts, type RoomState, tellError, type Transaction } from './state.ts';

/**
 * Takes entries of the log in, in order. Nothing here trusts the relay: numbers and hashes must follow each other, and
 * what an entry says outside must be what it is inside.
 */
export async function takeEntries(state: RoomState, ports: RoomPorts, tx: Transaction, encoded: readonly Uint8Array[]): Promise<void> {
  for (const bytes of encoded) {
    if (state.record.phase === 'left' || state.record.phase === 'removed') return;
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
      tx.addItem({ ...heading(state, entry), kind: 'unreadable', code });
      tellError(tx, state, new CodedError(code, { seq: entry.seq, reason: error instanceof GroupError ? error.reason : '' }));
    }
  }
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
    if (own) throw new CodedError('own_unknown');
    return takeCommit(state, ports, tx, entry);
  }
  return own ? takeOwnMessage(state, tx, entry) : takeMessage(state, tx, entry);
}
