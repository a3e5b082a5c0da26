import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askFiles, BYTES, TUS } from '../server/blobs/file-port.ts';
import { isEvent, startRelay, temporaryFolder } from '../support/programs.ts';
import { childOf, isAlive, isOpen, joinAsFounder, type Member, untilTrue } from './member.ts';

const at = (port: number) => ({ host: '127.0.0.1', port, rejectUnauthorized: false, agent: false });

async function beginUpload(member: Member, size: number): Promise<{ path: string; ticket: string; port: number }> {
  const { text: ticket, port } = await member.ticket();
  const { headers } = await askFiles(at(port), 'POST', `/files/${member.room}`, { headers: { ...TUS, 'upload-length': size }, ticket });
  return { path: headers.location as string, ticket, port };
}

test('a relay that is killed leaves no file process and no port behind, and the next one serves what was acknowledged', async () => {
  const folder = join(temporaryFolder(), 'relay');
  const { relay, listening, ports } = await startRelay(folder);
  const member = await joinAsFounder(listening);
  const bytes = randomBytes(300_000);
  const { path, ticket, port } = await beginUpload(member, bytes.length);
  expect(port).toBe(ports.files);
  await askFiles(at(port), 'PATCH', path, { headers: { ...BYTES, 'upload-offset': 0 }, body: bytes.subarray(0, 100_000), ticket });
  const child = await childOf(relay.child.pid as number);
  expect([isAlive(child), await isOpen(port)]).toEqual([true, true]);
  relay.kill('SIGKILL');
  await relay.exit;
  await untilTrue(() => !isAlive(child), 'the file process ends');
  expect(await isOpen(port)).toBe(false);

  const second = await startRelay(folder, ports);
  expect(second.ports.files).toBe(port);
  const again = await joinAsFounder(second.listening, member.guest.keys);
  const fresh = (await again.ticket()).text;
  // Tickets are of one relay's life.
  expect(await askFiles(at(port), 'GET', path, { ticket })).toMatchObject({ status: 401, code: 'ticket_refused' });
  const { headers } = await askFiles(at(port), 'HEAD', path, { headers: TUS, ticket: fresh });
  expect(headers['upload-offset']).toBe('100000');
  await askFiles(at(port), 'PATCH', path, {
    headers: { ...BYTES, 'upload-offset': 100_000 },
    body: bytes.subarray(100_000),
    ticket: fresh,
  });
  expect((await askFiles(at(port), 'GET', path, { ticket: fresh })).body.equals(bytes)).toBe(true);
});

test('a relay that is restarted at once gets the folder and the port', async () => {
  const folder = join(temporaryFolder(), 'relay');
  let { relay, ports } = await startRelay(folder);
  for (let i = 0; i < 3; i++) {
    relay.kill('SIGKILL');
    await relay.exit;
    ({ relay, ports } = await startRelay(folder, ports));
    expect(await isOpen(ports.files)).toBe(true);
  }
});

test('a file process that is killed comes back at its port, while the chat goes on; parts count whole or not at all', async () => {
  const { relay, listening, ports } = await startRelay(join(temporaryFolder(), 'relay'));
  const member = await joinAsFounder(listening);
  const bytes = randomBytes(24 * 1024 * 1024);
  const { path, ticket, port } = await beginUpload(member, bytes.length);
  const part = bytes.length / 3;
  for (let i = 0; i < 2; i++) {
    const first = await askFiles(at(port), 'PATCH', path, {
      headers: { ...BYTES, 'upload-offset': i * part },
      body: bytes.subarray(i * part, (i + 1) * part),
      ticket,
    });
    expect(first.status).toBe(204);
    const child = await childOf(relay.child.pid as number);
    // In the middle of the next one.
    const cut = askFiles(at(port), 'PATCH', path, {
      headers: { ...BYTES, 'upload-offset': (i + 1) * part },
      body: bytes.subarray(0, part),
      ticket,
    });
    process.kill(child, 'SIGKILL');
    await cut.then(
      ({ status }) => expect(status).toBe(204),
      () => {},
    );
    member.guest.tell({ t: 'ping' });
    await member.guest.next('pong');
    await relay.untilAll((events) => events.filter(isEvent('warning', { code: 'files_stopped' })).length > i, 'warning');
    await untilTrue(() => isOpen(port), 'it listens again');
    // The same ticket: the relay is the same.
    const { headers } = await askFiles(at(port), 'HEAD', path, { headers: TUS, ticket });
    expect(Number(headers['upload-offset'])).toBe((i + 1) * part);
  }
  // Over the web port as well: it finds the new one.
  const last = await askFiles(at(ports.web), 'PATCH', path, {
    headers: { ...BYTES, 'upload-offset': 2 * part },
    body: bytes.subarray(2 * part),
    ticket,
  });
  expect(last.status).toBe(204);
  expect((await askFiles(at(ports.web), 'GET', path, { ticket })).body.equals(bytes)).toBe(true);
});

test('a device that leaves is refused by a file process that began after it left, too', async () => {
  const { relay, listening } = await startRelay(join(temporaryFolder(), 'relay'));
  const member = await joinAsFounder(listening);
  const { path, ticket, port } = await beginUpload(member, 10);
  const status = async () => (await askFiles(at(port), 'HEAD', path, { headers: TUS, ticket })).status;
  expect(await status()).toBe(200);
  await member.leave();
  expect(await status()).toBe(401);
  process.kill(await childOf(relay.child.pid as number), 'SIGKILL');
  await relay.until(isEvent('warning', { code: 'files_stopped' }), 'warning');
  await untilTrue(() => isOpen(port), 'it listens again');
  expect(await status()).toBe(401);
  member.guest.tell({ t: 'ticket', q: 9, room: new Uint8Array(16).fill(0x0a) });
  expect(await member.guest.next('error')).toMatchObject({ q: 9, code: 'unknown_room' });
});

test('a file process that hangs is ended and started again', async () => {
  const { relay, listening } = await startRelay(join(temporaryFolder(), 'relay'));
  const member = await joinAsFounder(listening);
  const { path, ticket, port } = await beginUpload(member, 10);
  const hung = await childOf(relay.child.pid as number);
  process.kill(hung, 'SIGSTOP');
  await relay.until(isEvent('warning', { code: 'files_stopped' }), 'warning');
  expect(isAlive(hung)).toBe(false);
  await untilTrue(() => isOpen(port), 'it listens again');
  expect((await askFiles(at(port), 'HEAD', path, { headers: TUS, ticket })).status).toBe(200);
});

test('a relay that is stopped stops its file process', async () => {
  const { relay, ports } = await startRelay(join(temporaryFolder(), 'relay'));
  const child = await childOf(relay.child.pid as number);
  relay.kill('SIGTERM');
  expect(await relay.exit).toBe(0);
  expect([isAlive(child), await isOpen(ports.files)]).toEqual([false, false]);
  expect(relay.events.filter(({ event }) => event === 'warning')).toEqual([]);
});
