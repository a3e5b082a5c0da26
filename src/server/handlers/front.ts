import type { Handler } from './handler.ts';

/** Tells anybody where an address alone leads. In an open room that is as good as a link. */
export const front: Handler<'front', 'ready'> = {
  needs: 'ready',
  run({ frame: { q }, state, session, context }) {
    const room = context.rooms.front;
    if (!room) return session.answer({ t: 'error', q, code: 'not_founded' });
    state.told = { room: room.room, knock: room.knock };
    session.answer({ t: 'front', q, room: room.room, open: room.open, knock: room.knock });
  },
};
