import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';
import { isEvent, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { openTerminal } from '../support/terminal.ts';

const GENERATED = ['--camera', 'test', '--microphone', 'test'];

test('a script and a person see each other in a call, and write meanwhile', { timeout: 240_000 }, async () => {
  const folder = temporaryFolder();
  const { listening, ports } = await startRelay(join(folder, 'relay'), { web: 0, chat: 0, media: await findFreePort() });
  const host = `127.0.0.1:${ports.chat}`;
  const ana = startChat('Ana', host, join(folder, 'ana'), listening.founder, GENERATED);
  await ana.until(isEvent('ready'), 'ready');
  ana.write('/invite');
  const { link } = await ana.until(isEvent('invite'), 'invite');
  const juan = openTerminal(
    ['chat', '--name', 'Juan', '--host', host, '--data', join(folder, 'juan'), '--pictures', 'blocks', ...GENERATED],
    { CORRILLO_INVITE: link, COLORTERM: 'truecolor' },
    { columns: 100, rows: 34 },
  );
  await juan.until(/● Connected/);
  ana.write('/call start');
  await ana.until(isEvent('call', { state: 'in' }), 'in the call');
  await juan.until(/Ana is calling/);
  juan.type('/call start');
  const both = (event: Record<string, unknown>) => {
    const members = (event['members'] ?? []) as Array<{ name: string; audio: boolean; video: boolean }>;
    return event['event'] === 'call' && members.length === 2 && members.every(({ audio, video }) => audio && video);
  };
  await ana.until(both, 'both with sound and picture', 120_000);
  const decodes = (source: string) => (event: Record<string, unknown>) =>
    event['event'] === 'media' && event['from'] === 'Juan' && event['source'] === source && Number(event['decoded']) > 0;
  await ana.until(decodes('camera'), 'decoded pictures', 120_000);
  await ana.until(decodes('microphone'), 'decoded sound', 120_000);
  // The generated picture has stripes of every colour, from edge to edge.
  await juan.untilRows((rows) => rows.filter((row) => row.includes('▀▀▀▀')).length > 8, 'pictures');
  const [row = ''] = juan.rows(true).filter((one) => one.includes('▀'));
  // eslint-disable-next-line no-control-regex
  expect(new Set(row.match(/48;2;\d+;\d+;\d+(?=m)/g)).size).toBeGreaterThan(3);
  juan.type('hello from the call');
  await ana.until(isEvent('message', { text: 'hello from the call' }), 'message');
  juan.type('/call stop');
  await ana.until((event) => event.event === 'call' && event['state'] === 'in' && event['members'].length === 1, 'alone again');
  await juan.until(/There is a call in this room: \/call start joins\./);
  expect(juan.screen()).not.toContain('▀▀▀▀');
  expect(ana.events.filter(isEvent('media')).reduce((sum, { failed }) => sum + Number(failed), 0)).toBe(0);
});
