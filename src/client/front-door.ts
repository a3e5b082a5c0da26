import { CodedError, type RelayFrames } from '../protocol/index.ts';
import type { ClientEvent } from './api.ts';
import type { Connection } from './connection.ts';
import { request } from './room/entering.ts';

/** What stands behind an address alone. */
export interface FrontDoor {
  /** Waits for the relay, for as many connections as it takes. @throws CodedError `not_founded`; `offline` once this is closed */
  ask(): Promise<RelayFrames['front']>;
  /** The key of the relay that answered. @throws CodedError `offline` before */
  relay(): Uint8Array;
  close(): void;
}

/** `met`: the key of the relay that this device is connected to and knows by now; null while there is none. */
export function createFrontDoor(
  connection: Connection,
  listen: (listener: (event: ClientEvent) => void) => () => void,
  met: () => Uint8Array | null,
): FrontDoor {
  const closing = new AbortController();

  function connected(): Promise<void> {
    if (closing.signal.aborted) throw new CodedError('offline');
    if (met()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const stop = listen(() => met() && done(resolve));
      const end = () => done(() => reject(new CodedError('offline')));
      function done(then: () => void): void {
        stop();
        closing.signal.removeEventListener('abort', end);
        then();
      }
      closing.signal.addEventListener('abort', end);
    });
  }

  return {
    async ask() {
      for (;;) {
        await connected();
        try {
          return (await request(connection, { t: 'front' })) as RelayFrames['front'];
        } catch (error) {
          if (!(error instanceof CodedError) || error.code !== 'offline') throw error;
        }
      }
    },
    relay() {
      const key = met();
      if (!key) throw new CodedError('offline');
      return key;
    },
    close: () => closing.abort(),
  };
}
