import { type CallAnswer, LIMITS } from '../../../protocol/index.ts';
import { listReachable, type Machine } from '../../addresses.ts';

type Candidate = CallAnswer['candidates'][number];

const LOOPBACK = ['127.0.0.1', '::1'];

/**
 * Where the media port is reached: this machine's own addresses, by UDP before TCP, and loopback last, for clients on the same machine. Nobody
 * outside is asked how it looks from there.
 * @param families those whose sockets are open
 */
export function listCandidates(machine: Machine, port: number, families: readonly ('IPv4' | 'IPv6')[]): Candidate[] {
  const isOpen = (address: string) => families.includes(address.includes(':') ? 'IPv6' : 'IPv4');
  const both = (addresses: readonly string[]) =>
    (['udp', 'tcp'] as const).flatMap((protocol) => addresses.map((address): Candidate => ({ protocol, address, port })));
  const loopback = LOOPBACK.filter(isOpen);
  const most = Math.floor(LIMITS.callCandidates / 2) - loopback.length;
  const reachable = listReachable(machine).filter((address) => isOpen(address) && !LOOPBACK.includes(address));
  return [...both(reachable.slice(0, most)), ...both(loopback)];
}
