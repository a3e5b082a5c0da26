import { describe, expect, it } from 'vitest';
import { createFakeClient, deviceOf, directRoomOf, FAKE_ROOM } from '../../src/web/dev/fake-client.ts';
import { countWaiting, createRoomList } from '../../src/web/state/room-list.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

function follow() {
  const client = createFakeClient({
    inside: true,
    people: ['Ana', 'Kofi'],
    title: 'Familia',
    direct: [{ with: 'Ana', lines: 6, readUpTo: 4 }],
  });
  const list = createRoomList();
  list.follow(client);
  return { client, list, of: (room: string) => list.get().find((summary) => summary.room === room) };
}

describe('the list of conversations', () => {
  it('calls a conversation of two by the other one, and counts what is unread', () => {
    const { of } = follow();
    expect(of(FAKE_ROOM)).toMatchObject({ title: 'Familia', access: 'invited', unread: 0, knocks: 0 });
    expect(of(directRoomOf('Ana'))).toMatchObject({ title: 'Ana', peer: deviceOf('Ana'), here: true, gone: false, unread: 2 });
  });

  it('has what others begin, and keeps the name of who has left', async () => {
    const { client, list, of } = follow();
    const room = client.beginDirect('Kofi', 'are you there?');
    await turn();
    expect(of(room)).toMatchObject({ title: 'Kofi', unread: 1 });
    client.setView({ members: client.view(room).members.filter(({ own }) => own) }, room);
    client.setView({ members: client.view(FAKE_ROOM).members.filter(({ own }) => own) });
    await turn();
    expect(of(room)).toMatchObject({ title: 'Kofi', gone: true, here: false });
    expect(list.sharedWith(deviceOf('Kofi'))).toBeUndefined();
  });

  it('knows from where a conversation of two can be begun anew', () => {
    const { list } = follow();
    expect(list.sharedWith(deviceOf('Kofi'))).toBe(FAKE_ROOM);
    expect(list.sharedWith(deviceOf('nobody'))).toBeUndefined();
  });

  it('changes once for a whole page of events, and not for what does not stand in it', async () => {
    const { client, list } = follow();
    let changes = 0;
    list.subscribe(() => void changes++);
    for (let i = 0; i < 50; i++) client.hear('Ana', `line ${i}`);
    await turn();
    expect(changes).toBe(1);
    client.setView({ epoch: 9 });
    await turn();
    expect(changes).toBe(1);
  });

  it('counts what waits: texts in other rooms, and those at every door', async () => {
    const { client, list } = follow();
    client.hear('Kofi', 'here');
    client.knockAt('Lena');
    await turn();
    expect(countWaiting(list.get(), FAKE_ROOM)).toBe(3);
    expect(countWaiting(list.get())).toBe(4);
  });

  it('lets go of all of it', async () => {
    const { client, list } = follow();
    list.unfollow();
    client.hear('Kofi', 'here');
    await turn();
    expect(list.get()).toEqual([]);
  });
});
