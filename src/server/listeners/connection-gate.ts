import type { Socket } from 'node:net';
import { normalizeAddress } from '../addresses.ts';

/**
 * Bounds connections before anything is known of them: what costs memory is the socket, not what is said on it. The
 * relay's own bounds lie below, so that who comes to speak the protocol gets a coded answer first.
 */
export interface ConnectionGate {
  /** Counts a connection until it closes; destroys it where there are too many. @returns whether it may stay */
  admit(socket: Socket): boolean;
  /** Gives what is being sent `ms` to leave, then destroys whatever is left. */
  close(ms: number): Promise<void>;
}

export interface GateLimits {
  readonly total: number;
  readonly perAddress: number;
}

export function createConnectionGate({ total, perAddress }: GateLimits): ConnectionGate {
  const sockets = new Set<Socket>();
  const countsByAddress = new Map<string, number>();
  return {
    admit(socket) {
      // What is wrong with a connection ends it, and nothing else.
      socket.on('error', () => {});
      const address = normalizeAddress(socket.remoteAddress);
      const count = (countsByAddress.get(address) ?? 0) + 1;
      if (sockets.size >= total || count > perAddress) {
        socket.destroy();
        return false;
      }
      sockets.add(socket);
      countsByAddress.set(address, count);
      socket.once('close', () => {
        sockets.delete(socket);
        const left = (countsByAddress.get(address) ?? 1) - 1;
        if (left > 0) countsByAddress.set(address, left);
        else countsByAddress.delete(address);
      });
      return true;
    },
    close: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of sockets) socket.destroy();
        }, ms);
        const settle = (): void => {
          if (sockets.size > 0) return;
          clearTimeout(timer);
          resolve();
        };
        for (const socket of sockets) socket.once('close', () => queueMicrotask(settle));
        settle();
      }),
  };
}
