import { expect, test } from 'vitest';
import { isOnNetwork, listNetworks, type Network, type OwnAddress } from '../../src/discovery/networks.ts';
import { announceRelay } from '../../src/discovery/announce-relay.ts';
import { findRelays } from '../../src/discovery/index.ts';

const own = (name: string, cidr: string, more: Partial<OwnAddress> = {}): OwnAddress => ({
  name,
  address: cidr.split('/')[0] as string,
  family: cidr.includes(':') ? 'IPv6' : 'IPv4',
  cidr,
  internal: false,
  ...more,
});

const networkOf = (...addresses: OwnAddress[]) => listNetworks(addresses)[0] as Network;

test('a network is an interface in one family, with all its addresses', () => {
  const networks = listNetworks([
    own('lo', '127.0.0.1/8', { internal: true }),
    own('eth0', '10.0.0.5/24'),
    own('eth0', '10.0.9.5/24'),
    own('eth0', 'fe80::5/64'),
    own('wlan0', '192.168.7.5/24'),
    own('tun0', '10.8.0.2/32', { cidr: null }),
  ]);
  expect(networks.map(({ name, family, addresses }) => [name, family, addresses])).toEqual([
    ['eth0', 'IPv4', ['10.0.0.5', '10.0.9.5']],
    ['eth0', 'IPv6', ['fe80::5']],
    ['wlan0', 'IPv4', ['192.168.7.5']],
  ]);
  expect(listNetworks(Array.from({ length: 100 }, (_, i) => own(`veth${i}`, `10.1.${i}.1/24`)))).toHaveLength(16);
});

test.each([
  ['10.0.0.77', true],
  ['10.0.1.77', false],
  ['8.8.8.8', false],
  ['fe80::1', false],
  ['::ffff:10.0.0.77', false],
  ['nonsense', false],
])('on 10.0.0.0/24, %s: %s', (address, expected) => {
  expect(isOnNetwork(networkOf(own('eth0', '10.0.0.5/24')), address)).toBe(expected);
});

test.each([
  ['fe80::1%eth0', true],
  ['fe80::1%eth1', false],
  ['fe80::1', false],
  ['fd00::9', true],
  ['fd01::9', false],
  ['10.0.0.5', false],
])('on fe80::/64 and fd00::/64 of eth0, %s: %s', (address, expected) => {
  expect(isOnNetwork(networkOf(own('eth0', 'fe80::5/64'), own('eth0', 'fd00::5/64')), address)).toBe(expected);
});

test('where there is no network, or none that takes multicast, nothing is found and nothing fails', async () => {
  expect(await findRelays({ addresses: () => [] })).toEqual([]);
  const nowhere = [own('nowhere0', '203.0.113.5/24')];
  expect(await findRelays({ addresses: () => nowhere, timeout: 50 })).toEqual([]);
  let silent = 0;
  const announcement = announceRelay(
    { key: new Uint8Array(32), name: 'tree', webPort: 5000, chatPort: 9009 },
    { addresses: () => nowhere, onSilent: () => (silent += 1) },
  );
  await announcement.update();
  await announcement.update();
  expect(silent).toBe(1);
  await announcement.close();
});

test('a search that is called off ends at once', async () => {
  const began = performance.now();
  expect(await findRelays({ signal: AbortSignal.abort() })).toEqual([]);
  const abort = new AbortController();
  const search = findRelays({ signal: abort.signal, timeout: 30_000 });
  abort.abort();
  await search;
  expect(performance.now() - began).toBeLessThan(5_000);
});
