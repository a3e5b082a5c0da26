import { toHex } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';

/** Hands one entry to the writer; its answer comes with the batch. Strangers get theirs at once: they must not fill the queue to the disk. */
export const append: Handler<'append', 'ready'> = {
  needs: 'ready',
  run({ frame, state, session, context }) {
    const { deviceKey } = session;
    const door = state.doorsByRoom.get(toHex(frame.room));
    const room = context.rooms.get(frame.room);
    if (!door && !room?.members.has(deviceKey) && !room?.former.has(deviceKey)) {
      return session.answer({ t: 'refused', room: frame.room, id: frame.id, code: 'unknown_room', epoch: 0 });
    }
    session.countAppend(frame, 1);
    context.writer.append({ who: session, author: { device: state.device, key: deviceKey, door }, frame });
  },
};
