import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { isLoopback, normalizeAddress } from '../../addresses.ts';
import { type HostCheck, parseHost, parseOrigin } from './host-check.ts';

/** What there is to know of a request before it is answered. */
export interface Visit {
  /** The peer's address, or what a configured proxy says it is. */
  readonly address: string;
  /** The connection comes from this machine. */
  readonly loopback: boolean;
  /** May be a full client: https, or plain http from this machine to itself. */
  readonly secure: boolean;
  /** Host header as it was sent; safe to stand in a header or an address of ours once `obstacle` is undefined. */
  readonly host: string;
  /** Why it is not answered at all. */
  readonly obstacle: 'host' | 'origin' | undefined;
}

/** @param proxies addresses whose X-Forwarded-For and X-Forwarded-Proto are believed */
export function examine(request: IncomingMessage, hosts: HostCheck, proxies: ReadonlySet<string>): Visit {
  const peer = normalizeAddress(request.socket.remoteAddress);
  const trusted = proxies.has(peer);
  const forwarded = readList(request.headers['x-forwarded-for']);
  const host = parseHost(request.headers.host);
  // A proxy on this machine that nobody configured must not turn all of the network into this machine.
  const direct = forwarded.length === 0 && request.headers.forwarded === undefined && request.headers['x-forwarded-host'] === undefined;
  const loopback = isLoopback(peer) && direct;
  const encrypted =
    (request.socket as TLSSocket).encrypted || (trusted && readList(request.headers['x-forwarded-proto']).at(-1) === 'https');
  return {
    address: trusted ? findCaller(forwarded, proxies, peer) : peer,
    loopback,
    secure: encrypted || (loopback && host !== undefined && (host === 'localhost' || isLoopback(host))),
    host: request.headers.host ?? '',
    obstacle: findObstacle(host, request.headers.origin, hosts),
  };
}

function findObstacle(host: string | undefined, origin: string | undefined, hosts: HostCheck): 'host' | 'origin' | undefined {
  if (host === undefined || !hosts.allows(host)) return 'host';
  if (origin === undefined) return undefined;
  const from = parseOrigin(origin);
  return from !== undefined && hosts.allows(from) ? undefined : 'origin';
}

/** The last address that is no proxy's: what stands before it anybody may have written. */
function findCaller(forwarded: readonly string[], proxies: ReadonlySet<string>, peer: string): string {
  const caller = forwarded.findLast((address) => !proxies.has(address));
  return caller !== undefined && isIP(caller) !== 0 ? caller : peer;
}

function readList(header: string | string[] | undefined): string[] {
  return String(header ?? '')
    .split(',')
    .map((item) => normalizeAddress(item.trim()))
    .filter((item) => item !== '');
}
