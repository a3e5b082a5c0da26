import type { Handler } from './handler.ts';

/** A member of some room makes another, without a door. */
export const create: Handler<'create', 'ready'> = {
  needs: 'ready',
  async run({ frame: { q, room }, session, context }) {
    const code = await context.founding.create(room, session.deviceKey);
    session.answer(code ? { t: 'error', q, code } : { t: 'created', q });
  },
};
