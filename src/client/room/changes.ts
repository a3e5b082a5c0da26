import { commitChange, encodeGroup, type Group, type GroupChange, GroupError, leafKey } from '../../crypto/index.ts';
import { type ClientFrame, CodedError, equalBytes, fromHex, SIZES, toHex } from '../../protocol/index.ts';
import { doorOf, sealDoorInfo } from './door-info.ts';
import { encodeGreeting, type Leaving, sealIntroduction } from './greeting.ts';
import type { Intent, PendingCommit } from './records.ts';
import { type RoomPorts, type RoomState, tellError, type Transaction } from './state.ts';
import { sealWelcome } from './welcome.ts';

/**
 * Changes of the group by this device. An intent may need several commits (removing somebody: close the link, remove,
 * open a new link); what comes next is read off the group each time, so that a restart or a lost race changes nothing.
 */
export async function advanceChanges(state: RoomState, ports: RoomPorts, tx: Transaction): Promise<void> {
  const { record } = state;
  if (record.phase !== 'ready' || !state.group) return;
  if (record.pending && record.pending.epoch < state.group.epoch) {
    // Somebody else's commit came first; what this one was for is looked at again.
    record.pending = null;
    state.commitInFlight = false;
    tx.touchRecord();
  }
  if (!state.live) return;
  // Who leaves changes nothing any more; see `pump`.
  if (!state.outbox.some((item) => item.kind === 'leave')) await pursueIntents(state, ports, tx);
  if (record.pending && !state.commitInFlight) sendPending(state, ports, tx, record.pending);
}

async function pursueIntents(state: RoomState, ports: RoomPorts, tx: Transaction): Promise<void> {
  const { record } = state;
  while (state.group && !record.pending && record.intents.length > 0) {
    const intent = record.intents[0] as Intent;
    const change = nextChange(state, state.group, intent, ports);
    if (!change) {
      record.intents.shift();
      tx.touchRecord();
      continue;
    }
    try {
      await prepareCommit(state, ports, tx, state.group, change, intent);
    } catch (error) {
      if (!(error instanceof GroupError)) throw error;
      record.intents.shift();
      tx.touchRecord();
      tellError(tx, state, new CodedError('not_allowed', { intent: intent.kind }));
    }
  }
}

/** @returns undefined when the intent is fulfilled */
function nextChange(state: RoomState, group: Group, intent: Intent, ports: RoomPorts): GroupChange | undefined {
  const present = (device: string) => group.members.some((member) => toHex(member) === device);
  if (intent.kind === 'clear-departed') {
    const devices = Object.keys(state.record.departed)
      .filter(present)
      .map((device) => fromHex(device) as Uint8Array);
    return devices.length > 0 ? { kind: 'remove', devices } : undefined;
  }
  if (intent.kind === 'remove' && present(intent.device)) {
    if (state.record.departed[intent.device]) return { kind: 'remove', devices: [fromHex(intent.device) as Uint8Array] };
    // Close first: whoever dies in between leaves a closed door, not an open one.
    if (group.context.link) return { kind: 'context', context: { ...group.context, link: null } };
    return { kind: 'remove', devices: [fromHex(intent.device) as Uint8Array] };
  }
  if (intent.kind === 'admit') {
    const here = leafKey(group, fromHex(intent.device) as Uint8Array);
    // Inside by now, let in by another or come by the link: to take it in anew would put it out.
    const changed = here && !(intent.instead && equalBytes(here, intent.instead));
    return changed ? undefined : { kind: 'add', keyPackage: intent.keyPackage };
  }
  if (group.context.link || group.context.access === 'direct') return undefined;
  return { kind: 'context', context: { ...group.context, link: ports.random(SIZES.token) } };
}

async function prepareCommit(
  state: RoomState,
  ports: RoomPorts,
  tx: Transaction,
  group: Group,
  change: GroupChange,
  intent: Intent,
): Promise<void> {
  const id = ports.random(SIZES.id);
  const removes = change.kind === 'remove' ? [...change.devices] : [];
  const leavings = removes.flatMap((device): Leaving[] => {
    const signature = state.record.departed[toHex(device)];
    return signature ? [[device, signature]] : [];
  });
  const departed = new Set(leavings.map(([device]) => toHex(device)));
  const newcomer = intent.kind === 'admit' ? intent : undefined;
  const aad = newcomer?.profile ? await sealIntroduction(id, newcomer.profile, group) : encodeGreeting(id, leavings);
  const { group: next, sealed, welcome, replaced } = await commitChange(group, change, aad, { departed });
  const adds = newcomer ? [fromHex(newcomer.device) as Uint8Array] : [];
  const profiles = newcomer?.profile ? { ...state.record.profiles, [newcomer.device]: newcomer.profile } : state.record.profiles;
  const pending: PendingCommit = {
    id,
    epoch: group.epoch,
    body: sealed,
    adds,
    removes: replaced ? adds : removes,
    ...(change.kind === 'context' ? await doorOf(next) : {}),
    info: await sealDoorInfo(next, profiles),
    ...(welcome ? { welcome: await sealWelcome(next, welcome, profiles) } : {}),
    left: [...departed],
    next: encodeGroup(next),
  };
  state.record.pending = pending;
  tx.touchRecord();
}

/** It leaves when it is stored. */
function sendPending(state: RoomState, ports: RoomPorts, tx: Transaction, pending: PendingCommit): void {
  state.commitInFlight = true;
  tx.afterwards(() => {
    if (!ports.connection.send([commitFrame(state, pending)])) state.commitInFlight = false;
  });
}

/** The pending commit as it travels. */
export function commitFrame(state: RoomState, pending: PendingCommit): ClientFrame {
  const { adds, removes, door, knock, open, welcome } = pending;
  const moved = door === undefined ? {} : { door, ...(knock && { knock }), ...(open && { open }) };
  return {
    t: 'append',
    room: state.room,
    id: pending.id,
    kind: 'commit',
    epoch: pending.epoch,
    body: pending.body,
    change: { adds, removes, ...moved },
    info: pending.info,
    ...(welcome && { welcome }),
  };
}
