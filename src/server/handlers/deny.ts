import { toHex } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';

/** A member sends away who knocks; from others, and of who does not knock, it is nothing. */
export const deny: Handler<'deny', 'ready'> = {
  needs: 'ready',
  run({ frame: { room, device }, session, context }) {
    if (context.rooms.get(room)?.members.has(session.deviceKey)) context.knocks.deny(room, toHex(device));
  },
};
