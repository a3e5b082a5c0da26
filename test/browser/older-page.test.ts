import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../src/server/index.ts';
import { temporaryFolder } from '../support/programs.ts';
import { desktop } from './support/chromium.ts';
import { foundRoom, lineOf, onThisMachine, readTexts, say, untilSent } from './support/talking.ts';
import { newPage, openBrowser } from './support/visitor.ts';

const built = join(import.meta.dirname, '..', '..', 'dist', 'web');

/** The page as another build of it would be: the same, under another name. */
function copyPage(folder: string, build: string): string {
  cpSync(built, folder, { recursive: true });
  const { build: before } = JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8')) as { build: string };
  for (const name of ['build.json', 'index.html']) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(before, build));
  }
  return folder;
}

it('a page older than its relay goes on until nothing is lost by it, and then reloads itself once', async () => {
  const folder = temporaryFolder();
  const data = join(folder, 'relay');
  const start = async (webRoot: string, ports: { web: number; chat: number }) => {
    const relay = await startServer({ data, ports, webRoot, files: null });
    onTestFinished(relay.stop);
    return relay;
  };
  const first = await start(copyPage(join(folder, 'first'), 'aaaaaaaaaaaaaaaa'), { web: 0, chat: 0 });
  const page = await newPage(await openBrowser(folder), desktop);
  let loads = 0;
  page.on('load', () => void loads++);
  const buildOf = () => page.locator('meta[name=corrillo-build]').getAttribute('content');
  await page.goto(onThisMachine(first.founder as string));
  await foundRoom(page, 'Marta', 'Taller');
  await say(page, 'before');
  await untilSent(page, 'before');
  expect([loads, await buildOf()]).toEqual([1, 'aaaaaaaaaaaaaaaa']);

  const box = page.getByRole('textbox', { name: 'Message' });
  await box.fill('half a sentence');
  await first.stop();
  await page.getByText('No connection', { exact: true }).waitFor();
  await start(copyPage(join(folder, 'second'), 'bbbbbbbbbbbbbbbb'), first.ports);
  await page.getByText('only you are here').waitFor();
  // It can talk to the new relay, and nothing that was typed is taken away.
  expect([loads, await box.inputValue()]).toEqual([1, 'half a sentence']);

  const reloaded = page.waitForEvent('load');
  await box.fill('half a sentence, and the other half');
  await box.press('Enter');
  await reloaded;
  await untilSent(page, 'the other half');
  expect(await buildOf()).toBe('bbbbbbbbbbbbbbbb');
  await say(page, 'after');
  await lineOf(page, 'after').waitFor();
  await untilSent(page, 'after');
  expect(await readTexts(page)).toEqual(['before', 'half a sentence, and the other half', 'after']);
  expect(loads).toBe(2);
});
