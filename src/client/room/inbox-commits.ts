import { decodeGroup, type Group, openCommit, type OpenedCommit } from '../../crypto/index.ts';
import { CodedError, type Entry, equalBytes, fromHex, toHex } from '../../protocol/index.ts';
import type { Door } from '../api.ts';
import { type DoorFacts, doorOf } from './door-info.ts';
import { departedBy, openGreeting } from './greeting.ts';
import { groupOf, heading, nameOf } from './items.ts';
import { enqueue } from './outbox.ts';
import { learnProfile } from './profiles.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';
import { wordsOf } from './view.ts';

export async function takeOwnCommit(state: RoomState, ports: RoomPorts, tx: Transaction, entry: Entry): Promise<void> {
  const pending = state.record.pending;
  if (!pending) throw new CodedError('outdated');
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
  for (const intent of state.record.intents) {
    if (intent.kind !== 'admit' || !intent.profile || !pending.adds.some((device) => toHex(device) === intent.device)) continue;
    await learnProfile(state, fromHex(intent.device) as Uint8Array, intent.profile);
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

export async function takeCommit(state: RoomState, ports: RoomPorts, tx: Transaction, entry: Entry): Promise<void> {
  const before = groupOf(state);
  const opened = await openCommit(before, entry.body, { departed: (aad) => departedBy(before, aad) });
  const greeting = await openGreeting(before, opened.aad, opened.external);
  if (!equalBytes(opened.author, entry.device) || !greeting || !equalBytes(greeting.id, entry.id)) throw new CodedError('outer_differs');
  if (!(await outerAgrees(entry, before, opened))) throw new CodedError('outer_differs');
  state.group = opened.group;
  tx.touchGroup();
  const [newcomer] = opened.added;
  if (greeting.profile && newcomer) await learnProfile(state, newcomer, greeting.profile);
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
  if (opened.added.length > 0) greetNewcomer(state, ports, tx, before.epoch);
  if (opened.selfRemoved) {
    state.record.phase = 'removed';
    tx.tell({ event: 'ended', room: state.id, why: 'removed', by: nameOf(state, toHex(opened.author)) });
  }
}

/** What a newcomer is handed was written before its commit was stored: a name changed since then is said again. */
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
  const untold = change.door === undefined && change.knock === undefined && change.open === undefined;
  if (sameLink(before, opened.group)) return untold;
  const wanted: DoorFacts = await doorOf(opened.group);
  // Rooms of before there was knocking tell no key for it.
  const knock = change.knock === undefined || sameBytes(change.knock, wanted.knock);
  return (
    knock &&
    sameBytes(change.door ?? undefined, wanted.door ?? undefined) &&
    change.door !== undefined &&
    sameBytes(change.open, wanted.open)
  );
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined) =>
  a === undefined || b === undefined ? a === b : equalBytes(a, b);

function sameLink({ context: { link: a } }: Group, { context: { link: b } }: Group): boolean {
  return a === null || b === null ? a === b : equalBytes(a, b);
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

function doorOfCommit({ context: { access } }: Group, byItself: boolean): Door {
  if (access === 'direct') return 'direct';
  if (!byItself) return 'knock';
  return access === 'open' ? 'open' : 'link';
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
    const door = doorOfCommit(after, equalBytes(device, author));
    state.record.doors[joined] = door;
    const by = equalBytes(device, author) ? { by: '', byDevice: '' } : { by: nameOf(state, toHex(author)), byDevice: toHex(author) };
    tx.addItem({
      ...head,
      device: joined,
      from: nameOf(state, joined),
      own: equalBytes(device, after.device),
      kind: 'joined',
      door,
      ...by,
    });
  }
  for (const device of removed) {
    const gone = toHex(device);
    // Replaced by its own new leaf, or gone by its own word: there is a line for that already.
    const silent = added.some((other) => equalBytes(other, device)) || departed.has(gone);
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
  if (before && after.context.link && !sameLink(before, after)) tx.addItem({ ...head, kind: 'link-changed' });
  tx.tell({ event: 'words', room: state.id, words: wordsOf(after) });
}
