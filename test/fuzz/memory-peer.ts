import type { Relay, RelayLink, RelaySession } from '../../src/server/index.ts';
import { createPeer, type Peer, type PeerOptions } from './peer.ts';

export const RELAY_KEY = new Uint8Array(32).fill(0x5a);
export const BINDING = new Uint8Array(32).fill(0xb1);
/** The relay's random bytes: always the same, so that a device signs one challenge in a whole run. */
export const NONCE = new Uint8Array(32).fill(9);

/** A peer of a relay in memory. */
export function createMemoryPeer(relay: Relay, address: string, options: PeerOptions): Peer {
  return createPeer(options, (hearing) => {
    let gone = false;
    const link: RelayLink = {
      kind: 'memory',
      address,
      exporter: BINDING,
      queued: 0,
      write(run) {
        hearing.take(run);
      },
      close() {
        // A link that went by itself is closed once more, which does nothing.
        if (!gone) hearing.end();
      },
      pause() {},
      resume() {},
    };
    const session: RelaySession = relay.accept(link);
    return {
      binding: BINDING,
      send: (run) => session.receive(run),
      close() {
        gone = true;
        session.closed();
      },
    };
  });
}
