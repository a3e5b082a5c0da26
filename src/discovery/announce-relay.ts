import { openChannel, type Channel, MDNS_PORT, type Peer } from './channel.ts';
import { decodeMessage, encodeMessage } from './dns-message.ts';
import { listNetworks, type Network, type OwnAddress } from './networks.ts';
import { isAskedFor, recordsOf, type RelayFacts } from './relay-records.ts';

/** A relay that says on its networks that it is there. */
export interface Announcement {
  /** To be called when addresses have come or gone: says it again, where it is now. */
  update(): Promise<void>;
  /** Takes back what was said. */
  close(): Promise<void>;
}

interface Ports {
  readonly addresses: () => readonly OwnAddress[];
  /** Told once when no network takes it: no reason not to start. */
  readonly onSilent: () => void;
}

/** Said twice, since datagrams get lost (RFC 6762 section 8.3), ms apart. */
const AGAIN_AFTER = 1_000;
/** Time between two answers to everybody on one network (section 6), ms. */
const PAUSE = 1_000;
/** Answers to single askers a second and network: enough for a class, no use for making noise at others. */
const SINGLE_ANSWERS = 20;

export function announceRelay(facts: RelayFacts, { addresses, onSilent }: Ports): Announcement {
  let speakers = new Map<string, Speaker>();
  let told = false;
  let closed = false;
  let work = Promise.resolve();

  async function update(): Promise<void> {
    if (closed) return;
    const networks = listNetworks(addresses());
    const next = new Map<string, Speaker>();
    for (const network of networks) {
      // Both families of an interface are told on each.
      const own = networks.filter(({ name }) => name === network.name).flatMap((other) => other.addresses);
      const key = JSON.stringify([network, own]);
      const speaker = speakers.get(key) ?? (await openSpeaker(network, facts, own));
      speakers.delete(key);
      if (speaker) next.set(key, speaker);
    }
    const gone = [...speakers.values()];
    speakers = next;
    await Promise.all(gone.map((speaker) => speaker.close()));
    if (next.size === 0 && networks.length > 0 && !told) {
      told = true;
      onSilent();
    }
  }

  const enqueue = (step: () => Promise<void>) => (work = work.then(step));
  return {
    update: () => enqueue(update),
    close: () =>
      enqueue(async () => {
        closed = true;
        await Promise.all([...speakers.values()].map((speaker) => speaker.close()));
      }),
  };
}

interface Speaker {
  close(): Promise<void>;
}

/** Says it on one network, and again to who asks. */
async function openSpeaker(network: Network, facts: RelayFacts, own: readonly string[]): Promise<Speaker | undefined> {
  const records = recordsOf(facts, own);
  const toAll = encodeMessage({ id: 0, response: true, questions: [], records });
  let timer: NodeJS.Timeout | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  let second = 0;
  let answered = 0;

  function say(): void {
    timer = undefined;
    saidAt = performance.now();
    channel?.send(toAll);
  }

  function sayAfter(ms: number): void {
    timer ??= setTimeout(say, ms).unref();
  }

  function hear(bytes: Uint8Array, from: Peer): void {
    const message = decodeMessage(bytes);
    if (!message || message.response) return;
    const asked = message.questions.filter((question) => isAskedFor(records, question));
    if (asked.length === 0) return;
    // Who asks from another port knows unicast DNS alone, and wants its question and number back (section 6.7).
    const legacy = from.port !== MDNS_PORT;
    if (!legacy && !asked.every(({ unicast }) => unicast)) return sayAfter(Math.max(0, saidAt + PAUSE - performance.now()));
    const now = Math.floor(performance.now() / 1_000);
    answered = now === second ? answered + 1 : 1;
    second = now;
    if (answered > SINGLE_ANSWERS) return;
    const questions = legacy ? asked.slice(0, 1) : [];
    channel?.send(encodeMessage({ id: legacy ? message.id : 0, response: true, questions, records }), from);
  }

  const channel: Channel | undefined = await openChannel(network, hear);
  if (!channel) return undefined;
  say();
  sayAfter(AGAIN_AFTER);
  return {
    close() {
      clearTimeout(timer);
      channel.send(encodeMessage({ id: 0, response: true, questions: [], records: recordsOf(facts, own, 0) }));
      return channel.close();
    },
  };
}
