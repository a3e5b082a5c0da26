import type { Group } from '../../crypto/index.ts';
import { fromHex, toHex, toWords } from '../../protocol/index.ts';
import type { Member, RoomView } from '../api.ts';
import type { RoomState } from './state.ts';

/** The room's five words of this epoch. English here: the page shows the same indexes in its own language. */
export function wordsOf(group: Group): string[] {
  return toWords(group.authenticator);
}

export function viewOf(state: RoomState, ownDevice: string): RoomView {
  const { record, group } = state;
  const context = group?.context;
  const inside = record.phase === 'ready';
  const removers = new Set(context?.removers.map(toHex));
  const roleOf = (device: string): Member['role'] =>
    context && toHex(context.founder) === device ? 'founder' : removers.has(device) ? 'remover' : 'member';
  const members = (group?.members ?? [])
    .map(toHex)
    .filter((device) => !record.departed[device])
    .map((device) => ({
      device,
      name: record.profiles[device]?.name ?? '',
      own: device === ownDevice,
      here: state.live && (device === ownDevice || state.here.has(device)),
      role: roleOf(device),
    }));
  return {
    room: state.id,
    title: context?.title ?? '',
    phase: record.phase === 'founding' ? 'joining' : record.phase,
    name: record.name,
    device: ownDevice,
    epoch: group?.epoch ?? 0,
    words: group ? wordsOf(group) : [],
    members,
    seq: record.seq,
    readUpTo: record.readUpTo,
    pending: state.outbox
      .filter((item) => item.kind === 'text')
      .map((item) => ({ id: toHex(item.id), text: item.text, style: item.style, at: item.at })),
    changing: record.pending !== null || record.intents.length > 0,
    canInvite: inside,
    canRemove: inside && roleOf(ownDevice) !== 'member',
    confirmed: record.confirmed,
  };
}

/** @returns undefined for a text that is no room id */
export function roomBytes(room: string): Uint8Array | undefined {
  return /^[0-9a-f]{32}$/.test(room) ? fromHex(room) : undefined;
}
