import { CodedError, type CallAnswer } from '../../protocol/index.ts';
import type { Group } from '../../crypto/index.ts';
import type { Connection } from '../connection.ts';
import type { Clock } from '../ports.ts';
import { CALL_LIMITS } from './limits.ts';
import type { CallMedia, CallTransport, CallTransportEvents } from './ports.ts';
import { createRekeying, type Rekeying } from './rekeying.ts';
import { within } from './within.ts';

/** A transport with the keys of its epochs. */
export interface Line {
  readonly transport: CallTransport;
  readonly rekeying: Rekeying;
}

export interface AttemptPorts {
  readonly media: CallMedia;
  readonly connection: Connection;
  readonly clock: Clock;
}

interface Attempt {
  readonly room: Uint8Array;
  readonly events: CallTransportEvents;
  readonly signal: AbortSignal;
  /** The group as it is when it is asked. */
  group(): Group | null;
  /** There is a transport: what happens to it from here on is its taker's business. */
  onOpen(line: Line): void;
}

/** Everything up to packets that flow both ways. Resolves with the relay's answer. Rejects with what went wrong; what was opened until then is the taker's to close. */
export async function enter(
  { media, connection, clock }: AttemptPorts,
  { room, events, signal, group, onOpen }: Attempt,
): Promise<CallAnswer> {
  if (!connection.up) throw new CodedError('offline');
  const bounds = { clock, signal };
  const opening = { ...bounds, ms: CALL_LIMITS.open, code: 'call_unreachable', onLate: (late: CallTransport) => late.close() };
  const transport = await within(media.open(events), opening);
  // Called off in the same turn in which it opened.
  if (signal.aborted) transport.close();
  signal.throwIfAborted();
  const line = { transport, rekeying: createRekeying(transport) };
  onOpen(line);
  const now = group();
  if (!now) throw new CodedError('not_inside');
  // Before there is a way for anything to leave.
  await line.rekeying.to(now);
  signal.throwIfAborted();
  const asking = askToJoin(connection, { room, offer: transport.offer });
  const answer = await within(asking, { ...bounds, ms: CALL_LIMITS.answer, code: 'timeout' });
  await within(transport.connect(answer), { ...bounds, ms: CALL_LIMITS.connect, code: 'call_unreachable' });
  return answer;
}

/** Also with an offer that is in the call already: who says it goes on in it, and is told about it from here on. */
export function askToJoin(connection: Connection, join: { room: Uint8Array; offer: CallTransport['offer'] }): Promise<CallAnswer> {
  return new Promise((resolve, reject) => {
    connection.ask({ t: 'call.join', ...join }, (answer) => {
      if (answer instanceof CodedError) reject(answer);
      else if (answer.t === 'call.joined') resolve(answer.answer);
      else reject(new CodedError('bad_frame'));
    });
  });
}
