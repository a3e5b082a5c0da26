import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockDevice } from '../../src/client/node/device-lock.ts';
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

test('a folder that cannot be made is not writable, also where Node would try for ever', async () => {
  const deep = join(makeFolder(), 'a', 'b');
  await prepareFolder(deep);
  await prepareFolder(deep);
  for (const folder of ['/proc/nothing', '/proc/nothing/a/b', join(deep, 'format'), join(deep, 'format', 'c')]) {
    await expect(prepareFolder(folder), folder).rejects.toMatchObject({ code: 'data_not_writable' });
  }
});
