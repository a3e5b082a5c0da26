import { toHex } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';

/** Shows the file port, which knows no rooms, that this device is in one. */
export const ticket: Handler<'ticket', 'ready'> = {
  needs: 'ready',
  run({ frame: { q, room }, session, context: { rooms, files, clock } }) {
    if (!rooms.get(room)?.members.has(session.deviceKey)) return session.answer({ t: 'error', q, code: 'unknown_room' });
    const { ticket, until } = files.tickets.issue({ room: toHex(room), device: session.deviceKey }, clock.now());
    session.answer({ t: 'ticket', q, ticket, until, port: files.port() });
  },
};
