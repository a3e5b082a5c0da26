import type { Network } from './path.ts';
import { openTcpPath } from './tcp-path.ts';
import { openUdpPaths } from './udp-paths.ts';

/** The machine's own sockets. */
export const systemNetwork: Network = {
  openUdp: (candidates, events) => openUdpPaths(candidates, events),
  openTcp: openTcpPath,
};
