import { sealMessage } from '../../crypto/index.ts';
import { type ClientFrame, CodedError, LIMITS, SIZES, toHex } from '../../protocol/index.ts';
import { type BodyOf, type Content, encodeContent, LIMITS_OF_CONTENT, type Profile, signLeaving } from '../content/index.ts';
import { awaitsPeer, peerLeft } from './direct.ts';
import { encodeRecord, isOver, keys, type OutboxItem } from './records.ts';
import type { RoomPorts, RoomState, Transaction } from './state.ts';

export type Line =
  | { readonly kind: 'text'; readonly text: string; readonly style: 'plain' | 'action' }
  | { readonly kind: 'profile'; readonly profile: Profile }
  | { readonly kind: 'leave' }
  | BodyOf<'file' | 'delete'>;

/** Puts a line into the outbox. @throws CodedError `text_too_long`, `peer_left`, `left`, `removed`, `outdated` */
export function enqueue(state: RoomState, ports: RoomPorts, tx: Transaction, line: Line): OutboxItem {
  const { record } = state;
  if (isOver(record.phase)) throw new CodedError(record.phase);
  const said = line.kind === 'text' || line.kind === 'file';
  if (said && peerLeft(state)) throw new CodedError('peer_left');
  if (line.kind === 'text' && new TextEncoder().encode(line.text).length > LIMITS_OF_CONTENT.text) {
    throw new CodedError('text_too_long', { max: LIMITS_OF_CONTENT.text });
  }
  record.sent += 1;
  if (said) record.lastUsed = ports.clock.now();
  const item: OutboxItem = {
    order: record.sent,
    n: record.sent,
    id: ports.random(SIZES.id),
    at: ports.clock.now(),
    kind: line.kind,
    text: line.kind === 'text' ? line.text : '',
    style: line.kind === 'text' ? line.style : 'plain',
    profile: line.kind === 'profile' ? line.profile : null,
    ...(line.kind === 'file' || line.kind === 'delete' ? { body: line } : {}),
    sealed: null,
  };
  state.outbox.push(item);
  tx.touchRecord();
  tx.put(keys.outItem(state.id, item.order), encodeRecord(item));
  return item;
}

/** Seals and sends what may go now: in order, at most a window of it. The new group state is stored before anything leaves. */
export async function pump(state: RoomState, ports: RoomPorts, tx: Transaction): Promise<void> {
  if (!state.live || state.record.phase !== 'ready' || !state.group) return;
  // The relay is further on than this device: what is sealed now would only be refused again.
  if (state.group.epoch < state.sealFrom) return;
  // If one of an older epoch were refused after this, what is sent now would overtake it: wait until they are answered.
  const { epoch } = state.group;
  if ([...state.inFlight.values()].some((sealedIn) => sealedIn !== null && sealedIn !== epoch)) return;
  const held = awaitsPeer(state);
  const frames: ClientFrame[] = [];
  const orders: number[] = [];
  for (const item of state.outbox) {
    if (state.inFlight.size >= LIMITS.clientWindow) break;
    if (state.inFlight.has(item.order) || (held && item.kind !== 'leave')) continue;
    // An own commit changes the leaf that the leaving is signed for: that one first.
    if (item.kind === 'leave' && state.record.pending) break;
    const body = item.sealed?.epoch === epoch ? item.sealed : await seal(state, ports, tx, item);
    state.inFlight.set(item.order, epoch);
    orders.push(item.order);
    frames.push({
      t: 'append',
      room: state.room,
      id: item.id,
      kind: item.kind === 'leave' ? 'leave' : 'message',
      epoch: body.epoch,
      body: body.body,
    });
  }
  if (frames.length === 0) return;
  tx.afterwards(() => {
    // The connection went while this was stored: they go with the next one.
    if (!ports.connection.send(frames)) for (const order of orders) state.inFlight.delete(order);
  });
}

async function seal(
  state: RoomState,
  { identity }: RoomPorts,
  tx: Transaction,
  item: OutboxItem,
): Promise<NonNullable<OutboxItem['sealed']>> {
  if (!state.group) throw new CodedError('unreadable');
  const body = item.kind === 'leave' ? ({ kind: 'leave', signature: await signLeaving(identity, state.group) } as const) : bodyOf(item);
  const content: Content = { n: item.n, at: item.at, seen: [state.record.seq, state.record.head], body };
  const { group, sealed } = await sealMessage(state.group, encodeContent(content), item.id);
  item.sealed = { epoch: state.group.epoch, body: sealed };
  state.group = group;
  tx.touchGroup();
  tx.put(keys.outItem(state.id, item.order), encodeRecord(item));
  return item.sealed;
}

/** What a line says, as it is sealed and as it is shown here once the log has it. */
export function bodyOf(item: OutboxItem): Exclude<Content['body'], { kind: 'leave' }> {
  if (item.body) return item.body;
  if (item.kind === 'profile' && item.profile) return { kind: 'profile', ...item.profile };
  return { kind: 'text', text: item.text, style: item.style };
}

/** The relay, at `epoch`, did not take a line because its epoch is over: it is sealed anew, under the same id, when it goes next. */
export function markStale(state: RoomState, id: Uint8Array, epoch: number): void {
  const key = toHex(id);
  state.sealFrom = Math.max(state.sealFrom, epoch - LIMITS.staleEpochs);
  const item = state.outbox.find((other) => toHex(other.id) === key);
  if (!item) return;
  item.sealed = null;
  state.inFlight.delete(item.order);
}
