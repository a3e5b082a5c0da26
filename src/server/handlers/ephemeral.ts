import { encodeFrame, type RelayFrame } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';

/** What one unit of a device's budget pays for: a frame, and as many bytes more. */
const PART = 1024;

/** Says something to those who follow the room now: passed on, never stored, and not to the device itself. From who is not in the room it is nothing. */
export const ephemeral: Handler<'ephemeral', 'ready'> = {
  needs: 'ready',
  run({ frame: { room, body }, state, session, context: { rooms, followers, ephemerals, limits } }) {
    const { deviceKey } = session;
    const cost = 1 + Math.floor(body.length / PART);
    // Strangers pay as well: what is nothing is not free.
    if (!rooms.get(room)?.members.has(deviceKey) || ephemerals.of(deviceKey) + cost > limits.ephemerals) {
      return session.charge(limits.ephemeralExcess);
    }
    for (let i = 0; i < cost; i++) ephemerals.add(deviceKey);
    const run = encodeFrame({ t: 'ephemeral', room, device: state.device, body } satisfies RelayFrame);
    for (const follower of [...followers.live(room)]) if (follower.deviceKey !== deviceKey) follower.send(run);
  },
};
