import type { Socket } from 'node:net';
import { normalizeAddress } from '../addresses.ts';
import { createTally } from '../tally.ts';

/**
 * Bounds connections before anything is known of them: what costs memory is the socket, not what is said on it. The
 * relay's own bounds lie below, so that who comes to speak the protocol gets a coded answer first.
 */
export interface ConnectionGate {
  /** Lets in from now on: before, peers would be told of ports that are not open yet. They come again. */
  open(): void;
  /** Counts a connection until it closes; destroys it where there are too many. @returns whether it may stay */
  admit(socket: Socket): boolean;
  /** Lets nobody in any more, gives what is being sent `ms` to leave, then destroys whatever is left. */
  close(ms: number): Promise<void>;
}

export interface GateLimits {
  readonly total: number;
  readonly perAddress: number;
}

/** @param proxies addresses that others come through: the bound of one address is not for them */
export function createConnectionGate({ total, perAddress }: GateLimits, proxies: ReadonlySet<string> = new Set()): ConnectionGate {
  const sockets = new Set<Socket>();
  const countsByAddress = createTally();
  let opened = false;
  return {
    open: () => void (opened = true),
    admit(socket) {
      // What is wrong with a connection ends it, and nothing else.
      socket.on('error', () => {});
      const address = normalizeAddress(socket.remoteAddress);
      if (!opened || sockets.size >= total || (countsByAddress.of(address) >= perAddress && !proxies.has(address))) {
        socket.destroy();
        return false;
      }
      sockets.add(socket);
      countsByAddress.add(address);
      socket.once('close', () => {
        sockets.delete(socket);
        countsByAddress.remove(address);
      });
      return true;
    },
    close: (ms) =>
      new Promise((resolve) => {
        opened = false;
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
