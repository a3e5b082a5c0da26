import { BlockList, isIP } from 'node:net';

/** Names and networks that a CA may speak for (RFC 5280 section 4.2.1.10). */
export interface PermittedNames {
  /** A domain permits itself and all below it. */
  readonly domains: readonly string[];
  /** `address/prefix` */
  readonly networks: readonly string[];
}

const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** DER of the NameConstraints extension's value. */
export function encodeNameConstraints({ domains, networks }: PermittedNames): Uint8Array {
  const subtrees = [
    ...domains.map((domain) => wrap(DNS_NAME, Buffer.from(domain, 'ascii'))),
    ...networks.map((network) => wrap(IP_ADDRESS, encodeNetwork(network))),
  ].map((name) => wrap(SEQUENCE, name));
  return wrap(SEQUENCE, wrap(PERMITTED, Buffer.concat(subtrees)));
}

/** Reads what `encodeNameConstraints` wrote. @throws RangeError on anything else */
export function decodeNameConstraints(der: Uint8Array): PermittedNames {
  const domains: string[] = [];
  const networks: string[] = [];
  const [[, whole] = fail()] = unwrap(der, SEQUENCE);
  const [[, permitted] = fail()] = unwrap(whole, PERMITTED);
  for (const [, subtree] of unwrap(permitted, SEQUENCE)) {
    const [[tag, name] = fail()] = unwrap(subtree);
    if (tag === DNS_NAME) domains.push(Buffer.from(name).toString('ascii'));
    else if (tag === IP_ADDRESS) networks.push(decodeNetwork(name));
    else fail();
  }
  return { domains, networks };
}

/** Would a certificate with this name or address be accepted? */
export function isPermitted({ domains, networks }: PermittedNames, name: string): boolean {
  const family = isIP(name);
  if (family === 0) return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(name, family === 4 ? 'ipv4' : 'ipv6');
}

function wrap(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

function unwrap(der: Uint8Array, expected?: number): Array<[tag: number, content: Uint8Array]> {
  const values: Array<[number, Uint8Array]> = [];
  for (let at = 0; at < der.length;) {
    const tag = der[at] as number;
    const first = der[at + 1] ?? fail();
    const size = first < 0x80 ? 0 : first - 0x80;
    let length = first < 0x80 ? first : 0;
    for (let i = 0; i < size; i++) length = length * 256 + (der[at + 2 + i] ?? fail());
    const start = at + 2 + size;
    if (start + length > der.length || (expected !== undefined && tag !== expected)) fail();
    values.push([tag, der.subarray(start, start + length)]);
    at = start + length;
  }
  return values;
}

function fail(): never {
  throw new RangeError('not name constraints of ours');
}

/** Address and mask, 4 + 4 or 16 + 16 bytes; bits of the address beyond the mask are zero. */
function encodeNetwork(network: string): Buffer {
  const [address = '', prefix] = network.split('/');
  const bytes = encodeAddress(address);
  const mask = Buffer.from(bytes.map((_, i) => 0xff & ~(0xff >> Math.min(8, Math.max(0, Number(prefix) - 8 * i)))));
  return Buffer.concat([Buffer.from(bytes.map((byte, i) => byte & (mask[i] as number))), mask]);
}

function decodeNetwork(bytes: Uint8Array): string {
  const half = bytes.length / 2;
  const prefix = [...bytes.subarray(half)].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  const address = [...bytes.subarray(0, half)];
  if (half === 4) return `${address.join('.')}/${prefix}`;
  const groups = Array.from({ length: 8 }, (_, i) => (((address[2 * i] as number) << 8) | (address[2 * i + 1] as number)).toString(16));
  return `${groups.join(':')}/${prefix}`;
}

function encodeAddress(address: string): number[] {
  if (isIP(address) === 4) return address.split('.').map(Number);
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const words = [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return words.flatMap((word) => [word >> 8, word & 0xff]);
}
