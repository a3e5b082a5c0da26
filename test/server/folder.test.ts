import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openDataFolder } from '../../src/server/data-folder.ts';
import { parseLinkFragment } from '../../src/protocol/index.ts';
import type { ServerEvent } from '../../src/server/index.ts';
import { comeByTls } from './guest.ts';
import { runServer, temporaryFolder } from './running.ts';
import { DOOR, INFO, ROOM } from './world.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the data folder', () => {
  test('is made for this user alone, and says in which format it is', async () => {
    const path = join(temporaryFolder(), 'a', 'b');
    const folder = await openDataFolder(path);
    onTestFinished(folder.release);
    expect(modeOf(path)).toBe('700');
    expect(readFileSync(join(path, 'format'), 'utf8')).toBe('1\n');
    expect(modeOf(join(path, 'format'))).toBe('600');
  });

  test('keeps the rights it has where it was there before: it may be anybody’s', async () => {
    const path = temporaryFolder();
    chmodSync(path, 0o755);
    for (let start = 0; start < 2; start++) await (await openDataFolder(path)).release();
    expect(modeOf(path)).toBe('755');
  });

  test('of a newer program is refused and left as it is', async () => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'format'), '7\n');
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data_too_new', detail: { path, format: 7 } });
    expect(readdirSync(path)).toEqual(['format']);
    expect(readFileSync(join(path, 'format'), 'utf8')).toBe('7\n');
  });

  test.each(['', 'one', '0', '-1', '1.5', '1 2', '\u0000'])('with the format %j is damaged', async (text) => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'format'), text);
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data_damaged', detail: { path: join(path, 'format') } });
  });

  test('of an older program is copied, then migrated step by step', async () => {
    const path = join(temporaryFolder(), 'relay');
    mkdirSync(join(path, 'rooms'), { recursive: true });
    writeFileSync(join(path, 'format'), '1\n');
    writeFileSync(join(path, 'rooms', 'one'), 'as it was');
    // Blobs may be larger than what is left of the disk, and no migration touches them.
    mkdirSync(join(path, 'server_storage'));
    writeFileSync(join(path, 'server_storage', 'blob'), 'large');
    const seen: Array<[number, string, boolean]> = [];
    const step = (from: number) => async (folder: string) => {
      seen.push([from, readFileSync(join(folder, 'format'), 'utf8').trim(), existsSync(`${folder}.format-1`)]);
      writeFileSync(join(folder, 'rooms', 'one'), `migrated from ${from}`);
    };
    const folder = await openDataFolder(path, 3, { 1: step(1), 2: step(2) });
    onTestFinished(folder.release);
    expect(seen).toEqual([
      [1, '1', true],
      [2, '2', true],
    ]);
    expect(readFileSync(join(path, 'rooms', 'one'), 'utf8')).toBe('migrated from 2');
    expect(readFileSync(join(path, 'format'), 'utf8')).toBe('3\n');
    expect(readFileSync(join(`${path}.format-1`, 'rooms', 'one'), 'utf8')).toBe('as it was');
    expect([existsSync(join(path, 'server_storage', 'blob')), existsSync(join(`${path}.format-1`, 'server_storage'))]).toEqual([
      true,
      false,
    ]);
    // The older program can be gone back to.
    await (await openDataFolder(`${path}.format-1`, 1)).release();
  });

  test('goes on where a migration was broken off, and the copy stays the one that was whole', async () => {
    const path = join(temporaryFolder(), 'relay');
    mkdirSync(path);
    writeFileSync(join(path, 'format'), '1\n');
    writeFileSync(join(path, 'data'), 'as it was');
    let broken = true;
    const migrations = {
      1: async (folder: string) => writeFileSync(join(folder, 'data'), 'half'),
      2: async (folder: string) => {
        if (broken) throw new Error('power');
        writeFileSync(join(folder, 'data'), 'whole');
      },
    };
    await expect(openDataFolder(path, 3, migrations)).rejects.toThrow('power');
    expect(readFileSync(join(path, 'format'), 'utf8')).toBe('2\n');
    broken = false;
    await (await openDataFolder(path, 3, migrations)).release();
    expect(readFileSync(join(path, 'data'), 'utf8')).toBe('whole');
    expect(readFileSync(join(`${path}.format-1`, 'data'), 'utf8')).toBe('as it was');
  });

  test('belongs to one process at a time, by whatever name it is called', async () => {
    const path = join(temporaryFolder(), 'relay');
    const folder = await openDataFolder(path);
    const other = `${path}-link`;
    symlinkSync(path, other);
    for (const name of [path, other, join(path, '..', 'relay')]) {
      await expect(openDataFolder(name)).rejects.toMatchObject({ code: 'data_in_use', detail: { path } });
    }
    await folder.release();
    await (await openDataFolder(path)).release();
  });

  test('with a path too long for a socket is locked as well', async () => {
    const path = join(temporaryFolder(), 'long'.repeat(30), 'relay');
    const folder = await openDataFolder(path);
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data_in_use' });
    await folder.release();
    await (await openDataFolder(path)).release();
  });

  test('is free again when its process was killed, and not while that is merely stopped', async () => {
    const path = join(temporaryFolder(), 'relay');
    mkdirSync(path);
    const holder = await holdLock(join(path, 'lock'));
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data_in_use' });
    holder.kill('SIGSTOP');
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'data_in_use' });
    const died = new Promise((resolve) => void holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await died;
    expect(existsSync(join(path, 'lock'))).toBe(true);
    const both = await Promise.allSettled([openDataFolder(path), openDataFolder(path)]);
    // Of two that come at once one has it.
    expect(both.map(({ status }) => status).toSorted((a, b) => a.localeCompare(b))).toEqual(['fulfilled', 'rejected']);
    for (const result of both) if (result.status === 'fulfilled') await result.value.release();
    expect(readdirSync(path).filter((name) => name.startsWith('lock.'))).toEqual([]);
  });

  test('that cannot be made or written is a coded refusal', async () => {
    const parent = temporaryFolder();
    const file = join(parent, 'file');
    writeFileSync(file, '');
    await expect(openDataFolder(file)).rejects.toMatchObject({ code: 'data_not_writable' });
    await expect(openDataFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'data_not_writable', detail: { reason: 'ENOTDIR' } });
    await expect(openDataFolder('/proc/corrillo')).rejects.toMatchObject({ code: 'data_not_writable' });
    await expect(openDataFolder(join(parent, 'x'.repeat(300)))).rejects.toMatchObject({
      code: 'data_not_writable',
      detail: { reason: 'ENAMETOOLONG' },
    });
  });
});

