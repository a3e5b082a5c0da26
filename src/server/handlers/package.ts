import { toHex } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';
import { answerFromDisk } from './storage.ts';

/** Hands out a key package of a device with which the asker shares a room: each once, but the last. */
export const handOut: Handler<'package', 'ready'> = {
  needs: 'ready',
  run({ frame: { q, device }, session, context }) {
    const { keyPackages, packageAskers, limits, rooms } = context;
    const asked = toHex(device);
    const none = { t: 'error', q, code: 'no_package' } as const;
    if (asked === session.deviceKey || !rooms.share(asked, session.deviceKey)) return session.answer(none);
    const pair = `${session.deviceKey} ${asked}`;
    const greedy = packageAskers.of(pair) > limits.packagesPerAsker - 1;
    if (!greedy) packageAskers.add(pair);
    return answerFromDisk(session, q, context, async () => {
      const body = await (greedy ? keyPackages.last(device) : keyPackages.take(device));
      return body ? { t: 'package', q, body } : none;
    });
  },
};
