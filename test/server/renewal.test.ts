import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchAddresses } from '../../src/server/address-watch.ts';
import { keepCertificates } from '../../src/server/certificate-keeper.ts';
import type { MachineAddress } from '../../src/server/index.ts';
import { loadTlsIdentity } from '../../src/server/tls-identity.ts';
import { createMachine, LAN_ADDRESS, runServer, temporaryFolder } from './running.ts';
import { createManualClock } from './world.ts';

const addressOf = (address: string, cidr = `${address}/24`): MachineAddress => ({ ...LAN_ADDRESS, address, cidr });

function meet(port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, minVersion: 'TLSv1.3' }, () => resolve(socket));
    socket.on('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

const leafOf = (socket: TLSSocket) => new X509Certificate(socket.getPeerCertificate().raw);

test(
  'an address that comes while the relay runs stands in both certificates, and nobody is cut off for it',
  { timeout: 40_000 },
  async () => {
    let own = [LAN_ADDRESS];
    const server = await runServer({ machine: { ...createMachine(), addresses: () => own } });
    const warnings: unknown[] = [];
    server.on((event) => warnings.push(event));
    const ports = [server.ports.web, server.ports.chat];
    const before = await Promise.all(ports.map(meet));
    const closed: TLSSocket[] = [];
    for (const socket of before) socket.on('close', () => closed.push(socket));
    const [web, chat] = before.map(leafOf) as [X509Certificate, X509Certificate];
    expect(web.checkIP('10.9.8.7') ?? chat.checkIP('10.9.8.7')).toBeUndefined();

    own = [addressOf('10.9.8.7'), addressOf('203.0.113.9')];
    await vi.waitFor(() => expect(server.log).toContain('  certificate renewed'), 20_000);
    const after = (await Promise.all(ports.map(meet))).map(leafOf);
    for (const leaf of after) {
      expect([leaf.checkIP('10.9.8.7'), leaf.checkIP('203.0.113.9')]).toEqual(['10.9.8.7', undefined]);
      expect(leaf.publicKey.equals(web.publicKey)).toBe(true);
    }
    // The CA cannot grow: there browsers warn, and the host is told.
    expect(warnings).toEqual([{ event: 'warning', code: 'address_outside_ca', detail: { address: '203.0.113.9' } }]);
    expect(closed).toEqual([]);
    expect(before.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  },
);

test('certificates are renewed before they expire, with nobody asking', async () => {
  const folder = temporaryFolder();
  const clock = createManualClock();
  const start = clock.now();
  let looks = 0;
  const load = async () => {
    const identity = await loadTlsIdentity(folder, createMachine(), clock.now());
    looks += 1;
    return identity;
  };
  const renewed: string[] = [];
  const keeper = keepCertificates(await load(), load, clock, {
    onRenewed: ({ chain }) => renewed.push(chain),
    onOutside: () => {},
    onFault: (error) => {
      throw error;
    },
  });
  const step = async (days: number) => {
    for (let i = 0; i < days; i++) {
      const before = looks;
      clock.advance(86_400_000);
      await vi.waitFor(() => expect(looks).toBeGreaterThan(before), { interval: 1, timeout: 20_000 });
    }
  };
  await step(360);
  expect(renewed).toEqual([]);
  await step(10);
  expect(renewed).toHaveLength(1);
  expect(Date.parse(new X509Certificate(renewed[0] as string).validTo) - start).toBeGreaterThan(700 * 86_400_000);
  await keeper.close();
});

test('a renewal that fails leaves the old certificate in use, and the next one succeeds', async () => {
  const folder = temporaryFolder();
  let machine = createMachine();
  const load = () => loadTlsIdentity(folder, machine, Date.now());
  const first = await load();
  const faults: unknown[] = [];
  const keeper = keepCertificates(first, load, createManualClock(), {
    onRenewed: () => {},
    onOutside: () => {},
    onFault: (error) => faults.push(error),
  });
  const ca = first.ca;
  writeFileSync(join(folder, 'ca.pem'), 'nonsense');
  machine = createMachine(addressOf('10.9.8.7'));
  await keeper.renew();
  expect([faults.length, keeper.identity]).toEqual([1, first]);
  writeFileSync(join(folder, 'ca.pem'), ca);
  await keeper.renew();
  expect(keeper.identity.chain).not.toBe(first.chain);
  await keeper.close();
});

test('a change of addresses is noticed once, and an address that only moves in the list is none', () => {
  let own = [addressOf('10.0.0.1'), addressOf('10.0.1.1')];
  const clock = createManualClock();
  let changes = 0;
  const watch = watchAddresses({ ...createMachine(), addresses: () => own }, clock, () => (changes += 1));
  clock.advance(60_000);
  own = own.toReversed();
  clock.advance(60_000);
  expect(changes).toBe(0);
  own = [addressOf('10.0.0.2')];
  clock.advance(60_000);
  expect(changes).toBe(1);
  own = [];
  watch.look();
  expect(changes).toBe(2);
  watch.close();
});
