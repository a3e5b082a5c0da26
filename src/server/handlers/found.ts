import type { Handler } from './handler.ts';
import { awaitTurn, refuseToken } from './token.ts';

/** The first device that shows the founder token makes the relay's first room. */
export const found: Handler<'found', 'ready'> = {
  needs: 'ready',
  async run({ frame, session, context }) {
    await awaitTurn(session, context);
    const code = await context.founding.found(frame, session.deviceKey);
    if (code === 'wrong_token') refuseToken(session, frame.q, context);
    else session.answer(code ? { t: 'error', q: frame.q, code } : { t: 'founded', q: frame.q });
  },
};
