import { CodedError, fromHex, type RelayFrames } from '../../protocol/index.ts';
import type { Connection } from '../connection.ts';
import type { Clock } from '../ports.ts';
import { orAborted } from './or-aborted.ts';
import type { FileTicket } from './ports.ts';

/** What shows the relay's file port that this device is in a room: asked for over the conversation's connection, and kept while it is good. */
export interface Tickets {
  /** Rejects with `unknown_room`, `offline`, or as `signal` aborts. @param renew the one there is was refused */
  of(room: string, options: { readonly renew: boolean; readonly signal: AbortSignal }): Promise<FileTicket>;
  /** The relay's clock, as it said on this connection: tickets end by it. */
  setClock(now: number): void;
}

/** A ticket is not used in its last minute: a request that begins with it must find it good, also where clocks run apart. */
const RESERVE = 60_000;

export function createTickets({ connection, clock }: { readonly connection: Connection; readonly clock: Clock }): Tickets {
  const known = new Map<string, RelayFrames['ticket']>();
  const asking = new Map<string, Promise<FileTicket>>();
  let ahead = 0;

  function ask(room: string): Promise<FileTicket> {
    const bytes = fromHex(room);
    if (!bytes) return Promise.reject(new CodedError('no_such_room'));
    let answered = false;
    const answer = new Promise<FileTicket>((resolve, reject) => {
      connection.ask({ t: 'ticket', room: bytes }, (frame) => {
        answered = true;
        asking.delete(room);
        if (frame instanceof CodedError) return reject(frame);
        if (frame.t !== 'ticket') return reject(new CodedError('bad_frame'));
        known.set(room, frame);
        resolve(frame);
      });
    });
    // Without a connection the answer is there at once.
    if (!answered) asking.set(room, answer);
    return answer;
  }

  return {
    async of(room, { renew, signal }) {
      signal.throwIfAborted();
      const ticket = known.get(room);
      if (ticket && !renew && ticket.until - RESERVE > clock.now() + ahead) return ticket;
      known.delete(room);
      return orAborted(asking.get(room) ?? ask(room), signal);
    },
    setClock: (now) => void (ahead = now - clock.now()),
  };
}
