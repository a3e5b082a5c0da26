import type { Handler } from './handler.ts';

/** Any frame shows that the peer lives; these carry nothing else. */
export const ping: Handler<'ping', never> = {
  needs: 'any',
  run({ session }) {
    session.answer({ t: 'pong' });
  },
};

export const pong: Handler<'pong', never> = {
  needs: 'any',
  run() {},
};
