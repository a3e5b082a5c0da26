import { deriveLinkKeys, type Group, GroupError, openCommit, openMessage, type OpenedCommit, decodeGroup } from '../../crypto/index.ts';
import { CodedError, decodeEntry, type Entry, equalBytes, hashEntry, toHex } from '../../protocol/index.ts';
import type { TimelineItem } from '../api.ts';
import { type Content, decodeContent, type Profile, verifyLeaving, verifyProfile } from '../content/index.ts';
import { departedBy, openGreeting } from './greeting.ts';
import { bodyOf, enqueue } from './outbox.ts';
import { keys } from './records.ts';
import { type RoomPorts, type RoomState, tellError, type Transaction } from './state.ts';
import { sha256 } from './hash.ts';
import { wordsOf } from './view.ts';

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

/** The part that all items of an entry share. */
function heading(state: RoomState, entry: Entry): Pick<TimelineItem, 'seq' | 'at' | 'device' | 'from' | 'own'> {
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
  return state.record.profiles[device]?.name ?? '';
}

function groupOf(state: RoomState): Group {
  if (!state.group) throw new CodedError('unreadable');
  return state.group;
}

// ---- messages

async function takeMessage(state: RoomState, tx: Transaction, entry: Entry): Promise<void> {
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
  } else if (body.kind === 'profile') {
    const { kind: _, ...profile } = body;
    const before = nameOf(state, head.device);
    if (await learnProfile(state, entry.device, profile)) tx.addItem({ ...head, from: body.name, kind: 'renamed', before });
  } else {
    if (!state.group || !(await verifyLeaving(state.group, entry.device, body.signature))) throw new CodedError('bad_content');
    state.record.departed[head.device] = body.signature;
    tx.addItem({ ...head, kind: 'left' });
  }
}

/** @returns true when the name is new here. Forged and older profiles are ignored. */
export async function learnProfile(state: RoomState, device: Uint8Array, claimed: unknown): Promise<boolean> {
  const profile = await verifyProfile(device, state.room, claimed);
  const known = state.record.profiles[toHex(device)];
  if (!profile || (known && known.version >= profile.version)) return false;
  state.record.profiles[toHex(device)] = profile satisfies Profile;
  return known?.name !== profile.name;
}

