import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** One address of this machine, as the system tells it. */
export interface OwnAddress {
  /** Name of the interface. */
  readonly name: string;
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  /** Address and prefix length; null where the system does not tell. */
  readonly cidr: string | null;
  readonly internal: boolean;
  readonly scopeid?: number | undefined;
}

/** One interface in one family: what is sent there stays there. */
export interface Network {
  readonly name: string;
  readonly family: 'IPv4' | 'IPv6';
  /** What the system calls the interface in an IPv6 address: its name, on Windows its number. */
  readonly zone: string;
  /** Ours there, the first of them with what membership of a group is asked. */
  readonly addresses: readonly string[];
  /** `address/prefix` */
  readonly subnets: readonly string[];
}

/** Interfaces of one machine that are looked at: a host of many containers has hundreds. */
const MOST = 16;

export function listOwnAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([name, list = []]) => list.map((entry) => ({ name, ...entry })));
}

export function listNetworks(addresses: readonly OwnAddress[]): Network[] {
  const networks = new Map<string, Network>();
  for (const { name, address, family, cidr, internal, scopeid } of addresses) {
    if (internal || !cidr) continue;
    const key = `${family} ${name}`;
    const known = networks.get(key);
    const zone = process.platform === 'win32' && scopeid !== undefined ? String(scopeid) : (known?.zone ?? name);
    networks.set(key, {
      name,
      family,
      zone,
      addresses: [...(known?.addresses ?? []), address.replace(/%.*$/, '')],
      subnets: [...(known?.subnets ?? []), cidr.replace(/%[^/]*/, '')],
    });
  }
  return [...networks.values()].slice(0, MOST);
}

/** Is this an address of the network itself? A link-local one has to name the interface that it came by. */
export function isOnNetwork(network: Network, address: string): boolean {
  const [plain = '', zone] = address.split('%');
  if (isIP(plain) === 0 || (isIP(plain) === 4) !== (network.family === 'IPv4')) return false;
  if (zone !== undefined && zone !== network.zone && zone !== network.name) return false;
  if (isLinkLocal(plain) && zone === undefined) return false;
  return isWithin(network.subnets, plain);
}

/** @param subnets `address/prefix` */
export function isWithin(subnets: readonly string[], address: string): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  for (const subnet of subnets) {
    const [base = '', prefix] = subnet.split('/');
    if ((isIP(base) === 4) === (family === 'ipv4')) list.addSubnet(base, Number(prefix), family);
  }
  return list.check(address, family);
}

/** fe80::/10: good on one interface alone, which has to be named with it. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}
