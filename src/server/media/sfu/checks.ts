import { checkStunIntegrity, decodeStun, encodeBindingError, encodeBindingResponse, hasStunFingerprint } from '../../../rtc/index.ts';
import type { Remote } from './paths.ts';

/** Who may check: what both sides have said of themselves. */
export interface Credentials {
  readonly ufrag: string;
  readonly pwd: string;
  readonly theirUfrag: string;
}

export interface Check<Who> {
  /** Made by somebody who knows the password; undefined for one who does, and cannot be served. */
  readonly who: Who | undefined;
  /** From here on, that is where it wants to be. */
  readonly moves: boolean;
  readonly answer: Buffer;
}

/** Its types that are not understood: RFC 8489 section 6.3.1. Both sides take themselves for the controlled one: RFC 8445 section 7.3.1.1. */
const UNKNOWN_ATTRIBUTE = 420;
const ROLE_CONFLICT = 487;

/**
 * A connectivity check as an ICE-lite agent takes it (RFC 8445 section 7.3). Who does not know the password gets no answer at all: there is nothing
 * to learn here, and nobody to be flooded.
 * @param find who has this user fragment of ours
 */
export function takeCheck<Who extends Credentials>(
  datagram: Buffer,
  from: Remote,
  find: (ufrag: string) => Who | undefined,
): Check<Who> | undefined {
  const message = decodeStun(datagram);
  if (message?.kind !== 'request' || message.username === undefined) return undefined;
  const colon = message.username.indexOf(':');
  const who = colon < 0 ? undefined : find(message.username.slice(0, colon));
  if (who === undefined || message.username.slice(colon + 1) !== who.theirUfrag) return undefined;
  if (!hasStunFingerprint(message) || !checkStunIntegrity(message, who.pwd)) return undefined;
  const { transaction, unknown } = message;
  const refuse = (code: number) => ({ who: undefined, moves: false, answer: encodeBindingError(transaction, code, who.pwd, unknown) });
  if (unknown.length > 0) return refuse(UNKNOWN_ATTRIBUTE);
  if (message.controlled !== undefined) return refuse(ROLE_CONFLICT);
  return { who, moves: message.useCandidate, answer: encodeBindingResponse(transaction, from, who.pwd) };
}
