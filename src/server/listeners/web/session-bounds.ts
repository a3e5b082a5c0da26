import { createTally } from '../../tally.ts';

/** A session of Engine.IO as far as this is about it. */
export interface EngineSession {
  readonly writeBuffer: readonly unknown[];
  on(event: 'packetCreate', run: () => void): void;
  once(event: 'close', run: () => void): void;
  close(discard: boolean): void;
}

/**
 * Bounds sessions of Engine.IO before anything is known of them. On long polling they outlive their connections, so that
 * bounds of connections do not reach them.
 */
export interface SessionBounds {
  admits(address: string): boolean;
  add(session: EngineSession, address: string): void;
  /** Resolves when no session is left, or after `ms`. */
  empty(ms: number): Promise<void>;
}

export interface SessionLimits {
  readonly total: number;
  readonly perAddress: number;
}

/** Packets that may wait to be fetched: more than the relay’s own bound on bytes lets through. */
const LARGEST_QUEUE = 32_768;

export function createSessionBounds({ total, perAddress }: SessionLimits): SessionBounds {
  const sessionsByAddress = createTally();
  let all = 0;
  let onEmpty = () => {};
  return {
    admits: (address) => all < total && sessionsByAddress.of(address) < perAddress,
    add(session, address) {
      all += 1;
      sessionsByAddress.add(address);
      session.once('close', () => {
        all -= 1;
        sessionsByAddress.remove(address);
        if (all === 0) onEmpty();
      });
      // Socket.IO answers some packets by itself, whether somebody fetches the answers or not.
      session.on('packetCreate', () => {
        if (session.writeBuffer.length >= LARGEST_QUEUE) session.close(true);
      });
    },
    empty: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
        if (all === 0) onEmpty();
      }),
  };
}
