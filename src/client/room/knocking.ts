import { encode } from 'cborg';
import { createKeyPackage, sealKnock } from '../../crypto/index.ts';
import { CodedError, equalBytes, type RelayFrames, toHex } from '../../protocol/index.ts';
import { signProfile } from '../content/index.ts';
import { deviceWords } from '../device-words.ts';
import { request } from './entering.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';
import { learnNames, openWelcome } from './welcome.ts';

/** What ends the waiting: somebody let this device in, or the relay has a new key to knock with, or an answer of the door. */
export type DoorAnswer = 'inside' | 'knock again' | CodedError;

/** While a link is changed the door is closed for moments. How often, and after how long, it is tried again, ms. */
const CLOSED = { tries: 10, pause: 1_500 };
/** Many wait already: somebody has to be let in first, ms. */
const CROWDED_PAUSE = 5_000;

type Act = (step: (tx: Transaction) => void | Promise<void>) => Promise<void>;

/**
 * The newcomer's side of a knock: waits at the door until somebody answers, and knocks again whenever the relay's key for it changes.
 * Resolves when this device was let in, or `current` no longer holds.
 * @throws CodedError the door's answer
 */
export async function waitAtDoor(
  state: RoomState,
  ports: RoomPorts,
  act: Act,
  answer: () => Promise<DoorAnswer>,
  current: () => boolean,
): Promise<void> {
  await act((tx) => makePackage(state, ports, tx));
  let closed = 0;
  while (current() && stillKnocking(state)) {
    const answered = answer();
    const code = await knockOnce(state, ports, act);
    if (!current() || !stillKnocking(state)) return;
    if (code === 'knock_closed' && ++closed < CLOSED.tries) await pause(ports, CLOSED.pause);
    else if (code === 'too_many_knocks') await pause(ports, CROWDED_PAUSE);
    else if (code !== undefined) throw new CodedError(code);
    else {
      closed = 0;
      ports.emit({ event: 'waiting', room: state.id, words: deviceWords(ports.identity.device) });
      const given = await answered;
      if (given instanceof CodedError) throw given;
    }
  }
}

const stillKnocking = ({ record }: RoomState) => record.phase === 'knocking';

/** @returns the code of a refusal */
async function knockOnce(state: RoomState, ports: RoomPorts, act: Act): Promise<string | undefined> {
  const { ownPackage, profiles } = state.record;
  const { identity } = ports;
  try {
    const front = (await request(ports.connection, { t: 'front' })) as RelayFrames['front'];
    if (!equalBytes(front.room, state.room)) return 'unknown_room';
    // Whoever was let in while away hears of it before this answer: it is taken in first.
    await act(() => {});
    if (!stillKnocking(state)) return undefined;
    if (!front.knock || !ownPackage) return 'knock_closed';
    const content = encode([0, profiles[toHex(identity.device)], ownPackage.body]);
    const body = await sealKnock(front.knock, state.room, identity.device, content);
    if (!stillKnocking(state)) return undefined;
    await request(ports.connection, { t: 'knock', room: state.room, body });
    return undefined;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

async function makePackage(state: RoomState, { identity, clock }: RoomPorts, tx: Transaction): Promise<void> {
  if (state.record.ownPackage) return;
  state.record.ownPackage = await createKeyPackage(identity);
  state.record.profiles[toHex(identity.device)] = await signProfile(identity, state.room, state.record.name, clock.now());
  tx.touchRecord();
}

/** A member let this device in: it follows from the entry that did. @throws CodedError `cannot_open_welcome` */
export async function takeAdmission(state: RoomState, ports: RoomPorts, tx: Transaction, frame: RelayFrames['admitted']): Promise<void> {
  const { record } = state;
  if (record.phase !== 'knocking' || !record.ownPackage) return;
  const { group, inviter } = await openWelcome(ports, state.room, frame.welcome, record.ownPackage);
  // What was knocked at is a room with others in it, and not one that somebody who can open a knock made for the two of them.
  if (group.context.access === 'direct') throw new CodedError('cannot_open_welcome');
  state.group = group;
  await learnNames(state, group, frame.welcome);
  Object.assign(record, { phase: 'ready', ownPackage: null, seq: frame.seq, head: frame.head, joinedEpoch: group.epoch, confirmed: false });
  tx.touchGroup();
  tellArrival(state, ports, tx, { seq: frame.seq, inviter: toHex(inviter), door: 'knock' });
  // A knock that crossed it would go on waiting for somebody who is inside, and admit a key that is spent.
  tx.afterwards(() => void ports.connection.send([{ t: 'withdraw', room: state.room }]));
}

/** The line by which this device's own history begins where another took it in. */
export function tellArrival(
  state: RoomState,
  { identity, clock }: Pick<RoomPorts, 'identity' | 'clock'>,
  tx: Transaction,
  { seq, inviter, door }: { seq: number; inviter: string; door: 'knock' | 'direct' },
): void {
  const device = toHex(identity.device);
  const { record } = state;
  record.doors[device] = door;
  tx.touchRecord();
  const by = record.profiles[inviter]?.name ?? '';
  tx.addItem({ seq, at: clock.now(), device, from: record.name, own: true, kind: 'joined', door, by, byDevice: inviter });
}

const pause = ({ clock }: RoomPorts, ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
