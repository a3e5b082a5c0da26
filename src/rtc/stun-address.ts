import { isIPv6 } from 'node:net';

export interface SocketAddress {
  /** IPv4 with dots, or IPv6 in full: eight groups without leading zeros. */
  readonly address: string;
  readonly port: number;
}

const COOKIE = Buffer.from('2112a442', 'hex');

/** XOR-MAPPED-ADDRESS (RFC 8489 section 14.2): middleboxes that rewrite addresses do not find it. */
export function readXorAddress(value: Buffer, transaction: Uint8Array): SocketAddress | undefined {
  const family = value[1];
  if (!((family === 1 && value.length === 8) || (family === 2 && value.length === 20))) return undefined;
  const port = value.readUInt16BE(2) ^ 0x2112;
  const plain = mask(value.subarray(4), transaction);
  return { address: family === 1 ? plain.join('.') : toGroups(plain), port };
}

/** @returns undefined where `address` is no IP address */
export function writeXorAddress({ address, port }: SocketAddress, transaction: Uint8Array): Buffer | undefined {
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  const head = Buffer.from([0, bytes.length === 4 ? 1 : 2, 0, 0]);
  head.writeUInt16BE(port ^ 0x2112, 2);
  return Buffer.concat([head, mask(bytes, transaction)]);
}

const mask = (bytes: Uint8Array, transaction: Uint8Array) => {
  const key = Buffer.concat([COOKIE, transaction]);
  return Buffer.from(bytes.map((byte, at) => byte ^ (key[at] as number)));
};

function toGroups(bytes: Buffer): string {
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(bytes.readUInt16BE(at).toString(16));
  return groups.join(':');
}

/** An address that a socket names, also one with a zone, and IPv4 in IPv6's clothes (which stays IPv4: the peer sent from there). */
function parseAddress(text: string): Buffer | undefined {
  const [address = ''] = text.split('%');
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(plain)) {
    const parts = plain.split('.').map(Number);
    return parts.every((part) => part <= 255) ? Buffer.from(parts) : undefined;
  }
  if (!isIPv6(plain) || plain.includes('.')) return undefined;
  const [head = '', tail] = plain.split('::');
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'));
  const [front, back] = [groupsOf(head), groupsOf(tail ?? '')];
  const groups = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => '0'), ...back];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
