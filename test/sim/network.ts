import { CodedError } from '../../src/protocol/index.ts';
import type { Connector, Link, LinkEvents } from '../../src/client/index.ts';
import type { Relay, RelayLink, RelaySession } from '../../src/server/index.ts';
import type { SeededRandom } from './random.ts';

/** Bytes under way from one end to the other, delivered piece by piece when the simulation says so. */
interface Pipe {
  readonly chunks: Uint8Array[];
  deliver: (chunk: Uint8Array) => void;
  paused: boolean;
}

/** One connection between a client and the relay. */
interface Wire {
  readonly client: string;
  readonly toRelay: Pipe;
  readonly toClient: Pipe;
  open: boolean;
  /** Ends it for both; what was under way is lost. */
  cut(code: string): void;
}

/** A network in memory: in order along each wire as TCP is, in any order across them, and anything may break. */
export interface Network {
  connectorFor: (client: string) => Connector;
  /** The relay that answers now; null while it is down. */
  relay: Relay | null;
  /** Delivers one piece of one wire, chosen by chance. @returns false when nothing is under way */
  deliverOne(): boolean;
  readonly wires: readonly Wire[];
  cutAll(code: string): void;
}

export function createNetwork(random: SeededRandom): Network {
  const wires: Wire[] = [];
  const exporter = random.bytes(32);

  function join(client: string, relay: Relay, relayKey: Uint8Array, events: LinkEvents): Link {
    const toRelay: Pipe = { chunks: [], deliver: () => {}, paused: false };
    const toClient: Pipe = { chunks: [], deliver: (chunk) => events.onRun(chunk), paused: false };
    const size = (pipe: Pipe) => pipe.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const wire: Wire = {
      client,
      toRelay,
      toClient,
      open: true,
      cut(code) {
        if (leave()) events.onClose(code);
      },
    };
    function leave(): boolean {
      if (!wire.open) return false;
      wire.open = false;
      wires.splice(wires.indexOf(wire), 1);
      session.closed();
      return true;
    }
    const relayEnd: RelayLink = {
      kind: 'memory',
      address: '10.77.0.2',
      exporter,
      get queued() {
        return size(toClient);
      },
      write: (run) => void (wire.open && toClient.chunks.push(run)),
      // What was written before still arrives.
      close: () => void (wire.open && toClient.chunks.push(END)),
      pause: () => void (toRelay.paused = true),
      resume: () => void (toRelay.paused = false),
    };
    const session: RelaySession = relay.accept(relayEnd);
    toRelay.deliver = (chunk) => session.receive(chunk);
    wires.push(wire);
    return {
      tls: { relay: relayKey, exporter },
      get queued() {
        return size(toRelay);
      },
      send: (run) => void (wire.open && toRelay.chunks.push(run)),
      close: () => void leave(),
    };
  }

  function deliverOne(): boolean {
    const busy = wires.flatMap((wire) =>
      [wire.toRelay, wire.toClient].filter((pipe) => pipe.chunks.length > 0 && !pipe.paused).map((pipe) => ({ wire, pipe })),
    );
    if (busy.length === 0) return false;
    const { wire, pipe } = random.pick(busy);
    const chunk = pipe.chunks.shift() as Uint8Array;
    if (chunk === END) {
      wire.cut('lost');
      return true;
    }
    // A stream has no edges: now and then a frame comes in two pieces, or two in one.
    const cut = random.chance(0.2) && chunk.length > 1 ? 1 + random.below(chunk.length - 1) : chunk.length;
    if (cut < chunk.length) pipe.chunks.unshift(chunk.subarray(cut));
    pipe.deliver(chunk.subarray(0, cut));
    return true;
  }

  const network: Network = {
    relay: null,
    wires,
    connectorFor: (client) => ({
      async connect(events, signal) {
        if (signal.aborted) throw new CodedError('offline');
        if (!network.relay) throw new CodedError('refused');
        const link = join(client, network.relay, RELAY_KEY, events);
        signal.addEventListener('abort', link.close, { once: true });
        await Promise.resolve();
        if (signal.aborted) throw new CodedError('offline');
        return link;
      },
    }),
    deliverOne,
    cutAll(code) {
      for (const wire of [...wires]) wire.cut(code);
    },
  };
  return network;
}

const END = new Uint8Array([0]);

/** SHA-256 of the relay's SubjectPublicKeyInfo, as far as the simulation has one. */
export const RELAY_KEY = new Uint8Array(32).fill(0x5a);
