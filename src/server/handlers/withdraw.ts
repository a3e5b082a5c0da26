import type { Handler } from './handler.ts';

/** A device waits no longer, over whichever of its connections it says so. */
export const withdraw: Handler<'withdraw', 'ready'> = {
  needs: 'ready',
  run({ frame, session, context }) {
    context.knocks.end(frame.room, session.deviceKey);
  },
};
