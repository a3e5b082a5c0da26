import { isIP } from 'node:net';
import { isWithin, listNetworks, listOwnAddresses, type OwnAddress } from '../../discovery/index.ts';

/** What Node says, in the codes that have a sentence for people. Windows' own numbers (WSAECONNREFUSED, 10061) come under the same names. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'lost',
  ECONNABORTED: 'lost',
  EPIPE: 'lost',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'no_route',
  ENETUNREACH: 'no_route',
  ENETDOWN: 'no_route',
  EHOSTDOWN: 'no_route',
  EADDRNOTAVAIL: 'no_route',
  EACCES: 'blocked_here',
  EPERM: 'blocked_here',
  ENOTFOUND: 'unknown_host',
  EAI_AGAIN: 'unknown_host',
  EINVAL: 'unknown_host',
  EPROTO: 'not_corrillo',
};

/** Addresses that belong to some local network, if not to one of ours (RFC 1918, 3927, 4193, 4291, 6598). */
const LOCAL = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10', 'fc00::/7', 'fe80::/10'];
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** What a failed attempt was about, as far as this machine can tell. */
export function nameFault(
  error: Pick<NodeJS.ErrnoException, 'code'> & { readonly address?: string },
  host: string,
  own: readonly OwnAddress[] = listOwnAddresses(),
): string {
  const code = REASONS[error.code ?? ''] ?? (error.code?.startsWith('ERR_SSL_') ? 'not_corrillo' : 'lost');
  if (code !== 'timeout' && code !== 'no_route') return code;
  const address = (isIP(host) === 0 ? (error.address ?? '') : host).replace(/%.*$/, '');
  if (isIP(address) === 0 || isWithin(LOOPBACK, address)) return code;
  const networks = listNetworks(own);
  if (networks.length === 0) return 'no_network';
  // On our own network, and yet silent: the host is off, or something keeps the two of us apart.
  if (networks.some(({ subnets }) => isWithin(subnets, address))) return 'isolated';
  return isWithin(LOCAL, address) ? 'other_network' : code;
}
