import { type Access, createGroup, deriveLinkKeys, encodeGroup, GroupError, joinByLink } from '../../crypto/index.ts';
import { CodedError, genesisHash, type RelayFrame, type RelayFrames, SIZES, toHex } from '../../protocol/index.ts';
import type { Connection, RequestFrame } from '../connection.ts';
import { signProfile } from '../content/index.ts';
import { doorOf, openDoorInfo, sealDoorInfo } from './door-info.ts';
import { sealGreeting } from './greeting.ts';
import { learnProfile } from './profiles.ts';
import type { RoomRecord } from './records.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';

/** What a room's record begins with. */
export type Beginning = Pick<RoomRecord, 'phase' | 'name' | 'entrance' | 'relay'> & Partial<Pick<RoomRecord, 'peer'>>;

/** A room's record before anything happened in it. */
export function blankRecord(ports: RoomPorts, room: Uint8Array, entering: Beginning): RoomRecord {
  return {
    peer: null,
    ...entering,
    lastUsed: ports.clock.now(),
    seq: 0,
    head: genesisHash(room),
    readUpTo: 0,
    unread: 0,
    ownPackage: null,
    doors: {},
    joinedEpoch: 0,
    confirmed: entering.phase === 'founding',
    sent: 0,
    counters: {},
    profiles: {},
    renamedIn: null,
    departed: {},
    intents: [],
    pending: null,
  };
}

export async function prepareFounding(
  state: RoomState,
  ports: RoomPorts,
  tx: Transaction,
  { title, access }: { title: string; access: Access },
): Promise<void> {
  const { identity } = ports;
  const link = access === 'direct' ? null : ports.random(SIZES.token);
  state.group = await createGroup(identity, state.room, { link, founder: identity.device, removers: [], title, access });
  const own = toHex(identity.device);
  state.record.profiles[own] = await signProfile(identity, state.room, state.record.name, ports.clock.now());
  state.record.doors[own] = 'founder';
  tx.touchGroup();
  tx.touchRecord();
}

/** Founds, again if the answer was lost: the relay takes the same device and room twice. */
export async function found(state: RoomState, ports: RoomPorts): Promise<void> {
  const { entrance: token, peer, profiles } = state.record;
  if (peer) return void (await request(ports.connection, { t: 'create', room: state.room }));
  if (!state.group || !token) throw new CodedError('wrong_token');
  const info = await sealDoorInfo(state.group, profiles);
  await request(ports.connection, { t: 'found', token, room: state.room, info, ...(await doorOf(state.group)) });
}

/** Shows the link's token and learns how the room stands. */
export async function openDoor(state: RoomState, ports: RoomPorts): Promise<RelayFrames['opened']> {
  const secret = state.record.entrance;
  if (!secret) throw new CodedError('wrong_token');
  const { doorToken } = await deriveLinkKeys(secret);
  const answer = await request(ports.connection, { t: 'door', room: state.room, token: doorToken });
  if (answer.t !== 'opened') throw new CodedError('bad_frame');
  return answer;
}

/** Builds the commit by which this device comes in, from what waited behind the door. */
export async function prepareJoining(state: RoomState, ports: RoomPorts, tx: Transaction, opened: RelayFrames['opened']): Promise<void> {
  const { record } = state;
  const secret = record.entrance;
  if (!secret) throw new CodedError('wrong_token');
  const { groupInfo, profiles } = await openDoorInfo(secret, opened.info);
  for (const [device, profile] of profiles) await learnProfile(state, device, profile);
  const own = await signProfile(ports.identity, state.room, record.name, ports.clock.now());
  record.profiles[toHex(ports.identity.device)] = own;
  const id = ports.random(SIZES.id);
  try {
    const aad = await sealGreeting(id, own, secret);
    const { group: next, sealed, replacedOwn } = await joinByLink(ports.identity, state.room, groupInfo, secret, aad);
    if (next.epoch !== opened.epoch + 1) throw new CodedError('wrong_link');
    const info = await sealDoorInfo(next, record.profiles);
    const self = [ports.identity.device];
    record.pending = {
      id,
      epoch: opened.epoch,
      body: sealed,
      adds: self,
      removes: replacedOwn ? self : [],
      info,
      left: [],
      next: encodeGroup(next),
    };
  } catch (error) {
    if (error instanceof GroupError) throw new CodedError('wrong_link', { reason: error.reason });
    throw error;
  }
  record.seq = opened.seq;
  record.head = opened.head;
  tx.touchRecord();
}

export function request(connection: Connection, frame: RequestFrame): Promise<RelayFrame> {
  return new Promise((resolve, reject) => {
    connection.ask(frame, (answer) => (answer instanceof CodedError ? reject(answer) : resolve(answer)));
  });
}
