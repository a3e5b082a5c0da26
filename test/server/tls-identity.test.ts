import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { Machine, MachineAddress } from '../../src/server/index.ts';
import { decodeNameConstraints, encodeNameConstraints, isPermitted } from '../../src/server/tls/name-constraints.ts';
import { loadTlsIdentity } from '../../src/server/tls-identity.ts';
import { ask, createMachine, LAN_ADDRESS, runServer, temporaryFolder } from './running.ts';

const NOW = Date.now();
const DAY = 86_400_000;

const addressOf = (address: string, more: Partial<MachineAddress> = {}): MachineAddress => ({ ...LAN_ADDRESS, address, ...more });
const called = (name: string | undefined, ...addresses: MachineAddress[]): Machine => ({
  ...createMachine(...addresses),
  hostname: () => name,
});

function readIdentity(chain: string): { leaf: X509Certificate; ca: X509Certificate } {
  const [leaf, ca] = chain.split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem));
  return { leaf: leaf as X509Certificate, ca: ca as X509Certificate };
}

describe('the identity of the relay', () => {
  test('is a leaf for every name and address of the machine, under a CA that may speak for local names alone', async () => {
    const identity = await loadTlsIdentity(temporaryFolder(), createMachine(), NOW);
    const { leaf, ca } = readIdentity(identity.chain);
    expect(identity.ca.trim()).toBe(ca.toString().trim());
    expect([ca.ca, leaf.ca, leaf.verify(ca.publicKey), ca.verify(ca.publicKey)]).toEqual([true, false, true, true]);
    for (const name of ['localhost', 'tree.local', 'tree.lan']) expect([name, leaf.checkHost(name)]).toEqual([name, name]);
    for (const ip of ['127.0.0.1', '::1', '192.168.7.20']) expect([ip, leaf.checkIP(ip)]).toEqual([ip, ip]);
    expect([leaf.checkHost('example.com'), leaf.checkIP('192.168.7.21')]).toEqual([undefined, undefined]);
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / DAY;
    expect(days).toBeLessThanOrEqual(398);
    expect(identity.relayKey).toEqual(
      new Uint8Array(
        createHash('sha256')
          .update(leaf.publicKey.export({ type: 'spki', format: 'der' }))
          .digest(),
      ),
    );
    expect(identity.outside).toEqual([]);
  });

  test('stays over restarts, certificate and all', async () => {
    const folder = temporaryFolder();
    const first = await loadTlsIdentity(folder, createMachine(), NOW);
    expect(await loadTlsIdentity(folder, createMachine(), NOW + DAY)).toEqual(first);
  });

  test('keeps its key and its CA where the leaf is made anew: for a new address, and before it expires', async () => {
    const folder = temporaryFolder();
    const first = await loadTlsIdentity(folder, createMachine(), NOW);
    const moved = await loadTlsIdentity(folder, createMachine(addressOf('10.1.1.1')), NOW);
    expect(moved.chain).not.toBe(first.chain);
    expect(readIdentity(moved.chain).leaf.checkIP('10.1.1.1')).toBe('10.1.1.1');
    const later = await loadTlsIdentity(folder, createMachine(addressOf('10.1.1.1')), NOW + 370 * DAY);
    expect(Date.parse(readIdentity(later.chain).leaf.validTo)).toBeGreaterThan(NOW + 700 * DAY);
    for (const other of [moved, later]) expect([other.key, other.ca, other.relayKey]).toEqual([first.key, first.ca, first.relayKey]);
  });

  test('makes a new CA in time, with the same key', async () => {
    const folder = temporaryFolder();
    const first = await loadTlsIdentity(folder, createMachine(), NOW);
    const renewed = await loadTlsIdentity(folder, createMachine(), NOW + 3_640 * DAY);
    expect(renewed.ca).not.toBe(first.ca);
    const { leaf, ca } = readIdentity(renewed.chain);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(ca.publicKey.equals(readIdentity(first.chain).ca.publicKey)).toBe(true);
    expect(renewed.relayKey).toEqual(first.relayKey);
  });

  test('says at which addresses browsers will warn: those that came when the CA was there', async () => {
    const folder = temporaryFolder();
    const there = addressOf('203.0.113.9', { cidr: '203.0.113.9/24' });
    expect((await loadTlsIdentity(folder, createMachine(there), NOW)).outside).toEqual([]);
    const { chain, outside } = await loadTlsIdentity(
      folder,
      createMachine(there, addressOf('198.51.100.7', { cidr: '198.51.100.7/24' })),
      NOW,
    );
    expect(outside).toEqual(['198.51.100.7']);
    // A leaf with a name that its CA must not speak for would be refused for all its names.
    const { leaf } = readIdentity(chain);
    expect([leaf.checkIP('203.0.113.9'), leaf.checkIP('198.51.100.7')]).toEqual(['203.0.113.9', undefined]);
  });

  test('takes in names from the configuration, as far as its CA may speak for them', async () => {
    const names = ['Chat.School.lan', 'chat.school.example', 'no name', '10.9.9.9'];
    const { chain, outside } = await loadTlsIdentity(temporaryFolder(), createMachine(), NOW, names);
    const { leaf } = readIdentity(chain);
    expect(['chat.school.lan', 'chat.school.example', 'localhost'].map((name) => leaf.checkHost(name))).toEqual([
      'chat.school.lan',
      undefined,
      'localhost',
    ]);
    expect([leaf.checkIP('10.9.9.9'), outside]).toEqual(['10.9.9.9', []]);
  });

  test('has a leaf of the CA that is there, also where somebody took the old one away', async () => {
    const folder = temporaryFolder();
    const first = await loadTlsIdentity(folder, createMachine(), NOW);
    rmSync(join(folder, 'ca.pem'));
    const second = await loadTlsIdentity(folder, createMachine(), NOW);
    const { leaf, ca } = readIdentity(second.chain);
    expect([leaf.checkIssued(ca), leaf.issuer === ca.subject]).toEqual([true, true]);
    expect(second.relayKey).toEqual(first.relayKey);
  });

  test.each(['key.pem', 'ca-key.pem', 'ca.pem'])('is not made anew behind a damaged %s', async (name) => {
    const folder = temporaryFolder();
    await loadTlsIdentity(folder, createMachine(), NOW);
    for (const content of ['', 'nonsense', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n']) {
      writeFileSync(join(folder, name), content);
      await expect(loadTlsIdentity(folder, createMachine(), NOW)).rejects.toMatchObject({
        code: 'data_damaged',
        detail: { path: join(folder, name) },
      });
      expect(readFileSync(join(folder, name), 'utf8')).toBe(content);
    }
  });

  test('replaces a damaged leaf: it can be made again', async () => {
    const folder = temporaryFolder();
    const first = await loadTlsIdentity(folder, createMachine(), NOW);
    writeFileSync(join(folder, 'certificate.pem'), 'nonsense');
    const again = await loadTlsIdentity(folder, createMachine(), NOW);
    expect(again.relayKey).toEqual(first.relayKey);
    expect(readIdentity(again.chain).leaf.checkHost('localhost')).toBe('localhost');
  });

  test('does not claim a top-level domain because the machine is called like one', async () => {
    const named = async (name: string | undefined) =>
      readIdentity((await loadTlsIdentity(temporaryFolder(), called(name), NOW)).chain).leaf;
    const dev = await named('dev');
    expect([dev.checkHost('dev'), dev.checkHost('dev.local')]).toEqual([undefined, 'dev.local']);
    const own = await named('pc-7');
    expect(own.checkHost('pc-7')).toBe('pc-7');
    const full = await named('pc.school.example');
    expect(full.checkHost('pc.school.example')).toBe('pc.school.example');
    expect((await named(undefined)).checkHost('localhost')).toBe('localhost');
  });

  test('is accepted by who trusts the CA, on both ports, and its key is the one that is told', async () => {
    const server = await runServer();
    const ca = readFileSync(join(server.data, 'tls', 'ca.pem'), 'utf8');
    for (const port of [server.ports.web, server.ports.chat]) {
      const peer = await new Promise<PeerCertificate>((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port, ca, servername: 'localhost' }, () => {
          resolve(socket.getPeerCertificate());
          socket.destroy();
        });
        socket.on('error', reject);
      });
      const key = new X509Certificate(peer.raw).publicKey.export({ type: 'spki', format: 'der' });
      expect(new Uint8Array(createHash('sha256').update(key).digest())).toEqual(server.relayKey);
    }
    expect(server.words).toHaveLength(5);
  });

  test('has a CA that is given out for devices that shall trust it', async () => {
    const server = await runServer();
    const { status, headers, text } = await ask(server.ports.web, '/ca.crt');
    expect([status, headers['content-type'], text]).toEqual([
      200,
      'application/x-x509-ca-cert',
      readFileSync(join(server.data, 'tls', 'ca.pem'), 'utf8'),
    ]);
  });

  test('has another leaf for the chat port, with the same key and names', async () => {
    const { chain, chatChain } = await loadTlsIdentity(temporaryFolder(), createMachine(), NOW);
    const [web, chat] = [readIdentity(chain).leaf, readIdentity(chatChain).leaf];
    expect(chat.fingerprint256).not.toBe(web.fingerprint256);
    expect(chat.publicKey.equals(web.publicKey)).toBe(true);
    expect(chat.subjectAltName).toBe(web.subjectAltName);
  });

  test('warns of addresses that it cannot cover, before anybody listens', async () => {
    const data = join(temporaryFolder(), 'relay');
    await (await runServer({ data })).stop();
    const server = await runServer({ data, machine: createMachine(LAN_ADDRESS, addressOf('203.0.113.9', { cidr: '203.0.113.9/24' })) });
    const told: object[] = [];
    server.on((event) => told.push(event));
    expect(told).toEqual([{ event: 'warning', code: 'address_outside_ca', detail: { address: '203.0.113.9' } }]);
  });
});