async function takeOwnMessage(state: RoomState, tx: Transaction, entry: Entry): Promise<void> {
  const index = state.outbox.findIndex((item) => equalBytes(item.id, entry.id));
  const item = state.outbox[index];
  if (!item) throw new CodedError('own_unknown');
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

/** Once per id and run, whether the relay's answer or the entry itself comes first. */
export function tellSent(state: RoomState, tx: Transaction, id: Uint8Array, seq: number): void {
  const key = toHex(id);
  if (state.told.has(key)) return;
  state.told.add(key);
  tx.tell({ event: 'sent', room: state.id, id: key, seq });
}

// ---- commits

async function takeOwnCommit(state: RoomState, ports: RoomPorts, tx: Transaction, entry: Entry): Promise<void> {
  const pending = state.record.pending;
  if (!pending) throw new CodedError('own_unknown');
  const before = state.group;
  const after = await decodeGroup(pending.next, ports.identity);
  state.group = after;
  state.record.pending = null;
  state.commitInFlight = false;
  tx.touchGroup();
  if (state.record.phase === 'joining') {
    state.record.phase = 'ready';
    state.record.entrance = null;
    state.record.joinedEpoch = after.epoch;
  }
  describeChange(state, tx, entry, {
    before,
    after,
    added: pending.adds,
    removed: pending.removes,
    author: entry.device,
    departed: new Set(pending.left),
  });
}

async function takeCommit(state: RoomState, ports: RoomPorts, tx: Transaction, entry: Entry): Promise<void> {
  const before = groupOf(state);
  const opened = await openCommit(before, entry.body, { departed: (aad) => departedBy(before, aad) });
  const greeting = await openGreeting(before, opened.aad);
  if (!equalBytes(opened.author, entry.device) || !greeting || !equalBytes(greeting.id, entry.id)) throw new CodedError('outer_differs');
  if (!(await outerAgrees(entry, before, opened))) throw new CodedError('outer_differs');
  state.group = opened.group;
  tx.touchGroup();
  if (greeting.profile) await learnProfile(state, opened.author, greeting.profile);
  if (!opened.external && !state.record.confirmed) state.record.confirmed = true;
  // A device that came in anew counts its messages anew.
  for (const device of opened.added) delete state.record.counters[toHex(device)];
  const departed = await departedBy(before, opened.aad);
  describeChange(state, tx, entry, {
    before,
    after: opened.group,
    added: opened.added,
    removed: opened.removed,
    author: opened.author,
    departed,
  });
  if (opened.external) greetNewcomer(state, ports, tx, before.epoch);
  if (opened.selfRemoved) {
    state.record.phase = 'removed';
    tx.tell({ event: 'ended', room: state.id, why: 'removed', by: nameOf(state, toHex(opened.author)) });
  }
}

/** What waited behind the door was written by the commit before: a name changed since then is said again. */
function greetNewcomer(state: RoomState, ports: RoomPorts, tx: Transaction, epochBefore: number): void {
  const profile = state.record.profiles[toHex(ports.identity.device)];
  if (state.record.renamedIn !== epochBefore || !profile) return;
  state.record.renamedIn = null;
  enqueue(state, ports, tx, { kind: 'profile', profile });
}

/** Compares what the relay was told with what the commit does. */
async function outerAgrees(entry: Entry, before: Group, opened: OpenedCommit): Promise<boolean> {
  const { change } = entry;
  if (!change || !sameDevices(change.adds, opened.added) || !sameDevices(change.removes, opened.removed)) return false;
  // One who is removed learns nothing of the new context.
  if (opened.selfRemoved) return true;
  const was = before.context.link;
  const is = opened.group.context.link;
  const changed = was === null || is === null ? was !== is : !equalBytes(was, is);
  if (!changed) return change.door === undefined;
  if (is === null) return change.door === null;
  return change.door !== undefined && change.door !== null && equalBytes(change.door, sha256((await deriveLinkKeys(is)).doorToken));
}

function sameDevices(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  const texts = (devices: readonly Uint8Array[]) => devices.map(toHex).toSorted().join();
  return texts(a) === texts(b);
}

interface Change {
  readonly before: Group | null;
  readonly after: Group;
  readonly added: readonly Uint8Array[];
  readonly removed: readonly Uint8Array[];
  readonly author: Uint8Array;
  /** Devices in hex that are taken out because they left. */
  readonly departed: ReadonlySet<string>;
}

/** What people see of a commit. */
function describeChange(
  state: RoomState,
  tx: Transaction,
  entry: Entry,
  { before, after, added, removed, author, departed }: Change,
): void {
  const head = heading(state, entry);
  for (const device of added) {
    const joined = toHex(device);
    delete state.record.departed[joined];
    tx.addItem({ ...head, device: joined, from: nameOf(state, joined), kind: 'joined', door: 'link' });
  }
  for (const device of removed) {
    const gone = toHex(device);
    // Replaced by its own new leaf, or gone by its own word: there is a line for that already.
    const silent = equalBytes(device, author) || departed.has(gone);
    delete state.record.departed[gone];
    if (!silent)
      tx.addItem({
        ...head,
        device: gone,
        from: nameOf(state, gone),
        own: equalBytes(device, after.device),
        kind: 'removed',
        by: nameOf(state, toHex(author)),
        byDevice: toHex(author),
      });
  }
  if (
    before &&
    before.context.link !== after.context.link &&
    after.context.link &&
    !(before.context.link && equalBytes(before.context.link, after.context.link))
  ) {
    tx.addItem({ ...head, kind: 'link-changed' });
  }
  tx.tell({ event: 'words', room: state.id, words: wordsOf(after) });
}