/** A process of its own that has a socket bound there. */
async function holdLock(path: string): Promise<ChildProcess> {
  const code = `require('node:net').createServer((s) => s.destroy()).listen(${JSON.stringify(path)}, () => console.log('bound'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => void child.stdout.once('data', resolve));
  return child;
}

describe('what a relay leaves in its folder', () => {
  const tokenIn = (link: string) => parseLinkFragment(link.trim().split('#')[1] as string)?.secret as Uint8Array;

  test('nobody else may read', async () => {
    const data = temporaryFolder();
    chmodSync(data, 0o755);
    for (let start = 0; start < 2; start++) {
      const server = await runServer({ data });
      for (const name of ['format', 'founder']) expect([name, modeOf(join(data, name))]).toEqual([name, '600']);
      for (const name of ['rooms', 'tls']) expect([name, modeOf(join(data, name))]).toEqual([name, '700']);
      for (const name of ['key.pem', 'ca-key.pem']) expect([name, modeOf(join(data, 'tls', name))]).toEqual([name, '600']);
      expect(readdirSync(data).toSorted((a, b) => a.localeCompare(b))).toEqual(['format', 'founder', 'lock', 'rooms', 'tls']);
      await server.stop();
      // As after a copy that kept no rights.
      for (const name of ['rooms', 'tls']) chmodSync(join(data, name), 0o755);
    }
  });

  test('the founder link lies in a file while no room exists, and is the same after a restart', async () => {
    const data = join(temporaryFolder(), 'relay');
    const first = await runServer({ data });
    const file = join(data, 'founder');
    expect(readFileSync(file, 'utf8')).toBe(`${first.founder}\n`);
    expect(first.founder).toMatch(
      new RegExp(`^https://192\\.168\\.7\\.20:${first.ports.web}/f#v1\\.[\\w-]{43}\\.[\\w-]{22}\\.${first.ports.chat}$`),
    );
    expect(modeOf(file)).toBe('600');
    await first.stop();
    chmodSync(file, 0o644);
    const second = await runServer({ data });
    expect(tokenIn(second.founder as string)).toEqual(tokenIn(first.founder as string));
    expect(modeOf(file)).toBe('600');
  });

  test('the founder link says that the first room is to be open, where the host says so; later it is told that this is too late', async () => {
    const data = join(temporaryFolder(), 'relay');
    const openIn = (link: string | undefined) => parseLinkFragment(link?.split('#')[1] as string)?.open;
    const first = await runServer({ data, openRoom: true });
    expect([openIn(first.founder), openIn(readFileSync(join(data, 'founder'), 'utf8').trim())]).toEqual([true, true]);
    await first.stop();
    const second = await runServer({ data });
    expect(openIn(second.founder)).toBe(false);
    expect(tokenIn(second.founder as string)).toEqual(tokenIn(first.founder as string));
    await second.stop();

    const third = await runServer({ data, openRoom: true });
    const early: ServerEvent[] = [];
    third.on((event) => early.push(event));
    const founder = await comeByTls(third.ports.chat);
    await founder.prove();
    const open = new Uint8Array(32).fill(3);
    founder.tell({ t: 'found', q: 1, token: tokenIn(third.founder as string), room: ROOM, door: DOOR, info: INFO, open });
    await founder.next('founded');
    founder.tell({ t: 'front', q: 2 });
    expect(await founder.next('front')).toMatchObject({ room: ROOM, open });
    expect(early.filter(({ event }) => event === 'warning')).toEqual([]);
    await third.stop();

    const events: ServerEvent[] = [];
    (await runServer({ data, openRoom: true })).on((event) => events.push(event));
    expect(events).toEqual([{ event: 'warning', code: 'open_room_late', detail: {} }]);
  });

  test('the founder link is gone with the first room, works once, and stays gone', async () => {
    const data = join(temporaryFolder(), 'relay');
    const first = await runServer({ data });
    const told: string[] = [];
    first.on(({ event }) => told.push(event));
    const token = tokenIn(first.founder as string);
    const found = { t: 'found', q: 1, token, room: ROOM, door: DOOR, info: INFO } as const;
    const [founder, late] = [await comeByTls(first.ports.chat), await comeByTls(first.ports.chat)];
    await Promise.all([founder.prove(), late.prove()]);
    founder.tell(found);
    await founder.next('founded');
    late.tell({ ...found, room: new Uint8Array(16) });
    expect(await late.next('error')).toEqual({ t: 'error', q: 1, code: 'already_founded' });
    await expect.poll(() => told).toEqual(['founded']);
    expect(existsSync(join(data, 'founder'))).toBe(false);
    expect(first.founder).toBeUndefined();
    await first.stop();
    // A relay that was killed between founding and taking the file away left it behind.
    writeFileSync(join(data, 'founder'), `${'x'.repeat(10)}\n`);
    const second = await runServer({ data, ports: first.ports });
    expect(second.founder).toBeUndefined();
    expect(existsSync(join(data, 'founder'))).toBe(false);
    const again = await comeByTls(second.ports.chat);
    await again.prove();
    again.tell(found);
    expect(await again.next('error')).toMatchObject({ code: 'already_founded' });
  });

  test('a founder link that cannot be taken away is a warning, and the room is there', async () => {
    const data = join(temporaryFolder(), 'relay');
    const server = await runServer({ data });
    const told: object[] = [];
    server.on((event) => told.push(event));
    const token = tokenIn(server.founder as string);
    // A folder in its place cannot be removed like a file.
    renameSync(join(data, 'founder'), join(data, 'aside'));
    mkdirSync(join(data, 'founder'));
    const founder = await comeByTls(server.ports.chat);
    await founder.prove();
    founder.tell({ t: 'found', q: 1, token, room: ROOM, door: DOOR, info: INFO });
    await founder.next('founded');
    await expect
      .poll(() => told)
      .toEqual([
        { event: 'warning', code: 'storage_failed', detail: {} },
        { event: 'founded', room: '70'.repeat(16) },
      ]);
  });

  test('a founder file that is no link is replaced', async () => {
    const data = join(temporaryFolder(), 'relay');
    mkdirSync(data);
    writeFileSync(join(data, 'founder'), 'https://x/f#v1.short.short.1\n');
    const server = await runServer({ data });
    expect(tokenIn(server.founder as string)).toHaveLength(32);
  });
});

