import { openMessage } from '../../crypto/index.ts';
import { CodedError, type Entry, equalBytes, toHex } from '../../protocol/index.ts';
import { type Content, decodeContent, verifyLeaving } from '../content/index.ts';
import { takeDeletion, takeFile } from './inbox-files.ts';
import { groupOf, heading, nameOf, tellSent } from './items.ts';
import { bodyOf } from './outbox.ts';
import { learnProfile } from './profiles.ts';
import { keys } from './records.ts';
import { type RoomState, tellError, type Transaction } from './state.ts';

export async function takeMessage(state: RoomState, tx: Transaction, entry: Entry): Promise<void> {
  const opened = await openMessage(groupOf(state), entry.body);
  state.group = opened.group;
  tx.touchGroup();
  if (!equalBytes(opened.sender, entry.device) || !equalBytes(opened.aad, entry.id)) throw new CodedError('outer_differs');
  const content = decodeContent(opened.content);
  countMessage(state, tx, entry, content);
  if (!state.record.confirmed && entry.epoch >= state.record.joinedEpoch) state.record.confirmed = true;
  if ((content.body.kind === 'leave') !== (entry.kind === 'leave')) throw new CodedError('outer_differs');
  await takeContent(state, tx, entry, content);
}

/** A number seen before is a replay that MLS could not notice; a gap means that the relay kept something back. */
function countMessage(state: RoomState, tx: Transaction, entry: Entry, content: Content): void {
  const device = toHex(entry.device);
  const last = state.record.counters[device];
  if (last !== undefined && content.n <= last) throw new CodedError('replayed');
  if (last !== undefined && content.n > last + 1)
    tellError(tx, state, new CodedError('withheld', { seq: entry.seq, count: content.n - last - 1 }));
  state.record.counters[device] = content.n;
}

async function takeContent(state: RoomState, tx: Transaction, entry: Entry, content: Content): Promise<void> {
  const head = { ...heading(state, entry), at: content.at };
  const { body } = content;
  if (body.kind === 'text') {
    tx.addItem({ ...head, kind: 'text', id: toHex(entry.id), text: body.text, style: body.style });
    if (!head.own) state.record.unread += 1;
    tx.touchRecord();
  } else if (body.kind === 'profile') {
    const { kind: _, ...profile } = body;
    const before = nameOf(state, head.device);
    const renamed = await learnProfile(state, entry.device, profile);
    // The first name somebody says is no new one.
    if (renamed && before !== '' && before !== body.name) tx.addItem({ ...head, from: body.name, kind: 'renamed', before });
    if (renamed) tx.touchRecord();
  } else if (body.kind === 'file') {
    await takeFile(state, tx, { ...head, id: toHex(entry.id) }, body);
  } else if (body.kind === 'delete') {
    await takeDeletion(state, tx, head, body.id);
  } else {
    if (!state.group || !(await verifyLeaving(state.group, entry.device, body.signature))) throw new CodedError('bad_content');
    state.record.departed[head.device] = body.signature;
    tx.addItem({ ...head, kind: 'left' });
  }
}

export async function takeOwnMessage(state: RoomState, tx: Transaction, entry: Entry): Promise<void> {
  const index = state.outbox.findIndex((item) => equalBytes(item.id, entry.id));
  const item = state.outbox[index];
  if (!item) throw new CodedError('outdated');
  state.outbox.splice(index, 1);
  state.inFlight.delete(item.order);
  tx.put(keys.outItem(state.id, item.order), null);
  tellSent(state, tx, item.id, entry.seq);
  if (item.kind === 'profile') state.record.renamedIn = entry.epoch;
  if (item.kind === 'leave') {
    tx.addItem({ ...heading(state, entry), at: item.at, kind: 'left' });
    state.record.phase = 'left';
    tx.tell({ event: 'ended', room: state.id, why: 'left', by: state.record.name });
    return;
  }
  await takeContent(state, tx, entry, { n: item.n, at: item.at, seen: [0, state.record.head], body: bodyOf(item) });
}
