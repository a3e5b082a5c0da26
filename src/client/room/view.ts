import type { Group } from '../../crypto/index.ts';
import { fromHex, toHex, toWords } from '../../protocol/index.ts';
import type { Member, RoomView } from '../api.ts';
import type { RoomPorts, RoomState } from './state.ts';
import { nameOf } from './items.ts';
import { waitingKnocks } from './knocks.ts';

/** The room's five words of this epoch. English here: the page shows the same indexes in its own language. */
export function wordsOf(group: Group): string[] {
  return toWords(group.authenticator);
}

export function viewOf(state: RoomState, { identity, comparisons }: Pick<RoomPorts, 'identity' | 'comparisons'>): RoomView {
  const { record, group } = state;
  const context = group?.context;
  const inside = record.phase === 'ready';
  const ownDevice = toHex(identity.device);
  const members = listMembers(state, ownDevice, comparisons);
  const access = context?.access ?? (record.peer ? 'direct' : 'invited');
  return {
    room: state.id,
    title: context?.title ?? '',
    access,
    peer: record.peer?.device ?? null,
    phase: record.phase === 'founding' ? 'joining' : record.phase,
    name: record.name,
    device: ownDevice,
    epoch: group?.epoch ?? 0,
    words: group ? wordsOf(group) : [],
    members,
    seq: record.seq,
    readUpTo: record.readUpTo,
    unread: record.unread,
    knocks: waitingKnocks(state).map(({ device, name, words, at }) => ({ device, name, words, at })),
    pending: state.outbox
      .filter((item) => item.kind === 'text')
      .map((item) => ({ id: toHex(item.id), text: item.text, style: item.style, at: item.at })),
    changing: record.pending !== null || record.intents.length > 0,
    canInvite: inside && access !== 'direct',
    canRemove: inside && access !== 'direct' && members.some(({ own, role }) => own && role !== 'member'),
    confirmed: record.confirmed,
  };
}

function listMembers(state: RoomState, ownDevice: string, comparisons: RoomPorts['comparisons']): Member[] {
  const { record, group } = state;
  const context = group?.context;
  const removers = new Set(context?.removers.map(toHex));
  const roleOf = (device: string): Member['role'] =>
    context && toHex(context.founder) === device ? 'founder' : removers.has(device) ? 'remover' : 'member';
  return (group?.members ?? [])
    .map(toHex)
    .filter((device) => !record.departed[device])
    .map((device) => ({
      device,
      name: nameOf(state, device),
      own: device === ownDevice,
      here: state.live && (device === ownDevice || state.here.has(device)),
      role: roleOf(device),
      door: record.doors[device] ?? null,
      verified: device === ownDevice ? null : comparisons.of(device),
    }));
}

/** @returns undefined for a text that is no room id */
export function roomBytes(room: string): Uint8Array | undefined {
  return /^[0-9a-f]{32}$/.test(room) ? fromHex(room) : undefined;
}
