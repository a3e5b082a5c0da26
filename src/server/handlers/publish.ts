import type { Handler } from './handler.ts';
import { answerFromDisk } from './storage.ts';

/** A member of some room leaves key packages, by which others of its rooms can begin one with it while it is away. */
export const publish: Handler<'publish', 'ready'> = {
  needs: 'ready',
  run({ frame: { q, packages, last }, state, session, context }) {
    const { keyPackages, limits, rooms } = context;
    if (rooms.of(session.deviceKey).length === 0) return session.answer({ t: 'error', q, code: 'unknown_room' });
    return answerFromDisk(session, q, context, async () => {
      const count = await keyPackages.publish(state.device, packages, last, limits.keyPackages);
      return { t: 'published', q, ...count };
    });
  },
};
