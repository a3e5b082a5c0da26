import { CodedError } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';

export const callJoin: Handler<'call.join', 'ready'> = {
  needs: 'ready',
  async run({ frame, session, context }) {
    try {
      await context.calls.join(frame, session);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      session.answer({ t: 'error', q: frame.q, code: error.code });
    }
  },
};

export const callLeave: Handler<'call.leave', 'ready'> = {
  needs: 'ready',
  run({ frame, session, context }) {
    context.calls.leave(frame.room, session);
  },
};

export const callWant: Handler<'call.want', 'ready'> = {
  needs: 'ready',
  run({ frame, session, context }) {
    context.calls.want(frame, session);
  },
};
