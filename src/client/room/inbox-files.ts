import { CodedError, toHex } from '../../protocol/index.ts';
import type { SharedFile, TimelineItem } from '../api.ts';
import type { BodyOf } from '../content/index.ts';
import { type Debt, decodeRecord, encodeRecord, type FileEntry, keys } from './records.ts';
import type { RoomState, Transaction } from './state.ts';

type Head = Pick<TimelineItem, 'seq' | 'at' | 'device' | 'from' | 'own'>;

/** A file came into the log: it is shown, found by its blob and its message, and, where it is one's own, kept at the relay. */
export async function takeFile(
  state: RoomState,
  tx: Transaction,
  head: Head & { readonly id: string },
  body: BodyOf<'file'>,
): Promise<void> {
  const file = sharedFile(body);
  const item = tx.addItem({ ...head, kind: 'file', file });
  const entry = encodeRecord({ item, seq: head.seq, blob: file.id, id: head.id, index: body.folder?.index ?? null });
  tx.put(keys.fileMessage(state.id, head.id), entry);
  // A later message that names the same blob, with a key of its own, must not stand in the way of the first.
  if (!(await tx.read(keys.file(state.id, file.id)))) tx.put(keys.file(state.id, file.id), entry);
  if (head.own) owe(tx, { room: state.id, blob: file.id, what: 'keep' });
  else state.record.unread += 1;
  tx.touchRecord();
}

/**
 * Somebody takes a file message back. A mark stays in its place, and nothing of the key. That it is not here, or not any more, is no fault: who takes
 * it back may have been in the room before this device. @throws CodedError `forbidden` where it is another's
 */
export async function takeDeletion(state: RoomState, tx: Transaction, head: Head, id: Uint8Array): Promise<void> {
  const stored = await tx.read(keys.fileMessage(state.id, toHex(id)));
  if (!stored) return;
  const entry = decodeRecord<FileEntry>(stored);
  const before = await tx.read(entry.item);
  if (!before) return;
  const { seq, at, device, from, own } = decodeRecord<TimelineItem>(before);
  if (device !== head.device) throw new CodedError('forbidden');
  tx.put(entry.item, encodeRecord({ seq, at, device, from, own, kind: 'deleted', id: entry.id }));
  tx.put(keys.fileMessage(state.id, entry.id), null);
  const known = await tx.read(keys.file(state.id, entry.blob));
  if (known && decodeRecord<FileEntry>(known).id === entry.id) tx.put(keys.file(state.id, entry.blob), null);
  if (own) owe(tx, { room: state.id, blob: entry.blob, what: 'remove' });
  else if (seq > state.record.readUpTo && state.record.unread > 0) state.record.unread -= 1;
  tx.touchRecord();
  tx.tell({ event: 'deleted', room: state.id, seq, id: entry.id });
}

/** Stored with what it follows from; whoever runs the debts is told by the event. */
function owe(tx: Transaction, debt: Debt): void {
  tx.put(keys.debt(debt), encodeRecord(debt));
}

function sharedFile(body: BodyOf<'file'>): SharedFile {
  const { blob, key, hash, name, type, size, folder, preview } = body;
  return { id: toHex(blob), name, type, size, files: folder && folder.files, preview, key: toHex(key), hash: toHex(hash) };
}
