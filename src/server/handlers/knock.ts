import { equalBytes, type ErrorCode, toHex } from '../../protocol/index.ts';
import { tellKnockKey } from '../arrivals.ts';
import type { RoomState } from '../room-state.ts';
import type { ReadyState } from '../session-state.ts';
import type { Handler } from './handler.ts';

/** Anybody waits at a room's door; its members are told. */
export const knock: Handler<'knock', 'ready'> = {
  needs: 'ready',
  run({ frame: { q, room, body }, state, session, context }) {
    const refuse = (code: ErrorCode): void => session.answer({ t: 'error', q, code });
    const known = context.rooms.get(room);
    if (!known) return refuse('unknown_room');
    if (!known.knock) return refuse('knock_closed');
    const stale = isStale(known, state);
    const refusal = context.knocks.add(room, session, session.link.address, stale ? null : body);
    if (refusal) return refuse(refusal);
    session.answer({ t: 'knocked', q });
    context.emit({ event: 'knock', room: toHex(room), device: session.deviceKey });
    if (stale) tellKnockKey(session, known);
  },
};

/** True when this connection was told another key and cannot know of the one there is. */
function isStale({ room, knock: key }: RoomState, { told }: ReadyState): boolean {
  return key !== null && told !== undefined && equalBytes(told.room, room) && (told.knock === null || !equalBytes(told.knock, key));
}
