import { createHash, timingSafeEqual } from 'node:crypto';
import { toHex } from '../../protocol/index.ts';
import type { RelayContext } from '../relay-context.ts';
import type { RoomState } from '../room-state.ts';
import type { Handler } from './handler.ts';
import { awaitTurn, refuseToken } from './token.ts';

/** Compared with where there is no room or no door: a stranger cannot tell these from a wrong token, nor by the time it takes. */
const NO_DOOR = new Uint8Array(32);

/** A stranger shows a door token; from then on this connection may append the one commit that brings its device in. */
export const door: Handler<'door', 'ready'> = {
  needs: 'ready',
  async run({ frame: { q, room, token }, state, session, context }) {
    await awaitTurn(session, context);
    const hash = createHash('sha256').update(token).digest();
    const opened = await openDoor(room, hash, context);
    if (!opened?.state.door) return refuseToken(session, q, context);
    state.doorsByRoom.set(toHex(room), opened.state.door);
    const { epoch, seq, head } = opened.state;
    session.answer({ t: 'opened', q, info: opened.info, epoch, seq, head });
  },
};

/** The GroupInfo with the state it belongs to; looks again when a commit came in between. */
async function openDoor(
  room: Uint8Array,
  hash: Uint8Array,
  { rooms, log, writer }: RelayContext,
): Promise<{ state: RoomState; info: Uint8Array } | undefined> {
  for (;;) {
    const before = rooms.get(room);
    const fits = timingSafeEqual(hash, before?.door ?? NO_DOOR);
    if (!before?.door || !fits) return undefined;
    const info = await log.info(room);
    await writer.settled();
    const state = rooms.get(room);
    if (state?.epoch === before.epoch) return info && { state, info };
  }
}
