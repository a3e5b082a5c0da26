import { toHex } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';

/** Hands one entry to the writer; its answer comes with the batch. */
export const append: Handler<'append', 'ready'> = {
  needs: 'ready',
  run({ frame, state, session, context }) {
    session.countAppends(1);
    const door = state.doorsByRoom.get(toHex(frame.room));
    context.writer.append({ who: session, author: { device: state.device, key: session.deviceKey, door }, frame });
  },
};
