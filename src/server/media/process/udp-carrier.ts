import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { CodedError } from '../../../protocol/index.ts';
import type { Remote } from '../sfu/paths.ts';

/** One port for all, with a socket a family. */
export interface UdpCarrier {
  readonly port: number;
  readonly families: readonly ('IPv4' | 'IPv6')[];
  /** From here on packets are taken. */
  open(receive: (from: Remote, packet: Buffer) => void): void;
  send(to: Remote, packet: Buffer): void;
  close(): void;
}

/** What a second of a busy call is; systems have a most of their own, which they tell or take without a word. */
const BUFFERS = [8, 4, 2, 1, 0.5].map((mebibytes) => mebibytes * 1024 * 1024);

/** @returns undefined where the port is taken @throws CodedError `port_not_allowed` {port} */
export async function openUdp(port: number): Promise<UdpCarrier | undefined> {
  const four = await bind('udp4', port);
  if (four === 'busy') return undefined;
  const actual = four === 'absent' ? port : four.address().port;
  const six = await bind('udp6', actual).catch((error: unknown) => {
    if (four !== 'absent') four.close();
    throw error;
  });
  if (six === 'busy' && four !== 'absent') four.close();
  if (six === 'busy' || (four === 'absent' && six === 'absent')) return undefined;
  const sockets = { IPv4: four === 'absent' ? undefined : four, IPv6: six === 'absent' ? undefined : six };
  return {
    port: sockets.IPv4 === undefined ? (sockets.IPv6 as Socket).address().port : actual,
    families: (['IPv4', 'IPv6'] as const).filter((family) => sockets[family] !== undefined),
    open(receive) {
      for (const socket of [sockets.IPv4, sockets.IPv6]) socket?.on('message', (packet, from) => receive(from, packet));
    },
    send({ address, port }, packet) {
      const socket = address.includes(':') ? sockets.IPv6 : sockets.IPv4;
      // Without a callback: what cannot be sent is lost, as it may be on the way.
      socket?.send(packet, port, address);
    },
    close() {
      sockets.IPv4?.close();
      sockets.IPv6?.close();
    },
  };
}

async function bind(type: 'udp4' | 'udp6', port: number): Promise<Socket | 'busy' | 'absent'> {
  const socket = createSocket({ type, ipv6Only: type === 'udp6', lookup: asItIs as never });
  // Listened to first: it fails before `bind` returns.
  const listening = once(socket, 'listening');
  socket.bind(port);
  try {
    await listening;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return 'busy';
    if (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL') return 'absent';
    if (code === 'EACCES') throw new CodedError('port_not_allowed', { port });
    throw new Error(message, { cause: error });
  }
  // What others do to packets of ours comes back as errors on some systems: nothing follows from it.
  socket.on('error', () => {});
  enlarge((size) => socket.setRecvBufferSize(size));
  enlarge((size) => socket.setSendBufferSize(size));
  return socket;
}

function enlarge(set: (size: number) => void): void {
  for (const size of BUFFERS) {
    try {
      set(size);
      return;
    } catch {
      // Too much for this system: less may be allowed.
    }
  }
}

/** Addresses here are addresses already: asking the resolver for each packet costs a turn of the event loop, and more than sending. */
function asItIs(address: string, family: number, done: (error: null, address: string, family: number) => void): void {
  done(null, address, family);
}
