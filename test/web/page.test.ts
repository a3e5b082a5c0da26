import { describe, expect, it } from 'vitest';
import { CodedError } from '../../src/protocol/index.ts';
import { createFakeClient, FAKE_ROOM, type FakeClient } from '../../src/web/dev/fake-client.ts';
import type { Address } from '../../src/web/state/address.ts';
import { createPage, type OpenOptions, type PagePorts } from '../../src/web/state/page.ts';
import { createRoomList } from '../../src/web/state/room-list.ts';
import { takeAddress } from '../../src/web/state/address.ts';

/** The beginning of the fake relay's key: sevens. */
const RELAY = 'BwcHBwcHBwcHBwcHBwcHBw';
const FRAGMENT = `#v1.${'A'.repeat(43)}.${RELAY}.9009`;
const ORIGIN = 'https://192.168.1.20:5000';
const ROOM_LINK = `${ORIGIN}/j/${FAKE_ROOM}${FRAGMENT}`;
const addressOf = (url: string): Address => takeAddress(new URL(url), { replaceState: () => {} });

function setUp(inside: boolean, ports: Partial<PagePorts> = {}) {
  const client: FakeClient = createFakeClient({ inside, people: ['Ana'] });
  const opened: OpenOptions[] = [];
  const heard: string[] = [];
  const gone: string[] = [];
  let businesses = 0;
  const page = createPage({
    async open(options) {
      opened.push(options);
      return client;
    },
    askForDevice: () => void gone.push('asked'),
    reloader: { begin: () => (businesses++, () => void businesses--), heard: (build) => void heard.push(build) },
    followers: [createRoomList()],
    after: () => () => {},
    giveDrafts: () => void gone.push('drafts'),
    origin: ORIGIN,
    goTo: (url) => void gone.push(url),
    ...ports,
  });
  return { client, page, heard, gone, opened, businesses: () => businesses };
}

describe('where a person stands', () => {
  it('is outside without a room and a link, and in the room when there is one', async () => {
    const outside = setUp(false);
    await outside.page.start({ kind: 'plain' });
    expect(outside.page.get()).toMatchObject({ at: 'outside', problem: null, entering: false });
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
    expect(client.asked[0]).toBe(`join ${FAKE_ROOM}  Lena `);
    expect(businesses()).toBe(0);
  });

  it('founds a room by a founder link', async () => {
    const { page, client } = setUp(false);
    await page.start(addressOf(`${ORIGIN}/f${FRAGMENT}`));
    await page.enter({ name: 'Marta', title: 'Familia', access: 'open' });
    expect(client.asked[0]).toBe('found 0000 Marta Familia open');
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
    expect(client.asked.filter((call) => call.startsWith('join'))).toHaveLength(1);
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
    expect(page.followLink('hello')).toMatchObject({ code: 'bad_invite' });
    expect(page.followLink(`  ${ROOM_LINK}\n`)).toBe(null);
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
    expect(page.followLink(`javascript:alert(1)//${FRAGMENT}`)).toMatchObject({ code: 'bad_invite' });
    expect(gone).toHaveLength(1);
  });

  it('waits for the other window, and still has its link then', async () => {
    let free = (_client: FakeClient) => {};
    const { page, client, gone } = setUp(false, {
      open: ({ patient }) => (patient ? new Promise<FakeClient>((resolve) => (free = resolve)) : Promise.reject(new CodedError('in_use'))),
    });
    const started = page.start(addressOf(ROOM_LINK));
    await expect.poll(() => page.get()).toMatchObject({ at: 'stopped', problem: { code: 'in_use' } });
    page.takeOver();
    expect(gone).toEqual(['asked']);
    free(client);
    await started;
    expect(page.get()).toMatchObject({ at: 'door', invite: { room: FAKE_ROOM } });
  });

  it('hands the device over when another window asks, and waits behind that one', async () => {
    let free = (_client: FakeClient) => {};
    const asked: OpenOptions[] = [];
    const { page, client, gone } = setUp(true, {
      open(options) {
        asked.push(options);
        return options.patient ? new Promise<FakeClient>((resolve) => (free = resolve)) : Promise.resolve(client);
      },
    });
    let closed = 0;
    Object.assign(client, { close: async () => void closed++ });
    await page.start({ kind: 'plain' });
    const again = page.handOver();
    await expect.poll(() => page.get()).toMatchObject({ at: 'stopped', problem: { code: 'in_use' } });
    expect(closed).toBe(1);
    expect(gone).toEqual(['drafts']);
    // Without asking first: it would come before the one that waits.
    expect(asked.map(({ patient }) => patient)).toEqual([undefined, true]);
    await page.handOver();
    expect(closed).toBe(1);
    free(client);
    await again;
    expect(page.get()).toMatchObject({ at: 'room' });
  });

  it('asks for the relay that a link names, where another was met', async () => {
    const { page, opened, client } = setUp(false);
    let closed = 0;
    Object.assign(client, { close: async () => void closed++ });
    await page.start({ kind: 'plain' });
    page.visit(addressOf(ROOM_LINK));
    expect(opened).toHaveLength(1);
    const elsewhere = addressOf(ROOM_LINK.replace(RELAY, 'A'.repeat(22)));
    page.visit(elsewhere);
    await expect.poll(() => page.get()).toMatchObject({ at: 'door' });
    expect(opened.map(({ expectRelay }) => expectRelay)).toEqual([undefined, new Uint8Array(16)]);
    expect(closed).toBe(1);
    page.visit(elsewhere);
    expect(opened).toHaveLength(2);
  });

  it('says why it takes so long to come in', async () => {
    const { page, client } = setUp(false);
    Object.assign(client, { join: () => new Promise(() => {}) });
    client.setConnection({ state: 'offline', code: 'no_route', retryAt: 0 });
    await page.start(addressOf(ROOM_LINK));
    expect(page.get()).toMatchObject({ at: 'door', problem: null });
    void page.enter({ name: 'Lena', title: '' });
    expect(page.get()).toMatchObject({ entering: true, problem: { code: 'no_route' } });
    client.setConnection({ state: 'connecting' });
    expect(page.get()).toMatchObject({ entering: true, problem: { code: 'no_route' } });
    client.setConnection({ state: 'connected' });
    expect(page.get()).toMatchObject({ entering: true, problem: null });
    client.setConnection({ state: 'offline', code: 'wrong_key', retryAt: 0 });
    expect(page.get()).toMatchObject({ entering: true, problem: { code: 'wrong_key' } });
  });

  it('tells the reloader what the relay serves', async () => {
    const { page, client, heard } = setUp(true);
    await page.start({ kind: 'plain' });
    client.emit({ event: 'build', build: 'abc' });
    expect(heard).toEqual(['abc']);
    // One that speaks another protocol never gets to say what it serves.
    client.setConnection({ state: 'offline', code: 'version_unsupported', retryAt: 0 });
    expect(heard).toEqual(['abc', 'version_unsupported']);
  });
});
