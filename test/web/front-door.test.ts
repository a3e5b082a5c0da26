import { describe, expect, it } from 'vitest';
import { createFakeClient, FAKE_ROOM, type FakeClient, type FakeOptions } from '../../src/web/dev/fake-client.ts';
import { createPage } from '../../src/web/state/page.ts';
import { createRoomList } from '../../src/web/state/room-list.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A page opened by the bare address, and the timers that it set. */
async function come(options: Partial<FakeOptions> = {}) {
  const client: FakeClient = createFakeClient({ inside: false, people: ['Ana'], ...options });
  let timers: Array<() => void> = [];
  const page = createPage({
    open: async () => client,
    askForDevice: () => {},
    reloader: { begin: () => () => {}, heard: () => {} },
    followers: [createRoomList()],
    origin: 'https://192.168.1.20:5000',
    after(_ms, act) {
      timers.push(act);
      return () => void (timers = timers.filter((timer) => timer !== act));
    },
    giveDrafts: () => {},
    goTo: () => {},
  });
  await page.start({ kind: 'plain' });
  await turn();
  const pass = async () => {
    const due = timers;
    timers = [];
    due.forEach((act) => act());
    await turn();
  };
  return { client, page, pass, timers: () => timers.length };
}

describe('the bare address', () => {
  it('says what it leads to', async () => {
    expect((await come()).page.get()).toMatchObject({ at: 'outside', front: { is: 'invited' } });
    expect((await come({ front: 'open' })).page.get()).toMatchObject({ at: 'outside', front: { is: 'open' } });
  });

  it('asks again by itself until there is a room, and no longer', async () => {
    const { client, page, pass, timers } = await come({ front: 'missing' });
    expect(page.get()).toMatchObject({ front: { is: 'missing' } });
    await pass();
    expect(page.get()).toMatchObject({ front: { is: 'missing' } });
    client.setFront('closed');
    await pass();
    expect(page.get()).toMatchObject({ front: { is: 'closed' } });
    client.setFront('invited');
    await pass();
    expect(page.get()).toMatchObject({ front: { is: 'invited' } });
    expect(timers()).toBe(0);
  });

  it('says why it takes so long, and asks anew where asking failed', async () => {
    const { client, page } = await come();
    Object.assign(client, { front: () => new Promise(() => {}) });
    page.standOutside('');
    client.setConnection({ state: 'offline', code: 'no_route', retryAt: 0 });
    expect(page.get()).toMatchObject({ front: { is: 'asked' }, hindrance: { code: 'no_route' } });
    client.setConnection({ state: 'connecting' });
    expect(page.get()).toMatchObject({ hindrance: { code: 'no_route' } });
    client.setConnection({ state: 'connected' });
    expect(page.get()).toMatchObject({ hindrance: null });

    const failing = await come();
    failing.client.failNext('front', 'not_ready');
    failing.page.standOutside('');
    await turn();
    expect(failing.page.get()).toMatchObject({ front: { is: 'failed', problem: { code: 'not_ready' } } });
    failing.client.setConnection({ state: 'connected' });
    await turn();
    expect(failing.page.get()).toMatchObject({ front: { is: 'invited' } });
  });

  it('comes into an open room at once', async () => {
    const { client, page } = await come({ front: 'open' });
    await page.knock('Lena');
    expect(client.asked).toContain('knock Lena');
    expect(page.get()).toMatchObject({ at: 'room', session: { room: FAKE_ROOM } });
  });
});

describe('waiting at the door', () => {
  it('shows the words of this device, and goes in when it is let in', async () => {
    const { client, page } = await come();
    const knocked = page.knock('Lena');
    expect(page.get()).toMatchObject({ at: 'waiting', room: FAKE_ROOM, name: 'Lena', words: client.words(client.device) });
    client.letIn();
    await knocked;
    expect(page.get()).toMatchObject({ at: 'room', session: { room: FAKE_ROOM } });
  });

  it('keeps up with the connection, and goes on when the relay was gone', async () => {
    const { client, page } = await come();
    void page.knock('Lena');
    client.setConnection({ state: 'offline', code: 'refused', retryAt: 0 });
    expect(page.get()).toMatchObject({ at: 'waiting', connection: { state: 'offline' } });
    client.setConnection({ state: 'connected' });
    client.emit({ event: 'waiting', room: FAKE_ROOM, words: client.words(client.device) });
    expect(page.get()).toMatchObject({ at: 'waiting', connection: { state: 'connected' } });
  });

  it('survives a reload, and learns then what was decided', async () => {
    const admitted = await come({ knocking: true, name: 'Lena' });
    expect(admitted.page.get()).toMatchObject({ at: 'waiting', name: 'Lena' });
    admitted.client.letIn();
    expect(admitted.page.get()).toMatchObject({ at: 'room' });

    const refused = await come({ knocking: true, name: 'Lena' });
    refused.client.refuse();
    expect(refused.page.get()).toMatchObject({ at: 'outside', problem: { code: 'knock_refused' }, name: 'Lena' });
  });

  it('says that it was refused, once, and can knock again', async () => {
    const { client, page } = await come();
    const knocked = page.knock('Lena');
    client.refuse();
    await knocked;
    await turn();
    expect(page.get()).toMatchObject({ at: 'outside', entering: false, problem: { code: 'knock_refused' }, front: { is: 'invited' } });
    void page.knock('Lena');
    expect(page.get()).toMatchObject({ at: 'waiting' });
  });

  it('is given up without a reproach', async () => {
    const { client, page } = await come();
    const knocked = page.knock('Lena');
    await page.withdraw();
    await knocked;
    expect(client.asked).toContain(`withdraw ${FAKE_ROOM}`);
    expect(page.get()).toMatchObject({ at: 'outside', problem: null, name: 'Lena' });
  });

  it('does not knock without a name, or twice', async () => {
    const { client, page } = await come();
    await page.knock(' ');
    expect(page.get()).toMatchObject({ at: 'outside', entering: false, problem: { code: 'name_required' } });
    void page.knock('Lena');
    void page.knock('Lena');
    expect(client.asked.filter((call) => call === 'knock Lena')).toHaveLength(1);
  });
});