describe('name constraints', () => {
  const names = {
    domains: ['local', 'home.arpa'],
    networks: ['10.0.0.0/8', '192.168.7.0/24', '203.0.113.9/32', 'fc00::/7', '::1/128', 'fe80::/10'],
  };

  test('are read as they were written', () => {
    expect(decodeNameConstraints(encodeNameConstraints(names))).toEqual({
      domains: names.domains,
      networks: ['10.0.0.0/8', '192.168.7.0/24', '203.0.113.9/32', 'fc00:0:0:0:0:0:0:0/7', '0:0:0:0:0:0:0:1/128', 'fe80:0:0:0:0:0:0:0/10'],
    });
    const many = { domains: Array.from({ length: 60 }, (_, i) => `host-${i}.example`), networks: [] };
    expect(decodeNameConstraints(encodeNameConstraints(many))).toEqual(many);
  });

  test('hold an address as its network', () => {
    expect(decodeNameConstraints(encodeNameConstraints({ domains: [], networks: ['192.168.7.20/24', '10.1.2.3/9'] })).networks).toEqual([
      '192.168.7.0/24',
      '10.0.0.0/9',
    ]);
  });

  test.each([
    ['tree.local', true],
    ['local', true],
    ['notlocal', false],
    ['local.example', false],
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['192.168.7.255', true],
    ['192.168.8.1', false],
    ['203.0.113.9', true],
    ['203.0.113.10', false],
    ['fd00::2', true],
    ['::1', true],
    ['2001:db8::1', false],
  ])('take %s: %s', (name, permitted) => {
    expect(isPermitted(names, name)).toBe(permitted);
  });

  test('that are not of ours are not read', () => {
    const whole = encodeNameConstraints(names);
    for (const bytes of [new Uint8Array(), whole.subarray(0, 20), Uint8Array.of(0x30, 0x80), Uint8Array.of(0x31, 0)])
      expect(() => decodeNameConstraints(bytes)).toThrow(RangeError);
  });
});
