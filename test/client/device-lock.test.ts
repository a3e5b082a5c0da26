import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockDevice } from '../../src/client/node/device-lock.ts';
import { socketPath } from '../../src/client/node/device-place.ts';
import { prepareFolder } from '../../src/client/node/folder.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-device-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a device has one writer, and asking does the writer no harm', async () => {
  const folder = makeFolder();
  const { release } = await lockDevice(folder);
  // Who asks goes as soon as it knows; that resets its connection now and then, which Vitest would report if it were thrown.
  for (let i = 0; i < 200; i++) await expect(lockDevice(folder)).rejects.toMatchObject({ code: 'data_in_use' });
  await release();
  await (await lockDevice(folder)).release();
});

describe('who holds a device', () => {
  test('says who it is, to its own person', async () => {
    const folder = makeFolder();
    const began = Date.now();
    const { release } = await lockDevice(folder, { terminal: '/dev/pts/7' });
    const detail = { path: folder, pid: process.pid, terminal: '/dev/pts/7' };
    const refusal = await lockDevice(folder).catch((error: unknown) => error as { detail: { since: number } });
    expect(refusal).toMatchObject({ code: 'data_in_use', detail });
    expect((refusal as { detail: { since: number } }).detail.since).toBeGreaterThanOrEqual(began - 1);
    // On Linux everybody can connect: what opens is in a file that nobody else can read.
    expect(statSync(join(folder, 'lock-token')).mode & 0o777).toBe(0o600);
    await release();
  });

  test('lets go when it is asked, after it has written everything, and hands over the line being typed', async () => {
    const folder = makeFolder();
    const first = await lockDevice(folder);
    const order: string[] = [];
    first.onAsked(async () => {
      order.push('asked');
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push('written');
      void first.release();
      return 'half a lïne\n日本';
    });
    const second = await lockDevice(folder, { takeOver: true });
    order.push('taken');
    expect(order).toEqual(['asked', 'written', 'taken']);
    expect(second.draft).toBe('half a lïne\n日本');
    await expect(lockDevice(folder)).rejects.toMatchObject({ code: 'data_in_use' });
    await second.release();
    expect((await lockDevice(folder, { takeOver: true })).draft).toBe('');
  });

  test('and begins only now is asked as soon as it is there', async () => {
    const folder = makeFolder();
    const first = await lockDevice(folder);
    const second = lockDevice(folder, { takeOver: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    first.onAsked(async () => {
      void first.release();
      return 'late';
    });
    expect((await second).draft).toBe('late');
    await (await second).release();
  });

  test('does not let go for whoever cannot show the token', async () => {
    const folder = makeFolder();
    const { onAsked, release } = await lockDevice(folder);
    let asked = 0;
    onAsked(async () => {
      asked++;
      return '';
    });
    const path = await socketPath(folder);
    const say = (words: string) =>
      new Promise<string>((resolve) => {
        let heard = '';
        const socket = connect(path, () => socket.write(words));
        socket.on('data', (bytes) => (heard += bytes.toString()));
        socket.on('error', () => {});
        socket.on('close', () => resolve(heard));
      });
    const token = readFileSync(join(folder, 'lock-token'), 'utf8');
    expect(await say('{"take":true}\n')).toContain('not_allowed');
    expect(await say(`{"token":"${token.slice(1)}0","take":true}\n`)).toContain('not_allowed');
    expect(await say('nonsense\n')).toContain('not_allowed');
    expect(await say('x'.repeat(5_000))).toBe('');
    expect(asked).toBe(0);
    await release();
  });

  test.each([
    ['says nothing', () => {}],
    ['says what it should not', (write: (text: string) => void) => write('corrillo\n')],
    ['never stops', (write: (text: string) => void) => write('x'.repeat(2_000_000))],
  ])('and %s is reported as such', { timeout: 30_000 }, async (_, speak) => {
    const folder = makeFolder();
    // It was one of ours once: its token is still there.
    await (await lockDevice(folder)).release();
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('data', () => speak((text) => void socket.write(text)));
    });
    const path = await socketPath(folder);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    await expect(lockDevice(folder)).rejects.toMatchObject({ code: 'data_in_use', detail: { path: folder } });
    await expect(lockDevice(folder, { takeOver: true })).rejects.toMatchObject({ code: 'holder_silent' });
    for (const socket of sockets) socket.destroy();
    server.close();
  });
});

test('a folder that cannot be made is not writable, also where Node would try for ever', async () => {
  const deep = join(makeFolder(), 'a', 'b');
  await prepareFolder(deep);
  await prepareFolder(deep);
  for (const folder of ['/proc/nothing', '/proc/nothing/a/b', join(deep, 'format'), join(deep, 'format', 'c')]) {
    await expect(prepareFolder(folder), folder).rejects.toMatchObject({ code: 'data_not_writable' });
  }
});
