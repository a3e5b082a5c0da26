import type { RelayContext } from '../relay-context.ts';
import type { Session } from '../session.ts';

/** Waits for as long as the address has to before its next token is looked at. */
export async function awaitTurn(session: Session, { guesses, clock }: RelayContext): Promise<void> {
  const delay = guesses.delay(session.link.address);
  if (delay > 0) await new Promise<void>((resolve) => clock.after(delay, resolve));
}

/** Says that a token was wrong, and ends a session that tried too many. */
export function refuseToken(session: Session, q: number, { guesses, limits }: RelayContext): void {
  session.answer({ t: 'error', q, code: 'wrong_token' });
  guesses.miss(session.link.address);
  if (session.ready && ++session.ready.guesses >= limits.guesses) session.end('wrong_token');
}
