import { createSocket, type Socket } from 'node:dgram';
import { isOnNetwork, type Network } from './networks.ts';

/** Multicast on one network: what is sent reaches it alone, and only what comes from its own addresses is heard. */
export interface Channel {
  readonly network: Network;
  /** The port of mDNS is shared by all who speak it; where it was not to be had, answers come to this one alone. */
  readonly shared: boolean;
  /** To everybody, or to one. */
  send(bytes: Uint8Array, to?: Peer): void;
  /** What was sent leaves first. */
  close(): Promise<void>;
}

export interface Peer {
  readonly address: string;
  readonly port: number;
}

export const MDNS_PORT = 5353;
const GROUPS = { IPv4: '224.0.0.251', IPv6: 'ff02::fb' } as const;
/** Both ends have to be on the link (RFC 6762 section 11). */
const HOPS = 255;
const CLOSING_TIME = 250;

/**
 * @param fallback takes any port where that of mDNS is not to be had: good enough for asking
 * @returns undefined where the network has no multicast, or the port belongs to somebody who does not share it
 */
export async function openChannel(
  network: Network,
  onMessage: (bytes: Uint8Array, from: Peer) => void,
  fallback = false,
): Promise<Channel | undefined> {
  const socket = (await bind(network, MDNS_PORT)) ?? (fallback ? await bind(network, 0) : undefined);
  if (!socket) return undefined;
  const group = network.family === 'IPv4' ? GROUPS.IPv4 : `${GROUPS.IPv6}%${network.zone}`;
  const shared = socket.address().port === MDNS_PORT;
  let underWay = 0;
  let onIdle = () => {};
  socket.on('message', (bytes, { address, port }) => {
    // Other sockets of this machine have joined the group elsewhere, and what comes there is handed to this one too.
    if (isOnNetwork(network, address)) onMessage(bytes, { address, port });
  });
  return {
    network,
    shared,
    send(bytes, to = { address: group, port: MDNS_PORT }) {
      underWay += 1;
      socket.send(bytes, to.port, to.address, () => {
        underWay -= 1;
        if (underWay === 0) onIdle();
      });
    },
    close: () =>
      new Promise((resolve) => {
        const end = () => {
          clearTimeout(timer);
          onIdle = () => {};
          socket.close(() => resolve());
        };
        const timer = setTimeout(end, CLOSING_TIME);
        onIdle = end;
        if (underWay === 0) end();
      }),
  };
}

function bind(network: Network, port: number): Promise<Socket | undefined> {
  const four = network.family === 'IPv4';
  const socket = four ? createSocket({ type: 'udp4', reuseAddr: true }) : createSocket({ type: 'udp6', reuseAddr: true, ipv6Only: true });
  return new Promise((resolve) => {
    const giveUp = () => {
      socket.close();
      resolve(undefined);
    };
    socket.once('error', giveUp);
    socket.bind({ port, address: four ? '0.0.0.0' : '::', exclusive: true }, () => {
      socket.off('error', giveUp);
      // A network that goes while it is used: the next look at the addresses will show it.
      socket.on('error', () => {});
      try {
        const own = four ? (network.addresses[0] as string) : `::%${network.zone}`;
        socket.addMembership(four ? GROUPS.IPv4 : GROUPS.IPv6, own);
        socket.setMulticastInterface(own);
        socket.setMulticastTTL(HOPS);
        // Who looks for a relay on the relay's own machine finds it too.
        socket.setMulticastLoopback(true);
        resolve(socket);
      } catch {
        giveUp();
      }
    });
  });
}
