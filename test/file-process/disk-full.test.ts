import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askFiles, BYTES, TUS } from '../server/blobs/file-port.ts';
import { isEvent, serveWords, startProgram, temporaryFolder } from '../support/programs.ts';
import { childOf, joinAsFounder } from './member.ts';

const MIB = 1024 * 1024;

test('a disk that runs full while bytes come is told, loses nothing, and serves on when there is room', async () => {
  const data = join(temporaryFolder(), 'relay');
  const storage = join(data, 'server_storage');
  mkdirSync(storage, { recursive: true });
  // A disk of its own, in a namespace of mounts that goes with the relay.
  const space = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount'];
  const mounted = [...space, 'sh', '-c', 'mount -t tmpfs -o size=48m corrillo "$0" && exec "$@"', storage, process.execPath];
  const limits = ['--files-max-room', '1T', '--files-max-device', '1T', '--files-reserve', '1M'];
  const relay = startProgram(serveWords(data, {}, ['--no-announce', ...limits]), {}, mounted);
  const listening = await relay.until(isEvent('listening'), 'listening');
  const member = await joinAsFounder(listening);
  const { text: ticket, port } = await member.ticket();
  const at = { host: '127.0.0.1', port, rejectUnauthorized: false, agent: false };
  const create = (size: number) => askFiles(at, 'POST', `/files/${member.room}`, { headers: { ...TUS, 'upload-length': size }, ticket });
  const pid = await childOf(relay.child.pid as number);
  // As the relay sees it.
  const filler = join(`/proc/${pid}/root`, storage, 'filler');

  const bytes = randomBytes(12 * MIB);
  const path = (await create(bytes.length)).headers.location as string;
  const patch = (offset: number, to: number) =>
    askFiles(at, 'PATCH', path, { headers: { ...BYTES, 'upload-offset': offset }, body: bytes.subarray(offset, to), ticket });
  const offset = async () => (await askFiles(at, 'HEAD', path, { headers: TUS, ticket })).headers['upload-offset'];
  expect((await patch(0, 4 * MIB)).status).toBe(204);

  // More than fits is refused before any of it comes.
  const refused = await create(64 * MIB);
  expect([refused.status, refused.code]).toEqual([413, 'relay_storage_full']);
  expect((JSON.parse(refused.body.toString()) as { free: number }).free).toBeLessThan(48 * MIB);

  const { bavail, bsize } = statfsSync(join(filler, '..'));
  writeFileSync(filler, new Uint8Array(bavail * bsize - 2 * MIB));
  for (let i = 0; i < 3; i++) {
    const full = await patch(4 * MIB, 12 * MIB);
    expect([full.status, full.code]).toEqual([413, 'relay_storage_full']);
    expect(await offset()).toBe(`${4 * MIB}`);
  }
  // The chat has another disk, and the process is the same.
  member.guest.tell({ t: 'ping' });
  await member.guest.next('pong');
  expect(await childOf(relay.child.pid as number)).toBe(pid);

  rmSync(filler);
  expect((await patch(4 * MIB, 12 * MIB)).status).toBe(204);
  expect((await askFiles(at, 'GET', path, { ticket })).body.equals(bytes)).toBe(true);
  relay.kill();
  expect(await relay.exit).toBe(0);
});
