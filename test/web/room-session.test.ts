import { describe, expect, it } from 'vitest';
import { createFakeClient, FAKE_ROOM, type FakeOptions } from '../../src/web/dev/fake-client.ts';
import { followRoom, type RoomSession } from '../../src/web/state/room-session.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

async function follow(options: Partial<FakeOptions> = {}) {
  const client = createFakeClient({ inside: true, people: ['Ana', 'Kofi'], ...options });
  const session = followRoom(client, FAKE_ROOM);
  await turn();
  return { client, session, texts: () => session.get().items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])) };
}

const endOf = (session: RoomSession) =>
  session
    .get()
    .items.slice(-4)
    .map(({ kind }) => kind);

describe('the room as the page knows it', () => {
  it('begins with the newest history and fetches older pages without a gap or a double', async () => {
    const { session } = await follow({ lines: 300 });
    expect(session.get().older).toBe('some');
    while (session.get().older === 'some') {
      await session.loadOlder();
    }
    const numbers = session.get().items.map((item) => item.seq);
    expect(numbers).toEqual(Array.from({ length: 303 }, (_, i) => i + 1));
  });

  it('shows what arrives, once, even while the history is being read', async () => {
    const client = createFakeClient({ inside: true, people: ['Ana'], lines: 3 });
    const session = followRoom(client, FAKE_ROOM);
    client.hear('Ana', 'in the middle of it');
    await turn();
    client.hear('Ana', 'after it');
    await turn();
    const numbers = session.get().items.map((item) => item.seq);
    expect(numbers).toEqual([...new Set(numbers)]);
    expect(numbers).toHaveLength(7);
  });

  it('shows that there was a call, once, behind a line that was there before', async () => {
    const { client, session } = await follow({ lines: 3 });
    const { seq } = session.get().view;
    client.show({ kind: 'call-begun', seq, from: 'Ana', at: 1_000 });
    client.show({ kind: 'call-ended', seq, from: 'Ana', at: 61_000, lasted: 60_000 });
    await turn();
    expect(endOf(session)).toEqual(['text', 'text', 'call-begun', 'call-ended']);
    expect(session.get()).toMatchObject({ mark: null, heard: [] });
    const again = followRoom(client, FAKE_ROOM);
    client.show({ kind: 'call-begun', seq, from: 'Ana', at: 99_000 });
    await turn();
    expect(endOf(again)).toEqual(['text', 'call-begun', 'call-ended', 'call-begun']);
  });

  it('takes back the file that stands before a call, and not the call', async () => {
    const { client, session } = await follow();
    const seq = session.get().view.seq + 1;
    client.show({ kind: 'file', seq, id: 'ff', from: 'Ana', file: { id: 'aa', name: 'a.bin', size: 1, files: null, preview: null } });
    client.show({ kind: 'call-begun', seq, from: 'Ana', at: 1_000 });
    await turn();
    await client.files.delete(FAKE_ROOM, 'aa');
    await turn();
    expect(endOf(session).slice(-2)).toEqual(['deleted', 'call-begun']);
  });

  it('makes one change of a whole page of catch-up', async () => {
    const { client, session } = await follow();
    let changes = 0;
    session.subscribe(() => void changes++);
    for (let i = 0; i < 200; i++) client.hear('Ana', `line ${i}`);
    await turn();
    expect(changes).toBe(1);
  });

  it('marks what came while nobody looked, and where the reader stopped', async () => {
    const { client, session } = await follow({ lines: 4 });
    session.setWatching(true);
    client.hear('Ana', 'seen');
    await turn();
    expect(session.get().mark).toBeNull();
    expect(session.get().view.readUpTo).toBe(8);
    session.setWatching(false);
    client.hear('Ana', 'new');
    client.hear('Kofi', 'newer');
    await turn();
    expect(session.get().mark).toBe(8);
    session.setWatching(true);
    await turn();
    expect(session.get()).toMatchObject({ mark: 8, view: { readUpTo: 10 } });
    session.setWatching(false);
    client.hear('Ana', 'again');
    await turn();
    expect(session.get().mark).toBe(10);
    session.clearMark();
    expect(session.get().mark).toBeNull();
  });

  it('opens with the mark where this device stopped reading, and without one on the first visit', async () => {
    expect((await follow({ lines: 10, readUpTo: 6 })).session.get().mark).toBe(6);
    expect((await follow({ lines: 10 })).session.get().mark).toBeNull();
    expect((await follow({ lines: 10, readUpTo: 0 })).session.get().mark).toBeNull();
  });

  it('reads aloud what others say from now on, and nothing else', async () => {
    const { client, session } = await follow({ lines: 6 });
    expect(session.get().heard).toEqual([]);
    await client.send(FAKE_ROOM, 'mine');
    client.show({ kind: 'left', from: 'Kofi' });
    for (let i = 0; i < 6; i++) client.hear('Ana', `said ${i}`);
    await turn();
    expect(session.get().heard.map((item) => (item.kind === 'text' ? item.text : item.kind))).toEqual([
      'said 2',
      'said 3',
      'said 4',
      'said 5',
    ]);
  });

  it('lets the oldest lines go when it has grown long, and can fetch them again', async () => {
    const { client, session } = await follow();
    session.setWatching(true);
    for (let i = 0; i < 1_600; i++) client.hear('Ana', `line ${i}`);
    await turn();
    const { items, older } = session.get();
    expect(items.length).toBeLessThan(1_000);
    expect(older).toBe('some');
    await session.loadOlder();
    const numbers = session.get().items.map((item) => item.seq);
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => (numbers[0] as number) + i));
  });

  it('keeps an error that nobody was waiting for, until it is dismissed', async () => {
    const { client, session } = await follow();
    client.failNext('markRead', 'storage_failed');
    session.setWatching(true);
    client.hear('Ana', 'hello');
    await turn();
    expect(session.get().trouble?.code).toBe('storage_failed');
    session.dismissTrouble();
    expect(session.get().trouble).toBeNull();
  });
});
