import type { Network, Path, PathEvents } from '../../src/client/node/calls/network/path.ts';
import { systemNetwork } from '../../src/client/node/calls/network/system-network.ts';

export interface Badness {
  /** Of packets, both ways. */
  readonly loss: number;
  /** Each is late by up to so many ms, so that they overtake each other. */
  readonly jitter: number;
}

/** The machine's own sockets, on a network as bad as that. Chance has a seed. */
export function createBadNetwork({ loss, jitter }: Badness, seed: number): Network & { readonly counts: { sent: number; lost: number } } {
  const counts = { sent: 0, lost: 0 };
  let state = seed;
  // mulberry32
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pass = (go: () => void) => {
    counts.sent += 1;
    if (random() < loss) counts.lost += 1;
    else setTimeout(go, random() * jitter);
  };
  return {
    counts,
    async openUdp(candidates, events) {
      const ours = new Map<Path, Path>();
      const around: PathEvents = {
        onPacket: (path, packet) => pass(() => events.onPacket(ours.get(path) as Path, packet)),
        onGone: (path) => events.onGone(ours.get(path) as Path),
      };
      const paths = await systemNetwork.openUdp(candidates, around);
      return paths.map((path) => {
        const own: Path = { ...path, send: (packet) => pass(() => path.send(packet)) };
        ours.set(path, own);
        return own;
      });
    },
    openTcp: async () => undefined,
  };
}
