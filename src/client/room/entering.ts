import { createGroup, deriveLinkKeys, encodeGroup, GroupError, joinByLink } from '../../crypto/index.ts';
import { CodedError, genesisHash, type RelayFrame, type RelayFrames, SIZES, toHex } from '../../protocol/index.ts';
import type { Connection, RequestFrame } from '../connection.ts';
import { signProfile } from '../content/index.ts';
import { describeDoor, openDoorInfo } from './door-info.ts';
import { sealGreeting } from './greeting.ts';
import { learnProfile } from './profiles.ts';
import type { RoomRecord } from './records.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';

/** A room's record before anything happened in it. */
export function blankRecord(
  ports: RoomPorts,
  room: Uint8Array,
  entering: Pick<RoomRecord, 'phase' | 'name' | 'entrance' | 'relay'>,
): RoomRecord {
  return {
    ...entering,
    lastUsed: ports.clock.now(),
    seq: 0,
    head: genesisHash(room),
    readUpTo: 0,
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

export async function prepareFounding(state: RoomState, ports: RoomPorts, tx: Transaction, title: string): Promise<void> {
  const { identity } = ports;
  state.group = await createGroup(identity, state.room, { link: ports.random(SIZES.token), founder: identity.device, removers: [], title });
  state.record.profiles[toHex(identity.device)] = await signProfile(identity, state.room, state.record.name, ports.clock.now());
  tx.touchGroup();
  tx.touchRecord();
}

/** Founds, again if the answer was lost: the relay takes the same device and room twice. */
export async function found(state: RoomState, ports: RoomPorts): Promise<void> {
  const token = state.record.entrance;
  if (!state.group || !token) throw new CodedError('wrong_token');
  const { info, door } = await describeDoor(state.group, state.record.profiles);
  await request(ports.connection, { t: 'found', token, room: state.room, door, info });
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
    const { info } = await describeDoor(next, record.profiles);
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
