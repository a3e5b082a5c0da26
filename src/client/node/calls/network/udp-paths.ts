import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP, SocketAddress } from 'node:net';
import type { Candidate, Path, PathEvents } from './path.ts';

export type OpenSocket = (family: 4 | 6) => Socket;

/** A burst of key frames from everybody is taken while we are busy. Bytes; the system may give less. */
const RECEIVE_BUFFER = 1024 * 1024;

const openSystemSocket: OpenSocket = (family) =>
  createSocket({ type: family === 4 ? 'udp4' : 'udp6', ipv6Only: family === 6, recvBufferSize: RECEIVE_BUFFER });

/** One socket for each family of addresses, shared by the paths to all candidates of it. */
export async function openUdpPaths(
  candidates: readonly Candidate[],
  events: PathEvents,
  open: OpenSocket = openSystemSocket,
): Promise<readonly Path[]> {
  const opened = await Promise.all(
    ([4, 6] as const).map(async (family) => {
      const own = candidates.filter(({ protocol, address }) => protocol === 'udp' && isIP(address) === family);
      const socket = own.length === 0 ? undefined : await bindSocket(family, open);
      return socket === undefined ? [] : own.map(shareSocket(socket, family, own.length, events));
    }),
  );
  return opened.flat();
}

/** @returns undefined where this machine has no such addresses */
async function bindSocket(family: 4 | 6, open: OpenSocket): Promise<Socket | undefined> {
  let socket: Socket | undefined;
  try {
    socket = open(family);
    socket.bind(0);
    await once(socket, 'listening');
    return socket;
  } catch {
    socket?.close();
    return undefined;
  }
}

function shareSocket(socket: Socket, family: 4 | 6, users: number, events: PathEvents): (candidate: Candidate) => Path {
  const paths = new Map<string, Path>();
  let left = users;
  socket.on('message', (packet, from) => {
    const path = paths.get(keyOf(from.address, from.port, family));
    if (path !== undefined) events.onPacket(path, packet);
  });
  // Unreachable now is no reason to give up: who checks the path notices, and networks come back.
  socket.on('error', () => {});
  return (candidate) => {
    const { address, port } = candidate;
    const key = keyOf(address, port, family);
    const path: Path = {
      candidate,
      send(packet) {
        if (paths.get(key) === path) socket.send(packet, port, address, () => {});
      },
      close() {
        if (paths.get(key) !== path) return;
        paths.delete(key);
        if (--left === 0) socket.close();
      },
    };
    // The same address twice is the same path.
    if (paths.has(key)) left -= 1;
    paths.set(key, path);
    return path;
  };
}

/** IPv6 is written in more than one way. */
const keyOf = (address: string, port: number, family: 4 | 6) =>
  `${family === 4 ? address : new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' }).address} ${port}`;
