import type { Network, Path, PathEvents } from '../../src/client/node/calls/network/path.ts';
import { systemNetwork } from '../../src/client/node/calls/network/system-network.ts';
import { type Badness, createBadWay, type WayCounts } from '../support/bad-way.ts';

/** The machine's own sockets, on a network that is as bad as that both ways. */
export function createBadNetwork(badness: Badness, seed: number): Network & { readonly counts: Readonly<WayCounts> } {
  const { pass, counts } = createBadWay(badness, seed);
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
