import { CodedError, toWords } from '../../protocol/index.ts';
import { sameRelay } from '../invite.ts';
import type { Connector, Link, LinkEvents } from '../ports.ts';

/** Where a relay's chat port is. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

interface Ports {
  readonly connectTo: (place: Place) => Connector;
  /** Where on our networks somebody says to be the relay with this key. Never rejects. */
  readonly find: (key: Uint8Array, signal: AbortSignal) => Promise<readonly Place[]>;
  /** ms, of a clock that only goes forwards */
  readonly now?: () => number;
}

/** A connector that says where the relay is that it found. */
export interface FindingConnector extends Connector {
  /** Who was heard last, with the whole of the key that was proved there. Undefined until then. */
  readonly heard: { readonly host: string; readonly relay: Uint8Array } | undefined;
}

/** Attempts that fail at the known place before it looks elsewhere: a relay that is started again is back by then. */
const PATIENCE = 2;
/** Looking asks all of the network: not with every attempt, ms. */
const LOOK_AGAIN = 10_000;

/**
 * A connector for a relay that may move: when it is not where it was, its key is looked for on the network, and who proves to have it is
 * taken. The place says nothing; the key does. The one of the link by which somebody came, or that of the first contact.
 */
export function createFindingConnector(
  home: Place,
  relay: Uint8Array | undefined,
  { connectTo, find, now = () => performance.now() }: Ports,
): FindingConnector {
  let key = relay;
  let heard: FindingConnector['heard'];
  let place = home;
  let failures = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;

  return {
    get heard() {
      return heard;
    },
    async connect(events, signal) {
      const looking = key !== undefined && failures >= PATIENCE && now() - lookedAt >= LOOK_AGAIN;
      failures += 1;
      if (!looking) return attempt(place, events, signal, () => true);
      lookedAt = now();
      const wanted = key as Uint8Array;
      const isIt = (link: Link) => link.tls !== undefined && sameRelay(link.tls.relay, wanted);
      const race = createRace(signal);
      const elsewhere = async (): Promise<Link> => {
        const found = (await find(wanted, race.signal)).filter(({ host, port }) => host !== place.host || port !== place.port);
        return Promise.any(
          [...found, ...(place === home ? [] : [home])].map((other) => race.run((own) => attempt(other, events, own, isIt))),
        );
      };
      const here = race.run((own) => attempt(place, events, own, isIt));
      try {
        return await Promise.any([here, elsewhere()]);
      } catch {
        // What the known place says is what a person can do something about.
        return here;
      } finally {
        race.end();
      }
    },
  };

  async function attempt(at: Place, events: LinkEvents, signal: AbortSignal, accept: (link: Link) => boolean): Promise<Link> {
    let shown: Link['tls'] | null = null;
    const link = await connectTo(at).connect(
      {
        onRun(run) {
          // The engine hangs up on a wrong key before anything is said: who is heard is the one.
          key ??= shown?.relay;
          if (shown && (heard?.relay !== shown.relay || heard.host !== at.host)) heard = { host: at.host, relay: shown.relay };
          place = at;
          failures = 0;
          events.onRun(run);
        },
        onClose: events.onClose,
      },
      signal,
    );
    shown = link.tls;
    if (accept(link)) return link;
    link.close();
    const words = {
      ...(key ? { expected: toWords(key).join(' ') } : {}),
      ...(link.tls ? { found: toWords(link.tls.relay).join(' ') } : {}),
    };
    throw new CodedError('wrong_key', words);
  }
}

/** Attempts side by side: the first that succeeds goes on, all others are called off. */
function createRace(outer: AbortSignal) {
  const all = new AbortController();
  let won = false;
  return {
    /** Ends when somebody has won, or all of it is called off. */
    signal: AbortSignal.any([outer, all.signal]),
    async run(start: (signal: AbortSignal) => Promise<Link>): Promise<Link> {
      const own = new AbortController();
      const lose = () => own.abort();
      all.signal.addEventListener('abort', lose);
      const link = await start(AbortSignal.any([outer, own.signal]));
      if (won) {
        link.close();
        throw new CodedError('offline');
      }
      won = true;
      all.signal.removeEventListener('abort', lose);
      return link;
    },
    end: () => all.abort(),
  };
}
