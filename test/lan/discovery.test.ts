import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromHex, toWords } from '../../src/protocol/index.ts';
import { isEvent, type Program, temporaryFolder } from '../support/programs.ts';
import { find, type Found, runMeanwhile, runOn, startChat, startRelay } from './hosts.ts';
import { createLan, type Host, type Lan } from './network.ts';

const wordsOf = ({ key }: Found) => toWords(fromHex(key) as Uint8Array);
const textsOf = ({ events }: Program) => events.filter(isEvent('message')).map(({ text }) => text as string);
const hears = (chat: Program, text: string) => chat.untilAll(() => textsOf(chat).includes(text), text);

/** Two who talk in a room of this relay. */
async function talk([relayHost, anaHost, juanHost]: readonly Host[], folder: string, at: string) {
  const { relay, listening, ports } = await startRelay(relayHost as Host, join(folder, 'relay'));
  const place = `${at}:${ports.chat}`;
  const ana = startChat(anaHost as Host, 'Ana', place, join(folder, 'ana'), listening.founder as string);
  await ana.until(isEvent('ready'), 'ready');
  ana.write('/invite');
  const invite = (await ana.until(isEvent('invite'), 'invite')).link as string;
  const juan = startChat(juanHost as Host, 'Juan', place, join(folder, 'juan'), invite);
  await juan.until(isEvent('ready'), 'ready');
  ana.write('hola');
  await hears(juan, 'hola');
  juan.write('hola, Ana');
  await hears(ana, 'hola, Ana');
  return { relay, listening, ports, ana, juan };
}

