import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEvent, startChat, startProgram, temporaryFolder } from '../support/programs.ts';

const SENTENCES = ['The treasure lies under the third palm', 'El tesoro está bajo la tercera palmera'];
const NAMES = ['Guinevere-of-the-Lake', 'Lanzarote-del-Lago'];
const RENAMED = 'Morgana-la-Hechicera';

test('neither the data folder of the relay nor its traffic inside TLS holds a word, a name or a secret of the room', async () => {
  const folder = temporaryFolder();
  const traffic = join(folder, 'traffic');
  const relayFolder = join(folder, 'relay');
  const tap = join(import.meta.dirname, '..', 'support', 'record-traffic.mjs');
  const relay = startProgram(
    ['serve', '--json', '--no-open', '--port', '0', '--chat-port', '0', '--data', relayFolder],
    { RECORD_TRAFFIC: traffic },
    [process.execPath, '--import', tap],
  );
  const listening = await relay.until(isEvent('listening'), 'listening');
  const host = `127.0.0.1:${listening.ports.chat}`;
  const first = startChat(NAMES[0] as string, host, join(folder, 'first'), listening.founder);
  await first.until(isEvent('ready'), 'ready');
  first.write('/invite');
  const { link } = await first.until(isEvent('invite'), 'invite');
  const second = startChat(NAMES[1] as string, host, join(folder, 'second'), link);
  await second.until(isEvent('ready'), 'ready');
  first.write(SENTENCES[0] as string);
  second.write(SENTENCES[1] as string);
  second.write(`/nick ${RENAMED}`);
  second.write('/me waves with a handkerchief');
  await first.until(isEvent('message', { text: 'waves with a handkerchief' }), 'action');
  await second.until(isEvent('message', { text: SENTENCES[0] }), 'message');
  for (const person of [first, second]) {
    person.end();
    expect(await person.exit).toBe(0);
  }
  relay.kill('SIGTERM');
  expect(await relay.exit).toBe(0);

  const secret = /#v1\.([^.]+)\./.exec(link)?.[1] as string;
  const needles = [...SENTENCES, ...NAMES, RENAMED, 'handkerchief']
    .flatMap(spellings)
    .concat(spellingsOfBytes(Buffer.from(secret, 'base64url')));
  const seen = [readFileSync(traffic), ...filesIn(relayFolder), Buffer.from(relay.stderr()), Buffer.from(JSON.stringify(relay.events))];
  for (const bytes of seen) for (const needle of needles) expect(bytes.indexOf(needle), needle.toString()).toBe(-1);

  // The tap does hear: what the relay is meant to see is there, on the wire and on the disk.
  const device = Buffer.from((await first.until(isEvent('ready'))).device, 'hex');
  const room = Buffer.from((await first.until(isEvent('ready'))).room, 'hex');
  for (const known of [device, room]) expect(readFileSync(traffic).indexOf(known)).toBeGreaterThan(-1);
  expect(filesIn(relayFolder).some((bytes) => bytes.indexOf(device) >= 0)).toBe(true);
});

/** As it stands, and as it would stand in what programs like to write. */
function spellings(text: string): Buffer[] {
  return [
    Buffer.from(text),
    Buffer.from(text, 'utf16le'),
    ...spellingsOfBytes(Buffer.from(text)),
    Buffer.from(JSON.stringify(text).slice(1, -1)),
  ];
}

function spellingsOfBytes(bytes: Buffer): Buffer[] {
  // A piece long enough to be no accident: base64 depends on where it begins.
  return [
    bytes,
    Buffer.from(bytes.toString('hex')),
    Buffer.from(bytes.toString('base64').slice(0, 12)),
    Buffer.from(bytes.toString('base64url').slice(0, 12)),
  ];
}

function filesIn(folder: string): Buffer[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path);
    if (stats.isDirectory()) return filesIn(path);
    return stats.isFile() ? [readFileSync(path)] : [];
  });
}
