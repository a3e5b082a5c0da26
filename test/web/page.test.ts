import { describe, expect, it } from 'vitest';
import { CodedError } from '../../src/protocol/index.ts';
import { createFakeClient, FAKE_ROOM, type FakeClient } from '../../src/web/dev/fake-client.ts';
import type { Address } from '../../src/web/state/address.ts';
import { createPage, type PagePorts } from '../../src/web/state/page.ts';
import { takeAddress } from '../../src/web/state/address.ts';

const FRAGMENT = `#v1.${'A'.repeat(43)}.${'A'.repeat(22)}.9009`;
const ORIGIN = 'https://192.168.1.20:5000';
const ROOM_LINK = `${ORIGIN}/j/${FAKE_ROOM}${FRAGMENT}`;
const addressOf = (url: string): Address => takeAddress(new URL(url), { replaceState: () => {} });

function setUp(inside: boolean, ports: Partial<PagePorts> = {}) {
  const client: FakeClient = createFakeClient({ inside, people: ['Ana'] });
  const heard: string[] = [];
  const gone: string[] = [];
  let businesses = 0;
  const page = createPage({
    open: async () => client,
    waitUntilFree: () => new Promise(() => {}),
    reloader: { begin: () => (businesses++, () => void businesses--), heard: (build) => void heard.push(build) },
    origin: ORIGIN,
    reload: () => void gone.push('reload'),
    goTo: (url) => void gone.push(url),
    ...ports,
  });
  return { client, page, heard, gone, businesses: () => businesses };
}

describe('where a person stands', () => {
  it('is outside without a room and a link, and in the room when there is one', async () => {
    const outside = setUp(false);
    await outside.page.start({ kind: 'plain' });
    expect(outside.page.get()).toEqual({ at: 'outside', problem: null });
    const inside = setUp(true);
    await inside.page.start({ kind: 'plain' });
    expect(inside.page.get()).toMatchObject({ at: 'room', session: { room: FAKE_ROOM } });
  });

  it('comes in by a link, whose secret counts as business until then', async () => {
    const { page, client, businesses } = setUp(false);
    await page.start(addressOf(ROOM_LINK));
    expect(page.get()).toMatchObject({ at: 'door', entering: false });
    expect(businesses()).toBe(1);
    await page.enter({ name: ' Lena ', title: '' });
    expect(page.get()).toMatchObject({ at: 'room' });
    expect(client.calls[0]).toBe(`join ${FAKE_ROOM}  Lena `);
    expect(businesses()).toBe(0);
  });

  it('founds a room by a founder link', async () => {
    const { page, client } = setUp(false);
    await page.start(addressOf(`${ORIGIN}/f${FRAGMENT}`));
    await page.enter({ name: 'Marta', title: 'Familia' });
    expect(client.calls[0]).toBe('found 0000 Marta Familia');
    expect(page.get()).toMatchObject({ at: 'room' });
  });

  it('stays at the door with the reason and the name when it is not let in', async () => {
    const { page, client } = setUp(false);
    await page.start(addressOf(ROOM_LINK));
    client.failNext('join', 'wrong_token');
    await page.enter({ name: 'Lena', title: '' });
    expect(page.get()).toMatchObject({ at: 'door', entering: false, problem: { code: 'wrong_token' }, name: 'Lena' });
    await page.enter({ name: '', title: '' });
    expect(page.get()).toMatchObject({ at: 'door', problem: { code: 'name_required' } });
  });

  it('does not come in twice when the button is pressed twice', async () => {
    const { page, client } = setUp(false);
    await page.start(addressOf(ROOM_LINK));
    await Promise.all([page.enter({ name: 'Lena', title: '' }), page.enter({ name: 'Lena', title: '' })]);
    expect(client.calls.filter((call) => call.startsWith('join'))).toHaveLength(1);
  });

  it('goes straight to a room that it is in already', async () => {
    const { page } = setUp(true);
    await page.start(addressOf(ROOM_LINK));
    expect(page.get()).toMatchObject({ at: 'room' });
  });

  it('asks again at the door of a room that it was removed from, with the name it had', async () => {
    const { page, client } = setUp(true);
    client.setView({ phase: 'removed' });
    await page.start(addressOf(ROOM_LINK));
    expect(page.get()).toMatchObject({ at: 'door', name: 'Marta' });
  });

  it('says what is wrong with a link that was cut off, and takes another', async () => {
    const { page, gone } = setUp(false);
    await page.start(addressOf(ROOM_LINK.slice(0, -20)));
    expect(page.get()).toMatchObject({ at: 'outside', problem: { code: 'bad_invite' } });
    page.followLink('hello');
    expect(page.get()).toMatchObject({ at: 'outside', problem: { code: 'bad_invite' } });
    page.followLink(`  ${ROOM_LINK}\n`);
    expect(page.get()).toMatchObject({ at: 'door' });
    expect(gone).toEqual([]);
  });

  it('keeps a link that comes while the client is being opened', async () => {
    let ready = (_client: FakeClient) => {};
    const { page, client } = setUp(false, { open: () => new Promise<FakeClient>((resolve) => (ready = resolve)) });
    const started = page.start({ kind: 'plain' });
    page.visit(addressOf(ROOM_LINK));
    ready(client);
    await started;
    expect(page.get()).toMatchObject({ at: 'door' });
  });

  it('leaves for the page of another relay', async () => {
    const { page, gone } = setUp(false);
    await page.start({ kind: 'plain' });
    const other = ROOM_LINK.replace('192.168.1.20', '192.168.1.99');
    page.followLink(other);
    expect(gone).toEqual([other]);
    page.followLink(`javascript:alert(1)//${FRAGMENT}`);
    expect(gone).toHaveLength(1);
  });

  it('waits for the other window and then starts anew', async () => {
    let free = () => {};
    const { page, gone } = setUp(false, {
      open: () => Promise.reject(new CodedError('in_use')),
      waitUntilFree: () => new Promise((resolve) => (free = resolve)),
    });
    await page.start({ kind: 'plain' });
    expect(page.get()).toMatchObject({ at: 'stopped', problem: { code: 'in_use' } });
    expect(gone).toEqual([]);
    free();
    await Promise.resolve();
    expect(gone).toEqual(['reload']);
  });

  it('tells the reloader what the relay serves', async () => {
    const { page, client, heard } = setUp(true);
    await page.start({ kind: 'plain' });
    client.emit({ event: 'build', build: 'abc' });
    expect(heard).toEqual(['abc']);
  });
});