describe('on a network of IPv4', () => {
  let lan: Lan;
  let hosts: readonly [Host, Host, Host, Host];
  beforeEach(() => {
    lan = createLan(4);
    hosts = lan.hosts as unknown as typeof hosts;
  });
  afterEach(() => lan?.remove());

  it('all relays are found and told apart, also two of one host, but for those that do not say so', async () => {
    const [one, two, three, guest] = hosts;
    const folder = temporaryFolder();
    const started = await Promise.all([
      startRelay(one, join(folder, '1')),
      startRelay(two, join(folder, '2')),
      startRelay(two, join(folder, '3')),
      startRelay(three, join(folder, '4'), undefined, ['--no-announce']),
    ]);
    const expected = started.slice(0, 3).map(({ listening, ports }, i) => ({
      words: listening.words as string[],
      addresses: [[one, two, two][i]?.address],
      chatPort: ports.chat,
      webPort: ports.web,
    }));
    const byWords = (a: { words: string[] }, b: { words: string[] }) => a.words.join().localeCompare(b.words.join());
    const show = (found: readonly Found[]) =>
      found
        .map((relay) => ({ words: wordsOf(relay), addresses: relay.addresses, chatPort: relay.chatPort, webPort: relay.webPort }))
        .toSorted(byWords);
    expect(show(find(guest))).toEqual(expected.toSorted(byWords));
    // On the relay's own machine too.
    expect(show(find(one))).toEqual(expected.toSorted(byWords));

    // Who asks again and again is answered again and again.
    expect(show(find(guest))).toEqual(expected.toSorted(byWords));
    const { relay } = started[0];
    relay.kill();
    expect(await relay.exit).toBe(0);
    expect(show(find(guest))).toEqual(expected.slice(1).toSorted(byWords));
  });

  it('somebody who lies and makes noise is bounded, and does not crowd out a relay', async () => {
    const [one, , liar, guest] = hosts;
    const { relay, listening } = await startRelay(one, join(temporaryFolder(), 'relay'));
    const noise = `import { createSocket } from 'node:dgram';
      import { encodeMessage } from './src/discovery/dns-message.ts';
      import { recordsOf } from './src/discovery/relay-records.ts';
      const socket = createSocket({ type: 'udp4', reuseAddr: true });
      let n = 0;
      let answers = 0;
      socket.bind(5353, () => {
        socket.addMembership('224.0.0.251', '${liar.address}');
        socket.setMulticastInterface('${liar.address}');
        const lie = () => {
          const key = new Uint8Array(16).map((_, i) => (i < 4 ? (n >> (8 * i)) & 255 : 7));
          n += 1;
          const facts = { key, name: '\\u001b[2J' + 'x'.repeat(200), webPort: 1, chatPort: 2 };
          const records = recordsOf(facts, ['8.8.8.8', '127.0.0.1', '10.77.0.1', '169.254.0.9']);
          socket.send(encodeMessage({ id: 0, response: true, questions: [], records }), 5353, '224.0.0.251');
          const questions = Array.from({ length: 32 }, () => ({ name: '_corrillo._tcp.local', type: 12, unicast: n % 2 === 0 }));
          socket.send(encodeMessage({ id: 0, response: false, questions, records: [] }), 5353, '224.0.0.251');
        };
        setInterval(() => { for (let i = 0; i < 50; i++) lie(); }, 10);
      });
      socket.on('message', (_bytes, from) => { if (from.address === '${one.address}') answers += 1; });
      setTimeout(() => { console.log(JSON.stringify({ lies: n, answers })); process.exit(); }, 8_000);`;
    const liars = runMeanwhile(liar, noise);
    const found = find(guest);
    expect(found.map(wordsOf)).toContainEqual(listening.words);
    expect(found.length).toBeGreaterThan(1);
    expect(found.length).toBeLessThanOrEqual(9);
    for (const { name, addresses } of found) {
      expect(name).toMatch(/^[a-z0-9.-]{1,48}$/i);
      // Of the addresses that were told, those of this network alone.
      expect(addresses).toEqual([one.address]);
    }
    // Thousands of questions, a few answers to all, and those to one alone up to a bound.
    const { lies, answers } = (await liars) as { lies: number; answers: number };
    expect(lies).toBeGreaterThan(1_000);
    expect(answers).toBeLessThan(8 * 22 + 20);
    expect(relay.events.filter(isEvent('error'))).toEqual([]);
  });

  it('a relay whose address changes is found again by those who talk there or wait at its door, and has a certificate for it', async () => {
    const folder = temporaryFolder();
    const { listening, ports, ana, juan } = await talk(hosts, folder, hosts[0].address);
    const lena = startChat(hosts[3], 'Lena', `${hosts[0].address}:${ports.chat}`, join(folder, 'lena'));
    const { device } = await ana.until(isEvent('knock', { name: 'Lena' }), 'knock');
    lan.move(hosts[0], '10.77.0.200');
    const gone = isEvent('state', { connected: false });
    const back = ({ events }: Program) => events.slice(events.findIndex(gone)).some(isEvent('state', { connected: true }));
    ana.write('where are you?');
    for (const chat of [ana, juan, lena]) {
      // Nobody tells them: they notice by its silence, after 45 s.
      await chat.until(gone, 'silence').catch(() => chat.until(gone, 'silence'));
      await chat.untilAll(() => back(chat), 'connection');
    }
    await hears(juan, 'where are you?');
    juan.write('here');
    await hears(ana, 'here');
    // Who waits has knocked anew by itself; its old knock is gone with the old connection, at the latest when the new one comes.
    const waits = ({ events }: Program) =>
      events.findLastIndex(isEvent('knock', { device })) > events.findLastIndex(isEvent('knock-gone', { device }));
    await lena.untilAll((events) => events.filter(isEvent('waiting')).length === 2, 'waiting again');
    await ana.untilAll(() => waits(ana), 'Lena at the door');
    ana.write('/admit Lena');
    await lena.until(isEvent('ready'), 'ready');
    lena.write('found the door');
    await hears(ana, 'found the door');
    expect(find(hosts[3])).toMatchObject([{ addresses: ['10.77.0.200'], chatPort: ports.chat }]);
    const script = `import { connect } from 'node:tls';
      const socket = connect({ host: '10.77.0.200', port: ${ports.web}, rejectUnauthorized: false }, () => {
        console.log(JSON.stringify(socket.getPeerCertificate().subjectaltname));
        socket.destroy();
      });`;
    expect(runOn(hosts[3], script)).toContain('IP Address:10.77.0.200');
    expect(listening.words).toEqual(find(hosts[3]).map(wordsOf)[0]);
  });
});