describe('starting', () => {
  test('in a folder that is in use is refused, and leaves the other alone', async () => {
    const server = await runServer();
    await expect(runServer({ data: server.data })).rejects.toMatchObject({ code: 'data_in_use', detail: { path: server.data } });
    await (await comeByTls(server.ports.chat)).prove();
  });

  test('that fails frees what it had taken', async () => {
    const busy = createServer();
    await new Promise<void>((resolve) => void busy.listen(0, '0.0.0.0', resolve));
    onTestFinished(() => void busy.close());
    const { port } = busy.address() as { port: number };
    const data = join(temporaryFolder(), 'relay');
    await expect(runServer({ data, ports: { web: 0, chat: port } })).rejects.toMatchObject({ code: 'port_busy', detail: { port } });
    await runServer({ data });
  });

  test.each([
    ['are a file', 'storage_failed', (data: string) => writeFileSync(join(data, 'rooms'), '')],
    ['are no database', 'data_damaged', (data: string) => writeDatabase(data, 'this is no database '.repeat(1000))],
    ['were cut short', 'data_damaged', (data: string) => writeDatabase(data, 'x')],
  ])('where the rooms %s is a coded refusal, and frees the folder', async (_what, code, spoil) => {
    const data = join(temporaryFolder(), 'relay');
    mkdirSync(data);
    spoil(data);
    for (let start = 0; start < 2; start++) {
      await expect(runServer({ data })).rejects.toMatchObject({ code });
    }
  });
});

function writeDatabase(data: string, content: string): void {
  mkdirSync(join(data, 'rooms'));
  writeFileSync(join(data, 'rooms', 'data.mdb'), content);
}
