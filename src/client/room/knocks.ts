import { decode } from 'cborg';
import * as v from 'valibot';
import { deriveLinkKeys, type Group, leafKey, openKnock, readKeyPackage } from '../../crypto/index.ts';
import { CodedError, equalBytes, LIMITS, toHex } from '../../protocol/index.ts';
import { type Profile, verifyProfile } from '../content/index.ts';
import { deviceWords } from '../device-words.ts';
import type { RoomPorts, RoomState, Transaction, WaitingKnock } from './state.ts';

/** A member's side of knocks: reads who waits at the door, and lets somebody in. */

const bytes = v.instance(Uint8Array);
const schema = v.strictTuple([v.literal(0), v.unknown(), bytes]);

/** Somebody knocks. What cannot be opened comes from no honest client, or was sealed to a key that is over: it is not shown. */
export async function takeKnock(
  state: RoomState,
  { clock }: RoomPorts,
  tx: Transaction,
  from: Uint8Array,
  body: Uint8Array,
): Promise<void> {
  const device = toHex(from);
  if (!state.group || (state.knocks.size >= LIMITS.knocks && !state.knocks.has(device))) return;
  const opened = await openBody(state.group, from, body);
  if (!opened) return;
  const { profile, keyPackage, leaf } = opened;
  const at = state.knocks.get(device)?.at ?? clock.now();
  const knock = { device, name: profile.name, words: deviceWords(from), at };
  const instead = leafKey(state.group, from) ?? null;
  state.knocks.set(device, { ...knock, profile, keyPackage, leaf, instead });
  tx.tell({ event: 'knock', room: state.id, knock });
  tx.tell({ event: 'changed', room: state.id });
}

export function dropKnock(state: RoomState, tx: Transaction, device: string): void {
  if (!state.knocks.delete(device)) return;
  tx.tell({ event: 'knock-gone', room: state.id, device });
  tx.tell({ event: 'changed', room: state.id });
}

/** Who waits. A device that follows the room has what it needs: its knock is an old one, and to open again would put it out. */
export function waitingKnocks(state: RoomState): WaitingKnock[] {
  return [...state.knocks.values()].filter(({ device, instead }) => !(instead && state.here.has(device)));
}

/** Begins to let somebody in. @throws CodedError `no_such_knock`, `not_inside` */
export function admitKnock(state: RoomState, tx: Transaction, device: string): void {
  const knock = waitingKnocks(state).find((waiting) => waiting.device === device);
  if (!knock) throw new CodedError('no_such_knock');
  if (state.record.phase !== 'ready') throw new CodedError('not_inside');
  const { keyPackage, leaf, profile, instead } = knock;
  const known = state.record.intents.some((intent) => intent.kind === 'admit' && intent.device === device);
  if (!known) state.record.intents.push({ kind: 'admit', device, keyPackage, leaf, profile, instead });
  tx.touchRecord();
}

async function openBody(
  group: Group,
  device: Uint8Array,
  body: Uint8Array,
): Promise<{ profile: Profile; keyPackage: Uint8Array; leaf: Uint8Array } | undefined> {
  const { link } = group.context;
  if (!link) return undefined;
  try {
    const content = await openKnock((await deriveLinkKeys(link)).knock.privateKey, group.room, device, body);
    const parsed = v.safeParse(schema, decode(content));
    if (!parsed.success) return undefined;
    const [, claimed, keyPackage] = parsed.output;
    const profile = await verifyProfile(device, group.room, claimed);
    const read = await readKeyPackage(keyPackage);
    return profile && equalBytes(read.device, device) ? { profile, keyPackage, leaf: read.leafKey } : undefined;
  } catch {
    // Strangers may send whatever they like.
    return undefined;
  }
}
