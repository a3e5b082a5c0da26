import { hostname, networkInterfaces, platform } from 'node:os';

/** One address of this machine. */
export interface MachineAddress {
  /** Name of the interface. */
  readonly name: string;
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  readonly netmask: string;
  /** Address and prefix length; null where the system does not tell. */
  readonly cidr: string | null;
  readonly mac: string;
  readonly internal: boolean;
}

/** What the machine says of itself. A port, so that tests can have other networks. */
export interface Machine {
  addresses(): readonly MachineAddress[];
  /** Lower case, only where it can stand in a certificate and in an address; undefined otherwise. */
  hostname(): string | undefined;
  readonly platform: string;
}

export const thisMachine: Machine = {
  addresses: () => Object.entries(networkInterfaces()).flatMap(([name, list = []]) => list.map((entry) => ({ name, ...entry }))),
  hostname: () => toDnsName(hostname()),
  platform: platform(),
};

/** Bridges of containers and virtual machines: others on the network cannot reach these. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|podman|utun|awdl|llw)/;

/** Addresses by which others may reach this machine, the likeliest first; loopback alone where there is no network. */
export function listReachable(machine: Machine): string[] {
  const rank = ({ name, family }: MachineAddress) => (VIRTUAL.test(name) ? 2 : 0) + (family === 'IPv4' ? 0 : 1);
  const reachable = machine
    .addresses()
    .filter(({ internal, address }) => !internal && !isLinkLocal(address))
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ address }) => address);
  return reachable.length > 0 ? [...new Set(reachable)] : ['127.0.0.1'];
}

/** These need the name of an interface to be used (RFC 4007): they cannot stand in a link. */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** IPv4 peers of an IPv6 socket come as ::ffff:a.b.c.d. */
export function normalizeAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** An address as it stands in a URL. */
export function toUrlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** Lower case; undefined where it cannot stand in a certificate and in an address. */
export function toDnsName(name: string): string | undefined {
  const lower = name.toLowerCase();
  const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  return lower.length <= 253 && new RegExp(`^${label}(?:\\.${label})*$`).test(lower) ? lower : undefined;
}
