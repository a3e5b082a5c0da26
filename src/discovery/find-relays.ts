import { isIPv4 } from 'node:net';
import { toHex } from '../protocol/index.ts';
import { openChannel, type Channel, type Peer } from './channel.ts';
import { decodeMessage, encodeMessage, TYPES } from './dns-message.ts';
import { isLinkLocal, isOnNetwork, listNetworks, listOwnAddresses, type Network, type OwnAddress } from './networks.ts';
import { readRelays, type RelayFacts, SERVICE } from './relay-records.ts';

/** A relay that says it is on one of our networks. Who it really is, its key tells: connect with `key` as the one to expect. */
export interface FoundRelay extends RelayFacts {
  /** First 16 bytes of the SHA-256 of its SubjectPublicKeyInfo. */
  readonly key: Uint8Array;
  /** The likeliest first. Link-local ones name their interface. */
  readonly addresses: readonly string[];
}

export interface Search {
  /** How long it listens, ms. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Ends the search before its time. */
  readonly enough?: (found: readonly FoundRelay[]) => boolean;
  /** For tests. */
  readonly addresses?: () => readonly OwnAddress[];
}

const TIMEOUT = 1_800;
/** When it asks, ms: datagrams get lost, and relays answer everybody at most once a second. */
const ASKED_AT = [0, 400, 1_200];
/** Anybody on the network may tell of as many as it likes. */
const MOST_RELAYS = 32;
const MOST_ADDRESSES = 4;
/** Of one sender: who makes noise shall not crowd out the others. */
const MOST_OF_ONE = 8;

/** Asks all networks of this machine for relays. Never rejects; nothing to be found, or no multicast, is an empty list. */
export async function findRelays({ timeout = TIMEOUT, signal, enough, addresses = listOwnAddresses }: Search = {}): Promise<FoundRelay[]> {
  if (signal?.aborted) return [];
  const foundByKey = new Map<string, FoundRelay>();
  const newBySender = new Map<string, number>();
  const listed = () =>
    [...foundByKey.values()].toSorted((a, b) => a.name.localeCompare(b.name) || toHex(a.key).localeCompare(toHex(b.key)));
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));

  function hear(network: Network, bytes: Uint8Array, from: Peer): void {
    const message = decodeMessage(bytes);
    if (!message?.response) return;
    for (const relay of readRelays(message.records)) {
      const key = toHex(relay.key);
      const known = foundByKey.get(key);
      if (!known) {
        const told = newBySender.get(from.address) ?? 0;
        if (foundByKey.size >= MOST_RELAYS || told >= MOST_OF_ONE) continue;
        newBySender.set(from.address, told + 1);
      }
      const there = [...(known?.addresses ?? []), ...placesOf(relay.addresses, network, from)];
      const unique = [...new Set(there)].toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_ADDRESSES);
      // The ports go with the newest word, the name with the first: it is what a person may be looking at.
      if (unique.length > 0) foundByKey.set(key, { ...relay, name: known?.name ?? relay.name, addresses: unique });
    }
    if (enough?.(listed())) end();
  }

  signal?.addEventListener('abort', end);
  const networks = listNetworks(addresses());
  const opened = await Promise.all(networks.map((network) => openChannel(network, (bytes, from) => hear(network, bytes, from), true)));
  const channels = opened.filter((channel): channel is Channel => channel !== undefined);
  const question = encodeMessage({ id: 0, response: false, questions: [{ name: SERVICE, type: TYPES.PTR, unicast: false }], records: [] });
  const timers = ASKED_AT.map((at) => setTimeout(() => channels.forEach((channel) => channel.send(question)), at));
  timers.push(setTimeout(end, channels.length > 0 ? timeout : 0));
  await ended;
  signal?.removeEventListener('abort', end);
  timers.forEach(clearTimeout);
  await Promise.all(channels.map((channel) => channel.close()));
  return listed();
}

/** Addresses of the network that the message came by, and no others; where it names none, the one that it came from. */
function placesOf(addresses: readonly string[], network: Network, from: Peer): string[] {
  const zoned = (address: string) => (isLinkLocal(address) ? `${address}%${network.zone}` : address);
  const siblings = addresses.map(zoned).filter((address) => isOnNetwork(network, address));
  return siblings.length > 0 ? siblings : [from.address];
}

const rank = (address: string): number => (isIPv4(address) ? 0 : isLinkLocal(address) ? 2 : 1);
