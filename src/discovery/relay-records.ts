import { fromBase64Url, SIZES, toBase64Url, toHex } from '../protocol/index.ts';
import type { DnsQuestion, DnsRecord } from './dns-message.ts';
import { TYPES } from './dns-message.ts';

/** What a relay says of itself on the networks it is on. */
export interface RelayFacts {
  /** SHA-256 of its SubjectPublicKeyInfo, or the first 16 bytes of that. */
  readonly key: Uint8Array;
  /** Name of the host, for people. */
  readonly name: string;
  readonly webPort: number;
  readonly chatPort: number;
}

export const SERVICE = '_corrillo._tcp.local';
/** Where browsers of all services ask (RFC 6763 section 9). */
const ALL_SERVICES = '_services._dns-sd._udp.local';
const VERSION = '1';
/** Seconds, as RFC 6762 section 10 has them for what may change with the network. */
const TTL = 120;
const NAME_LENGTH = 48;

/** All that is said of a relay on one network. The key is in each name, so that no two relays claim the same one. */
export function recordsOf(facts: RelayFacts, addresses: readonly string[], ttl: number = TTL): DnsRecord[] {
  const mark = toHex(facts.key.subarray(0, 4));
  const instance = `${cleanName(facts.name).replaceAll('.', '-') || 'corrillo'} ${mark}.${SERVICE}`;
  const host = `corrillo-${mark}.local`;
  const entries = [
    `v=${VERSION}`,
    `key=${toBase64Url(facts.key.subarray(0, SIZES.relayKeyInLink))}`,
    `web=${facts.webPort}`,
    `chat=${facts.chatPort}`,
    `name=${cleanName(facts.name)}`,
  ];
  return [
    { name: SERVICE, type: 'PTR', ttl, target: instance },
    { name: ALL_SERVICES, type: 'PTR', ttl, target: SERVICE },
    { name: instance, type: 'SRV', ttl, port: facts.chatPort, target: host },
    { name: instance, type: 'TXT', ttl, entries },
    ...addresses.map((address): DnsRecord => ({ name: host, type: address.includes(':') ? 'AAAA' : 'A', ttl, address })),
  ];
}

export function isAskedFor(records: readonly DnsRecord[], { name, type }: DnsQuestion): boolean {
  const same = (record: DnsRecord) => record.name.toLowerCase() === name.toLowerCase();
  return records.some((record) => same(record) && (type === TYPES.ANY || TYPES[record.type] === type));
}

/** The relays that a message tells of, each with the addresses it gives for them. Any of it may be a lie. */
export function readRelays(records: readonly DnsRecord[]): Array<RelayFacts & { readonly addresses: readonly string[] }> {
  return records.flatMap((record) => {
    if (record.type !== 'TXT' || record.ttl === 0 || !record.name.endsWith(`.${SERVICE}`)) return [];
    const facts = readFacts(record.entries);
    if (!facts) return [];
    const hosts = records.flatMap((other) => (other.type === 'SRV' && other.name === record.name ? [other.target] : []));
    const addresses = records.flatMap((other) => ('address' in other && hosts.includes(other.name) ? [other.address] : []));
    return [{ ...facts, addresses }];
  });
}

function readFacts(entries: readonly string[]): RelayFacts | undefined {
  // The first of a kind counts (RFC 6763 section 6.4).
  const valueOf = (name: string) => entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const key = fromBase64Url(valueOf('key'));
  const [webPort, chatPort] = [readPort(valueOf('web')), readPort(valueOf('chat'))];
  if (valueOf('v') !== VERSION || key?.length !== SIZES.relayKeyInLink || !webPort || !chatPort) return undefined;
  return { key, name: cleanName(valueOf('name')) || toHex(key.subarray(0, 4)), webPort, chatPort };
}

function readPort(text: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/** Letters, digits and what stands between them in names of hosts: nothing that a terminal or a page could take for more. */
function cleanName(text: string): string {
  const plain = text
    .slice(0, 4 * NAME_LENGTH)
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N} ._-]/gu, '');
  return Array.from(plain).slice(0, NAME_LENGTH).join('').trim();
}
