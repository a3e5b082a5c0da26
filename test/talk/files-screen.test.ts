import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Transfer } from '../../src/client/index.ts';
import { HERE } from '../support/fake-engine.ts';
import { transferOf } from '../support/made-up-files.ts';
import { isEvent, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { openFakeTerminal, openTerminal } from '../support/terminal.ts';

const id = (digits: string) => digits.padEnd(32, '0');

function fileItem(digits: string, name: string, more: Record<string, unknown> = {}) {
  const file = { id: id(digits), name, type: '', size: 2_400_000, files: null, preview: null, key: '', hash: '', ...more };
  return { kind: 'file', id: digits.padEnd(32, 'e'), from: 'Ana', file };
}

const transfer = (change: Partial<Transfer> = {}) => transferOf({ total: 100_000_000, ...change });

describe('on the full screen', () => {
  test('files are lines of the conversation, and what is on its way stands above the line being typed', async () => {
    const terminal = await openFakeTerminal('full', { columns: 90, rows: 24 });
    await terminal.until(/● Connected/);
    await terminal.tell('show', fileItem('3fa2', 'report.pdf'));
    await terminal.tell('show', fileItem('77ab', 'holiday', { files: 1234, size: 5_300_000_000 }));
    await terminal.until(/Ana sent report\.pdf \(2\.4 MB\) · \/download 3fa2/);
    await terminal.until(/Ana sent the folder holiday \(1,234 files, 5\.3 GB\) · \/download 77ab/);
    const up = transfer({ id: 'up', direction: 'up', name: 'video \u001b[31m.mp4', done: 0, total: null });
    await terminal.tell('setTransfers', [transfer(), up]);
    await terminal.tell('setTransfers', [transfer({ done: 45_000_000 }), { ...up, done: 7_000_000 }]);
    const rows = await terminal.untilRows((all) => /━━━━━━━━━───────────  45 %  .*B\/s  \d:\d\d left/.test(all.join('\n')), 'a rate');
    const at = rows.findIndex((row) => row.startsWith('↓ report.pdf'));
    expect(rows[at + 1]).toMatch(/^↑ video ␛\[31m\.mp4 {2}7\.0 MB/);
    // The status, and then the line being typed.
    expect(rows[at + 3]).toMatch(/^>/);
    const done = transfer({ state: 'done', done: 100_000_000, path: join(process.cwd(), 'downloads', 'report.pdf') });
    await terminal.tell('setTransfers', [{ ...up, done: 7_000_000 }], done);
    await terminal.until(/report\.pdf is here: downloads\/report\.pdf/);
    await terminal.untilRows((all) => !all.some((row) => row.startsWith('↓')), 'no row of what is done');
    const failed = { ...up, state: 'failed', error: { code: 'source_changed', detail: {} } };
    await terminal.tell('setTransfers', [], failed);
    await terminal.until(/video ␛\[31m\.mp4: The file was changed while it was being sent/);
    terminal.type('/files');
    await terminal.until(/ {2}77ab {2}holiday\/ +5\.3 GB {2}Ana, /);
  });

  test('Tab completes paths and files, with their spaces', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'my holiday'));
    writeFileSync(join(folder, 'my holiday', 'one two.jpg'), 'x');
    const terminal = await openFakeTerminal('full', { columns: 120, rows: 24 });
    await terminal.until(/● Connected/);
    await terminal.tell('show', fileItem('3fa2', 'report.pdf'));
    terminal.write(`/upload ${folder}/my`);
    terminal.press('Tab');
    await terminal.until(/my\\ holiday\/$/m);
    terminal.press('Tab');
    await terminal.until(/one\\ two\.jpg $|one\\ two\.jpg$/m);
    terminal.press('Enter');
    await expect
      .poll(() => terminal.asked('upload').map(([, room, source]) => [room, (source as { name: string }).name]))
      .toEqual([[HERE, 'one two.jpg']]);
    terminal.write('/download rep');
    terminal.press('Tab');
    await terminal.until(/^> \/download 3fa2/m);
  });
});

test('a file goes by hand, in a full screen and in plain lines', async () => {
  const folder = temporaryFolder();
  const { listening, ports } = await startRelay(join(folder, 'relay'));
  const host = `127.0.0.1:${ports.chat}`;
  const ana = startChat('Ana', host, join(folder, 'ana'), listening.founder);
  await ana.until(isEvent('ready'), 'ready');
  ana.write('/invite');
  const { link } = await ana.until(isEvent('invite'), 'invite');
  const full = openTerminal(['chat', '--name', 'Bea', '--host', host, '--data', join(folder, 'bea')], { CORRILLO_INVITE: link as string });
  const plain = openTerminal(['chat', '--plain', '--name', 'Carla', '--host', host, '--data', join(folder, 'carla')], {
    CORRILLO_INVITE: link as string,
    LANG: 'es_ES.UTF-8',
  });
  await full.until(/Connected/);
  await plain.until(/Estás dentro/);
  await ana.untilAll((events) => events.filter(isEvent('member')).length === 2, 'both');
  writeFileSync(join(folder, 'my report.pdf'), Buffer.alloc(50_000_000, 'x'));
  full.type(`/upload ${folder}/my report.pdf`);
  await full.until(/Bea sent my report\.pdf \(50\.0 MB\) · \/download/);
  const [, digits] =
    /Bea ha enviado my report\.pdf \(50,0 MB\) · \/descargar ([0-9a-f]{4})/.exec(await plain.until(/Bea ha enviado/)) ?? [];
  plain.type(`/descargar ${digits} ${folder}/got`);
  await plain.until(/my report\.pdf ya está aquí: .*got\/my report\.pdf/);
  plain.type('/archivos');
  await plain.until(new RegExp(`${digits}  my report\\.pdf  50,0 MB  Bea, `));
  full.type(`/download ${digits} ${folder}/got`);
  await full.until(/my report\.pdf is here: .*got\/my report \(2\)\.pdf/);
  full.type('/quit');
  expect(await full.exit()).toBe(0);
});
