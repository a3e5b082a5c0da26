import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openNodeClient } from '../../src/client/node/index.ts';
import { parseInvite } from '../../src/client/index.ts';
import { isEvent, type JsonEvent, type Program, serveWords, startChat, startProgram, temporaryFolder } from '../support/programs.ts';

const SENTENCES = ['The treasure lies under the third palm', 'El tesoro está bajo la tercera palmera'];
const NAMES = ['Guinevere-of-the-Lake', 'Lanzarote-del-Lago'];
const RENAMED = 'Morgana-la-Hechicera';

test('neither the data folder of the relay nor its traffic inside TLS holds a word, a name or a secret of the room', async () => {
  const { folder, host, listening, stop } = await startTappedRelay();
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
  await goAll(first, second);
  const seen = await stop();
  expectNothingOf([...SENTENCES, ...NAMES, RENAMED, 'handkerchief'], [secretOf(link)], seen);

  // The tap does hear: what the relay is meant to see is there, on the wire and on the disk.
  const device = Buffer.from((await first.until(isEvent('ready'))).device, 'hex');
  const room = Buffer.from((await first.until(isEvent('ready'))).room, 'hex');
  for (const known of [device, room]) expect(seen.traffic.indexOf(known)).toBeGreaterThan(-1);
  expect(seen.files.some((bytes) => bytes.indexOf(device) >= 0)).toBe(true);
});

test('nor of those who knock, of who lets them in, of its title, and of what two say to each other', async () => {
  const { folder, host, listening, stop } = await startTappedRelay();
  const [king, knight] = NAMES as [string, string];
  const title = 'The-Round-Table';
  const stranger = 'Mordred-the-Unwanted';
  await foundWithTitle(listening, join(folder, 'king'), king, title);
  const founder = startChat(king, host, join(folder, 'king'));
  await founder.until(isEvent('ready'), 'ready');
  const denied = startChat(stranger, host, join(folder, 'stranger'));
  await founder.until(isEvent('knock', { name: stranger }), 'knock');
  founder.write(`/deny ${stranger}`);
  expect(await denied.exit).toBe(3);
  const newcomer = startChat(knight, host, join(folder, 'knight'));
  const knock = await founder.until(isEvent('knock', { name: knight }), 'knock');
  founder.write(`/admit ${knight}`);
  await newcomer.until(isEvent('ready'), 'ready');
  newcomer.write(SENTENCES[0] as string);
  await founder.until(isEvent('message', { text: SENTENCES[0] }), 'message');
  founder.write('/invite');
  const { link } = await founder.until(isEvent('invite'), 'invite');
  newcomer.write(`/msg ${king} ${SENTENCES[1]}`);
  const opened = await founder.until(isEvent('opened'), 'opened');
  await founder.until(isEvent('message', { room: opened.room, text: SENTENCES[1] }), 'direct message');
  founder.write(`/room ${knight}`);
  founder.write('I knew it all along');
  await newcomer.until(isEvent('message', { room: opened.room, text: 'I knew it all along' }), 'answer');
  await goAll(founder, newcomer);
  const seen = await stop();
  expectNothingOf([...SENTENCES, king, knight, stranger, title, 'I knew it all along', ...pairsOf(knock.words)], [secretOf(link)], seen);

  // It does see who knocks, by its device, and which rooms there are.
  for (const known of [knock.device, opened.room]) expect(seen.traffic.indexOf(Buffer.from(known, 'hex'))).toBeGreaterThan(-1);
  expect(seen.files.some((bytes) => bytes.indexOf(Buffer.from(opened.room, 'hex')) >= 0)).toBe(true);
});

test('of an open room it has the link, as everybody on the network, and no word or name all the same', async () => {
  const { folder, host, listening, stop } = await startTappedRelay('--open-room');
  const [king, knight] = NAMES as [string, string];
  const founder = startChat(king, host, join(folder, 'king'), listening.founder);
  await founder.until(isEvent('ready', { access: 'open' }), 'ready');
  const guest = startChat(knight, host, join(folder, 'knight'));
  await guest.until(isEvent('ready', { access: 'open' }), 'ready');
  guest.write(SENTENCES[0] as string);
  await founder.until(isEvent('message', { text: SENTENCES[0] }), 'message');
  founder.write(`/msg ${knight} ${SENTENCES[1]}`);
  await guest.until(isEvent('message', { text: SENTENCES[1] }), 'direct message');
  founder.write('/invite');
  const { link } = await founder.until(isEvent('invite'), 'invite');
  await goAll(founder, guest);
  const seen = await stop();
  expectNothingOf([...SENTENCES, king, knight], [], seen);
  expect(seen.traffic.indexOf(secretOf(link))).toBeGreaterThan(-1);
  expect(seen.files.some((bytes) => bytes.indexOf(secretOf(link)) >= 0)).toBe(true);
});

/** All that a relay had in its hands. */
interface Seen {
  readonly traffic: Buffer;
  readonly files: readonly Buffer[];
  readonly said: readonly Buffer[];
}

async function startTappedRelay(...flags: readonly string[]) {
  const folder = temporaryFolder();
  const traffic = join(folder, 'traffic');
  const data = join(folder, 'relay');
  const tap = join(import.meta.dirname, '..', 'support', 'record-traffic.mjs');
  const relay = startProgram(serveWords(data, {}, flags), { RECORD_TRAFFIC: traffic }, [process.execPath, '--import', tap]);
  const listening = await relay.until(isEvent('listening'), 'listening');
  async function stop(): Promise<Seen> {
    relay.kill('SIGTERM');
    expect(await relay.exit).toBe(0);
    const said = [Buffer.from(relay.stderr()), Buffer.from(JSON.stringify(relay.events))];
    return { traffic: readFileSync(traffic), files: filesIn(data), said };
  }
  return { folder, host: `127.0.0.1:${listening.ports.chat}`, listening, stop };
}

/** A terminal founds without a title. */
async function foundWithTitle(listening: JsonEvent, folder: string, name: string, title: string): Promise<void> {
  const invite = parseInvite(listening['founder'] as string);
  if (invite.kind !== 'founder') throw new Error('no founder link');
  const client = await openNodeClient({ host: '127.0.0.1', chatPort: invite.chatPort, folder, expectRelay: invite.relayKey });
  try {
    await client.found(invite.token, { name, title });
  } finally {
    await client.close();
  }
}

async function goAll(...people: readonly Program[]): Promise<void> {
  for (const person of people) {
    person.end();
    expect(await person.exit).toBe(0);
  }
}

function expectNothingOf(texts: readonly string[], secrets: readonly Buffer[], { traffic, files, said }: Seen): void {
  const needles = [...texts.flatMap(spellings), ...secrets.flatMap(spellingsOfBytes)];
  for (const bytes of [traffic, ...files, ...said]) for (const needle of needles) expect(bytes.indexOf(needle), needle.toString()).toBe(-1);
}

const secretOf = (link: string): Buffer => Buffer.from(/#v1\.([^.]+)\./.exec(link)?.[1] as string, 'base64url');

/** Two words beside each other: one alone may stand anywhere. */
const pairsOf = (words: readonly string[]): string[] => words.slice(1).map((word, i) => `${words[i]} ${word}`);

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
