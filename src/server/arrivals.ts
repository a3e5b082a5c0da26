import { hashEntry, type RelayFrames, toHex } from '../protocol/index.ts';
import type { RelayContext } from './relay-context.ts';
import type { Arrival, RoomState } from './room-state.ts';
import type { RoomProgress } from './room-progress.ts';
import type { Session } from './session.ts';

/** What a batch means to those who are not inside: who was added gets its Welcome, and who knocks hears of another key. */
export function tellOutside({ before, state, entries, added, welcomes }: RoomProgress, { devices, knocks }: RelayContext): void {
  for (const device of added) {
    // A member that lost its state knocks as well, and is put in anew.
    knocks.end(state.room, device);
    const seq = state.awaited.get(device)?.seq;
    const welcome = welcomes.get(device);
    const entry = entries.find((one) => one.seq === seq);
    if (seq === undefined || !welcome || !entry) continue;
    const head = hashEntry(entry.bytes);
    for (const session of devices.of(device)) session.answer({ t: 'admitted', room: state.room, welcome, seq, head });
  }
  if (toHex(before.knock ?? NONE) === toHex(state.knock ?? NONE)) return;
  for (const session of knocks.unseal(state.room)) tellKnockKey(session, state);
}

const NONE = new Uint8Array();

/** A knock that crosses a change is sealed to the key before: what a connection was told last says so. */
export function tellKnockKey(session: Session, { room, knock }: RoomState): void {
  if (session.ready) session.ready.told = { room, knock };
  session.answer({ t: 'rekey', room, knock });
}

/** Sends a new connection the Welcomes that wait for its device. */
export function sendWaiting(session: Session, context: RelayContext): Promise<void> | undefined {
  const waiting = context.rooms.of(session.deviceKey).flatMap(({ room, awaited }) => {
    const arrival = awaited.get(session.deviceKey);
    return arrival ? [{ room, ...arrival }] : [];
  });
  return waiting.length > 0 ? sendEach(waiting, session, context) : undefined;
}

type Waiting = Arrival & Pick<RoomState, 'room'>;

async function sendEach(waiting: readonly Waiting[], session: Session, context: RelayContext): Promise<void> {
  const { rooms, limits } = context;
  let bytes = 0;
  // The smallest first: no member can keep those of others from getting through by large ones.
  for (const { room, seq, size } of waiting.toSorted((a, b) => a.size - b.size).slice(0, limits.welcomes)) {
    bytes += size;
    if (bytes > limits.welcomeBytes) return;
    const frame = await readWelcome(room, seq, session, context);
    await context.writer.settled();
    // What was stored since has been sent when it was.
    const current = rooms.get(room)?.awaited.get(session.deviceKey)?.seq === seq;
    if (frame && current) session.answer(frame);
  }
}

async function readWelcome(
  room: Uint8Array,
  seq: number,
  { ready }: Session,
  { log }: RelayContext,
): Promise<RelayFrames['admitted'] | undefined> {
  if (!ready) return undefined;
  const [welcome, [entry]] = await Promise.all([
    log.welcome(room, ready.device),
    log.read(room, seq - 1, { until: seq, entries: 1, bytes: 0 }),
  ]);
  return welcome && entry && { t: 'admitted', room, welcome, seq, head: hashEntry(entry) };
}
