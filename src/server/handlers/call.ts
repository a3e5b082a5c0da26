import type { Handler } from './handler.ts';

export const callJoin: Handler<'call.join', 'ready'> = {
  needs: 'ready',
  run({ frame: { q }, session }) {
    session.answer({ t: 'error', q, code: 'no_calls' });
  },
};

export const callLeave: Handler<'call.leave', 'ready'> = { needs: 'ready', run() {} };

export const callWant: Handler<'call.want', 'ready'> = { needs: 'ready', run() {} };
