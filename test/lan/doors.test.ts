import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isEvent, type Program, temporaryFolder } from '../support/programs.ts';
import type { Terminal } from '../support/terminal.ts';
import { find, openChat, runOn, startChat, startRelay } from './hosts.ts';
import { createLan, type Host, type Lan } from './network.ts';

/** Ana founds the first room of this relay from another host. */
async function found(relayHost: Host, anaHost: Host, folder: string, at: string) {
  const { listening, ports } = await startRelay(relayHost, join(folder, 'relay'));
  const ana = startChat(anaHost, 'Ana', `${at}:${ports.chat}`, join(folder, 'ana'), listening.founder as string);
  await ana.until(isEvent('ready'), 'ready');
  return { ana, listening, ports, words: (listening.words as string[]).join(' ') };
}

/** Lets in who knocks, whose screen shows the words that are seen inside. */
async function letIn(ana: Program, name: string, terminal: Terminal): Promise<void> {
  const knock = await ana.until(isEvent('knock', { name }), 'knock');
  await terminal.until(new RegExp(`Your words: ${(knock.words as string[]).join(' ')}\\.`));
  ana.write(`/admit ${name}`);
  await terminal.until(new RegExp(`${name} came in: Ana opened the door\\.`));
}

async function talk(ana: Program, name: string, terminal: Terminal): Promise<void> {
  terminal.type(`${name} is here`);
  await ana.until(isEvent('message', { text: `${name} is here`, from: name }), 'message');
  ana.write(`so ${name} is`);
  await terminal.until(new RegExp(`Ana │ so ${name} is`));
}

describe('on a guest network that keeps its guests apart', () => {
  let lan: Lan;
  beforeAll(() => {
    lan = createLan(4);
    lan.isolate(lan.hosts.slice(2));
  });
  afterAll(() => lan?.remove());

  it('a terminal chooses between two relays, knocks, is let in, and comes back without being asked', async () => {
    const [one, two, anaHost, juanHost] = lan.hosts as [Host, Host, Host, Host];
    const folder = temporaryFolder();
    const other = await startRelay(one, join(folder, 'other'));
    const { ana, ports, words } = await found(two, anaHost, folder, two.address);
    const juan = openChat(juanHost, 'Juan', join(folder, 'juan'));
    const asked = await juan.until(/Number from 1 to 2/);
    expect(asked).toContain(`${one.address}:${other.ports.chat}  ${(other.listening.words as string[]).join(' ')}`);
    const row = new RegExp(` (\\d)  \\S+  ${two.address}:${ports.chat}  ${words}`).exec(asked);
    juan.type(row?.[1] ?? 'its number');
    await juan.until(new RegExp(`You are waiting at the door of ${two.address}`));
    await letIn(ana, 'Juan', juan);
    await talk(ana, 'Juan', juan);
    juan.press('C-c');
    expect(await juan.exit()).toBe(0);

    const again = openChat(juanHost, 'Juan', join(folder, 'juan'));
    await again.until(/Ana │ so Juan is/);
    expect(again.screen()).not.toContain('Number from');
    again.type('back again');
    await ana.until(isEvent('message', { text: 'back again' }), 'message');
    expect(ana.events.filter(isEvent('knock'))).toHaveLength(1);
    // Nobody knocked at the other one.
    expect(other.relay.stderr()).not.toContain('knock');

    // They are kept apart indeed.
    const script = `import { connect } from 'node:net';
      const socket = connect({ host: '${anaHost.address}', port: 9 });
      socket.setTimeout(2000, () => { console.log('"silence"'); socket.destroy(); });
      socket.on('error', ({ code }) => console.log(JSON.stringify(code)));`;
    expect(['silence', 'EHOSTUNREACH']).toContain(runOn(juanHost, script));
    expect(runOn(two, script)).toBe('ECONNREFUSED');
  });
});

describe('on a network of IPv6 alone', () => {
  let lan: Lan;
  beforeAll(() => {
    lan = createLan(3, 'IPv6');
  });
  afterAll(() => lan?.remove());

  it('people found, knock and come by link, by addresses of the network and by link-local ones', async () => {
    const [relayHost, anaHost, guestHost] = lan.hosts as [Host, Host, Host];
    const folder = temporaryFolder();
    const { ana, listening, ports, words } = await found(relayHost, anaHost, folder, '[fe80::1%eth0]');
    expect(new URL(listening.founder as string).hostname).toBe('[fd77::1]');
    expect(find(guestHost)).toMatchObject([{ addresses: ['fd77::1', 'fe80::1%eth0'], chatPort: ports.chat }]);
    const trust = `console.log(JSON.stringify((await (await fetch('http://[fd77::1]:${ports.web}/api/relay')).json()).trust))`;
    expect(runOn(guestHost, trust)).toBe(`https://[fd77::1]:${ports.web}/trust`);

    const lena = openChat(guestHost, 'Lena', join(folder, 'lena'));
    const asked = await lena.until(/Enter to go there/);
    expect(asked).toContain(words);
    lena.press('Enter');
    await lena.until(/You are waiting at the door of fd77::1/);
    await letIn(ana, 'Lena', lena);
    await talk(ana, 'Lena', lena);

    const kofi = startChat(guestHost, 'Kofi', `[fe80::1%eth0]:${ports.chat}`, join(folder, 'kofi'));
    await ana.until(isEvent('knock', { name: 'Kofi' }), 'knock');
    ana.write('/admit Kofi');
    await kofi.until(isEvent('ready'), 'ready');
    ana.write('/invite');
    const { link } = await ana.until(isEvent('invite'), 'invite');
    const juan = startChat(guestHost, 'Juan', `[fd77::1]:${ports.chat}`, join(folder, 'juan'), link as string);
    await juan.until(isEvent('ready'), 'ready');
    juan.write('hello to all');
    await lena.until(/Juan │ hello to all/);
    await kofi.until(isEvent('message', { text: 'hello to all' }), 'message');
  });
});
