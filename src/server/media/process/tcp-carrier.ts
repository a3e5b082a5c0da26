import { createServer, type Server, type Socket } from 'node:net';
import { normalizeAddress } from '../../addresses.ts';
import type { Clock } from '../../clock.ts';
import type { MediaLimits } from '../media-limits.ts';
import type { Remote } from '../sfu/paths.ts';
import { createFrameCutter, writeFrame } from './tcp-frames.ts';

/** ICE over TCP, where networks drop UDP: we are passive (RFC 6544). */
export interface TcpCarrier {
  /** One listener; there are as many as address families. */
  createListener(): Server;
  /** Says false for a connection that is gone. What it does not take in time is lost, as it would be by UDP. */
  send(to: Remote, packet: Buffer): boolean;
  readonly connections: number;
  close(): void;
}

export interface TcpPorts {
  readonly clock: Clock;
  readonly limits: MediaLimits;
  receive(from: Remote, packet: Buffer): void;
  /** Has somebody behind this address proved who it is, and is in a call? */
  isKnown(remote: Remote): boolean;
  onLost(remote: Remote): void;
}

interface Connection extends Remote {
  readonly socket: Socket;
  readonly since: number;
}

export function createTcpCarrier({ clock, limits, receive, isKnown, onLost }: TcpPorts): TcpCarrier {
  const connections = new Set<Connection>();
  let cancel = clock.after(limits.tcpSweep, sweep);

  /** Who has proved nothing in time, and who is in a call no more, goes. */
  function sweep(): void {
    cancel = clock.after(limits.tcpSweep, sweep);
    for (const connection of connections)
      if (Math.abs(clock.now() - connection.since) > limits.tcpProof && !isKnown(connection)) connection.socket.destroy();
  }

  function admit(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Its errors are its end, which comes by itself.
    socket.on('error', () => {});
    const address = normalizeAddress(remoteAddress);
    let fromThere = 0;
    for (const connection of connections) if (connection.address === address) fromThere += 1;
    if (remotePort === undefined || connections.size >= limits.tcpConnections || fromThere >= limits.tcpPerAddress) {
      socket.destroy();
      return;
    }
    const connection: Connection = { address, port: remotePort, socket, since: clock.now() };
    connections.add(connection);
    socket.setNoDelay(true);
    const cut = createFrameCutter(limits.packet, (packet) => {
      if (!socket.destroyed) receive(connection, packet);
    });
    socket.on('data', (bytes: Buffer) => {
      if (!cut(bytes)) socket.destroy();
    });
    socket.once('close', () => {
      connections.delete(connection);
      onLost(connection);
    });
  }

  return {
    createListener: () => createServer({ allowHalfOpen: false }, admit),
    send(to, packet) {
      const { socket } = to as Connection;
      if (socket.destroyed) return false;
      if (socket.writableLength <= limits.tcpUnsent) socket.write(writeFrame(packet));
      return true;
    },
    get connections() {
      return connections.size;
    },
    close() {
      cancel();
      for (const { socket } of connections) socket.destroy();
    },
  };
}
