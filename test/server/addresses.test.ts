import { describe, expect, test } from 'vitest';
import { isLinkLocal, isLoopback, listReachable, normalizeAddress, thisMachine, toUrlHost } from '../../src/server/addresses.ts';
import { writeEvent } from '../../src/server/console-log.ts';
import type { RelayEvent } from '../../src/server/index.ts';
import { createHostCheck, parseHost, parseOrigin } from '../../src/server/listeners/web/host-check.ts';
import { createMachine, LAN_ADDRESS } from './running.ts';
import { createManualClock } from './world.ts';

const at = (address: string, name = 'eth0') => ({
  ...LAN_ADDRESS,
  name,
  address,
  family: address.includes(':') ? ('IPv6' as const) : ('IPv4' as const),
});

describe('addresses of this machine', () => {
  test('are given the likeliest first: real networks before bridges, IPv4 before IPv6', () => {
    const machine = createMachine(
      at('172.17.0.1', 'docker0'),
      at('fd00::2'),
      at('fe80::2'),
      at('10.0.0.5', 'wlan0'),
      at('192.168.7.20'),
      at('10.0.0.5', 'wlan0:1'),
      at('fd11::1', 'br-1a2b'),
    );
    expect(listReachable(machine)).toEqual(['10.0.0.5', '192.168.7.20', 'fd00::2', '172.17.0.1', 'fd11::1']);
  });

  test('are loopback alone where there is no network', () => {
    expect(listReachable(createMachine(at('fe80::1')))).toEqual(['127.0.0.1']);
    expect(listReachable({ ...thisMachine, addresses: () => [] })).toEqual(['127.0.0.1']);
  });

  test('are told apart', () => {
    expect(['fe80::1', 'FE80::1', 'febf::1', 'fec0::1', 'fd80::1', '169.254.1.1'].map(isLinkLocal)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(['127.0.0.1', '127.9.9.9', '::1', '128.0.0.1', '::2', '1127.0.0.1'].map(isLoopback)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(['::ffff:10.0.0.1', '::FFFF:10.0.0.1', 'fe80::1%eth0', '::ffff:a', undefined].map(normalizeAddress)).toEqual([
      '10.0.0.1',
      '10.0.0.1',
      'fe80::1',
      '::ffff:a',
      '',
    ]);
    expect(['10.0.0.1', 'fd00::2'].map(toUrlHost)).toEqual(['10.0.0.1', '[fd00::2]']);
  });

  test('of the real machine have what is asked of them', () => {
    const { addresses, hostname, platform } = thisMachine;
    expect(addresses().map(({ address }) => address)).toContain('127.0.0.1');
    for (const entry of addresses())
      expect(entry).toMatchObject({ name: expect.any(String), netmask: expect.any(String), mac: expect.stringMatching(/^[\da-f:]{17}$/) });
    expect(hostname() ?? 'a').toMatch(/^[a-z0-9.-]+$/);
    expect(platform).toBe(process.platform);
  });
});

describe('hosts that a request may name', () => {
  test('follow the machine from network to network', () => {
    let own = [at('192.168.7.20')];
    const clock = createManualClock();
    const hosts = createHostCheck({ ...createMachine(), addresses: () => own }, [], clock);
    expect([hosts.allows('192.168.7.20'), hosts.allows('10.0.0.5')]).toEqual([true, false]);
    own = [at('10.0.0.5')];
    clock.advance(5_000);
    expect([hosts.allows('192.168.7.20'), hosts.allows('10.0.0.5')]).toEqual([false, true]);
  });

  test.each([
    ['LocalHost:5000', 'localhost'],
    ['tree.local.', 'tree.local'],
    ['[FD00::2]:5000', 'fd00::2'],
    ['10.0.0.1', '10.0.0.1'],
    ['', undefined],
    [undefined, undefined],
    ['a b', undefined],
    ['localhost:port', undefined],
    ['user@localhost', undefined],
    ['localhost/path', undefined],
    ['[::1', undefined],
    ['a'.repeat(254), undefined],
  ])('are read from %j as %j', (header, host) => {
    expect(parseHost(header)).toBe(host);
  });

  test.each([
    ['https://tree.local:5000', 'tree.local'],
    ['HTTP://localhost', 'localhost'],
    ['http://[::1]:3000', '::1'],
    ['null', undefined],
    ['https://', undefined],
    ['https://localhost/', undefined],
    ['ws://localhost', undefined],
    ['https://localhost@evil.example', undefined],
  ])('are read from the origin %j as %j', (origin, host) => {
    expect(parseOrigin(origin)).toBe(host);
  });
});

describe('the console', () => {
  const device = 'abcdef01'.repeat(8);
  const room = '12345678'.repeat(4);

  test.each<[RelayEvent, string | undefined]>([
    [{ event: 'connected', device, address: '10.0.0.1', kind: 'web' }, '+ abcdef01 10.0.0.1 web'],
    [{ event: 'disconnected', device, address: '10.0.0.1', code: 'too_slow' }, '- abcdef01 too_slow'],
    [{ event: 'disconnected', device: null, address: '10.0.0.1', code: 'bad_frame' }, '! 10.0.0.1 bad_frame'],
    [{ event: 'disconnected', device: null, address: '10.0.0.1', code: 'gone' }, undefined],
    [{ event: 'founded', room }, 'room 12345678 founded'],
    [{ event: 'stored', room, seq: 7, kind: 'message', device, bytes: 123 }, '  room 12345678 #7 message 123 B from abcdef01'],
    [{ event: 'storage_failed', error: 'no space' }, '! storage_failed no space'],
  ])('says of %j: %j', (event, line) => {
    const lines: string[] = [];
    writeEvent((text) => lines.push(text), event);
    expect(lines).toEqual(line === undefined ? [] : [line]);
  });

  test('says of a fault where it was, on one line', () => {
    const lines: string[] = [];
    writeEvent((text) => lines.push(text), { event: 'fault', error: new Error('what?') });
    expect(lines).toEqual([expect.stringMatching(/^! fault Error: what\? \| at .+ \| at .+$/)]);
  });
});
