import { type Client, formatInvite, type RelayPlace } from '../../client/index.ts';
import { CodedError } from '../../protocol/index.ts';

/** What this page itself was reached by. */
export type Here = Pick<Location, 'hostname' | 'port'>;

/**
 * A room's link for others. The address that brought this page brings others of the same network too; only on the host itself, where
 * that is "this machine", the relay's own word is better.
 * @throws CodedError `offline` before the first connection of this run
 */
export function inviteLink(client: Client, invitation: { room: string; secret: Uint8Array }, here: Here): string {
  const relay = client.relay();
  if (!relay) throw new CodedError('offline');
  return formatInvite({
    ...reachedBy(relay, here),
    chatPort: relay.chatPort,
    relayKey: relay.key,
    ...invitation,
  });
}

/** What others open when they have no link; null before the first connection of this run. */
export function plainAddress(client: Client, here: Here): string | null {
  const relay = client.relay();
  if (!relay) return null;
  const { address, webPort } = reachedBy(relay, here);
  return addressOf(address, webPort);
}

export function addressOf(host: string, port: number): string {
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}/`;
}

function reachedBy(relay: RelayPlace, here: Here): { address: string; webPort: number } {
  const host = here.hostname.replace(/^\[|\]$/g, '');
  return { address: isLoopback(host) ? relay.address : host, webPort: Number(here.port) || relay.webPort };
}

/** Does a link lead others to their own machine instead of this one? */
export function leadsNowhere(link: string): boolean {
  return isLoopback(new URL(link).hostname.replace(/^\[|\]$/g, ''));
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host.startsWith('127.');
}
