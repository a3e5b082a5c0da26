import type { RelayPlace } from '../../client/index.ts';
import { isLoopback } from '../state/invite-link.ts';

/** What the relay says to anybody who asks, as far as it did. */
export interface NetworkFacts {
  /** Where the relay is reached, the likeliest first. */
  readonly addresses: readonly string[];
  /** This browser as the relay sees it. */
  readonly ip: string | null;
  /** Did it answer? */
  readonly whole: boolean;
}

/** The relay is on the same network; ms. */
const PATIENCE = 5_000;

/** Never rejects: what did not come is left out. */
export async function askNetwork(signal: AbortSignal): Promise<NetworkFacts> {
  const [info, client] = await Promise.all([askFor('/api/network-info', signal), askFor('/api/client-ip', signal)]);
  const interfaces = Array.isArray(info?.['interfaces']) ? (info['interfaces'] as ReadonlyArray<{ address?: unknown }>) : [];
  const named = [info?.['serverIP'], ...interfaces.map(({ address }) => address)].filter(
    // Link-local addresses need the name of an interface, which cannot stand in a link (RFC 4007).
    (address): address is string => typeof address === 'string' && !/^fe[89ab]/i.test(address),
  );
  const ip = client?.['ip'];
  return { addresses: [...new Set(named)], ip: typeof ip === 'string' ? ip : null, whole: info !== null && client !== null };
}

async function askFor(path: string, signal: AbortSignal): Promise<Record<string, unknown> | null> {
  try {
    const answer = await fetch(path, { signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) });
    const body: unknown = answer.ok ? await answer.json() : null;
    return typeof body === 'object' ? (body as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** Hosts to show: the one that brought this page leads others here, too, unless that is this machine. */
export function hostsOf(facts: NetworkFacts, relay: RelayPlace | null, here: Pick<Location, 'hostname'>): string[] {
  const host = here.hostname.replace(/^\[|\]$/g, '');
  return [...new Set([...(isLoopback(host) ? [] : [host]), ...(relay ? [relay.address] : []), ...facts.addresses])].filter(
    (address) => !isLoopback(address),
  );
}

export function commandFor(host: string, chatPort: number): string {
  if (chatPort === DEFAULT_CHAT_PORT) return `corrillo chat --host ${host}`;
  return `corrillo chat --host ${host.includes(':') ? `[${host}]` : host}:${chatPort}`;
}

const DEFAULT_CHAT_PORT = 9009;
