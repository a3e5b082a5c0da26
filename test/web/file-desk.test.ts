import { describe, expect, it } from 'vitest';
import type { Picked } from '../../src/client/browser/files/index.ts';
import { CodedError } from '../../src/protocol/index.ts';
import { createFakeClient, FAKE_ROOM } from '../../src/web/dev/fake-client.ts';
import { createFileDesk, type FileItem, type FileTools, type News } from '../../src/web/state/file-desk.ts';
import { createCollectingSink } from './support/collecting-sink.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const fileOf = (name: string): Picked => ({ kind: 'file', file: new File(['abc'], name) });

/** A desk at a room with one file in it. */
function open(tools: Partial<FileTools> = {}) {
  const client = createFakeClient({ inside: true, people: ['Ana'] });
  let now = 0;
  let businesses = 0;
  let later: Array<() => void> = [];
  const desk = createFileDesk({
    tools: async () => ({
      sourceOf: async (picked) => ({
        place: null,
        name: picked.kind === 'file' ? picked.file.name : picked.name,
        type: '',
        size: 3,
        folder: picked.kind === 'file' ? null : { files: 1, index: 1 },
        stamp: '',
        read: async () => new Uint8Array(),
        check: async () => {},
        close: async () => {},
      }),
      previewOf: async () => null,
      targetFor: async () => createCollectingSink(),
      ...tools,
    }),
    targets: async () => ({ storage: undefined, stream: async () => undefined }),
    business: {
      begin() {
        businesses += 1;
        return () => void (businesses -= 1);
      },
    },
    now: () => now,
    after: (_ms, act) => void later.push(act),
  });
  const news: string[] = [];
  desk.news.subscribe(() => {
    const heard: News | null = desk.news.get();
    if (heard) news.push(`${heard.what} ${heard.name}${heard.problem ? ` ${heard.problem.code}` : ''}`);
  });
  desk.follow(client);
  const id = client.share({ by: 'Ana', name: 'theirs.bin', size: 1000 });
  return {
    client,
    desk,
    news,
    busy: () => businesses,
    rows: () =>
      desk.transfers.get().map(({ name, state, done, problem }) => `${name} ${state} ${done}${problem ? ` ${problem.code}` : ''}`),
    item: () => client.files.find(FAKE_ROOM, id) as Promise<FileItem>,
    wait: (ms: number) => (now += ms),
    pass() {
      const due = later;
      later = [];
      due.forEach((act) => act());
    },
  };
}

describe('what is on its way', () => {
  it('is there at once, follows the engine, and goes when it is done', async () => {
    const { client, desk, rows, news, busy, pass } = open();
    const sending = desk.send(FAKE_ROOM, [fileOf('a.bin'), fileOf('b.bin')]);
    expect(rows()).toEqual(['a.bin preparing 0']);
    expect(busy()).toBe(1);
    expect(desk.isSending()).toBe(true);
    await sending;
    expect(rows()).toEqual(['a.bin running 0', 'b.bin running 0']);
    const [a, b] = client.files.transfers();
    client.files.move(a?.id ?? '', { done: 2 });
    client.files.move(b?.id ?? '', { state: 'done' });
    expect(rows()).toEqual(['a.bin running 2', 'b.bin done 3']);
    pass();
    expect(rows()).toEqual(['a.bin running 2']);
    client.files.move(a?.id ?? '', { state: 'done' });
    pass();
    expect([rows(), busy(), desk.isSending()]).toEqual([[], 0, false]);
    expect(news).toEqual(['sending a.bin', 'sending b.bin', 'sent b.bin', 'sent a.bin']);
  });

  it('is no business of a reload while it rests', async () => {
    const { client, desk, busy } = open();
    await desk.send(FAKE_ROOM, [fileOf('a.bin')]);
    const [transfer] = client.files.transfers();
    desk.pause(transfer?.id ?? '');
    await turn();
    expect(busy()).toBe(0);
    desk.resume(transfer?.id ?? '');
    await turn();
    expect(busy()).toBe(1);
  });

  it('says why it did not work, and can be begun anew', async () => {
    const { client, desk, rows, news } = open();
    client.failNext('files.upload', 'device_storage_full');
    await desk.send(FAKE_ROOM, [fileOf('a.bin')]);
    expect(rows()).toEqual(['a.bin failed 0 device_storage_full']);
    expect(news.at(-1)).toBe('failed a.bin device_storage_full');
    desk.retry(desk.transfers.get()[0]?.id ?? '');
    await turn();
    expect(rows()).toEqual(['a.bin running 0']);
    const [transfer] = client.files.transfers();
    client.files.move(transfer?.id ?? '', { state: 'failed', error: new CodedError('source_changed') });
    desk.dismiss(transfer?.id ?? '');
    expect(rows()).toEqual([]);
  });

  it('is said at the next start where its end could not be said before, and not where nobody wants to see it any more', async () => {
    const { client, desk, rows, news, pass } = open();
    const error = new CodedError('source_changed');
    client.files.addEnded({ room: FAKE_ROOM, name: 'a.bin', state: 'failed', error });
    client.files.addEnded({ room: FAKE_ROOM, name: 'b.bin', state: 'done', done: 3, total: 3 });
    expect(rows()).toEqual(['a.bin failed 0 source_changed', 'b.bin done 3']);
    expect(news).toEqual(['failed a.bin source_changed', 'sent b.bin']);
    pass();
    desk.dismiss(desk.transfers.get()[0]?.id ?? '');
    expect(rows()).toEqual([]);
    await desk.send(FAKE_ROOM, [fileOf('c.bin')]);
    const [transfer] = client.files.transfers();
    desk.dismiss(transfer?.id ?? '');
    client.files.move(transfer?.id ?? '', { state: 'failed', error });
    expect(rows()).toEqual([]);
  });

  it('is not sent any more when it was cancelled while it was prepared', async () => {
    let ready = (_preview: null) => {};
    const { client, desk, rows } = open({ previewOf: () => new Promise((resolve) => (ready = resolve)) });
    const sending = desk.send(FAKE_ROOM, [fileOf('a.bin')]);
    await turn();
    desk.cancel(desk.transfers.get()[0]?.id ?? '');
    ready(null);
    await sending;
    expect(rows()).toEqual([]);
    expect(client.asked.filter((call) => call.startsWith('files.upload'))).toEqual([]);
  });

  it('is asked for again after a reload, as a file or as a folder', async () => {
    const { client, desk, rows } = open();
    await desk.send(FAKE_ROOM, [fileOf('a.bin'), { kind: 'folder', name: 'b', files: [], empty: [] }]);
    for (const { id } of client.files.transfers()) client.files.move(id, { state: 'absent' });
    desk.unfollow();
    expect(rows()).toEqual([]);
    desk.follow(client);
    expect(desk.transfers.get().map(({ name, folder }) => [name, folder])).toEqual([
      ['a.bin', false],
      ['b', true],
    ]);
    const [transfer] = desk.transfers.get();
    client.failNext('files.reopen', 'source_changed');
    await desk.reopenSource(transfer?.id ?? '', fileOf('other.bin'));
    expect(rows()[0]).toBe('a.bin absent 0 source_changed');
    await desk.reopenSource(transfer?.id ?? '', fileOf('a.bin'));
    expect(rows()[0]).toBe('a.bin running 0');
  });
});

describe('what is saved', () => {
  it('is known as such, or as gone', async () => {
    const { client, desk, item, news } = open();
    const theirs = await item();
    await desk.save(FAKE_ROOM, theirs);
    const [first] = client.files.transfers();
    client.files.move(first?.id ?? '', { state: 'done' });
    expect(desk.fates.get().get(theirs.file.id)).toBe('saved');
    await desk.save(FAKE_ROOM, theirs);
    const [second] = client.files.transfers();
    client.files.move(second?.id ?? '', { state: 'failed', error: new CodedError('file_gone') });
    expect(desk.fates.get().get(theirs.file.id)).toBe('gone');
    expect(news).toEqual(['saving theirs.bin', 'saved theirs.bin', 'saving theirs.bin', 'failed theirs.bin file_gone']);
  });

  it('is nothing where the person chose no place', async () => {
    const { client, desk, item, rows } = open({ targetFor: async () => null });
    await desk.save(FAKE_ROOM, await item());
    expect([rows(), client.files.transfers()]).toEqual([[], []]);
  });

  it('says why there was no place for it', async () => {
    const { desk, item, rows } = open({ targetFor: () => Promise.reject(new CodedError('target_missing')) });
    await desk.save(FAKE_ROOM, await item());
    expect(rows()).toEqual(['theirs.bin failed 0 target_missing']);
  });
});

describe('how fast it goes', () => {
  it('counts from where this run of it began, and is said when enough was seen', async () => {
    const { client, desk, wait } = open();
    const id = client.files.add({ room: FAKE_ROOM, name: 'a.bin', total: 10_000_000, done: 4_000_000, began: 4_000_000 });
    const pace = () => desk.transfers.get().map(({ rate, left }) => [rate, left])[0];
    expect(pace()).toEqual([null, null]);
    wait(2000);
    client.files.move(id, { done: 6_000_000 });
    expect(pace()).toEqual([1_000_000, 4]);
    client.files.move(id, { state: 'paused' });
    expect(pace()).toEqual([null, null]);
    wait(60_000);
    client.files.move(id, { state: 'running', began: 6_000_000 });
    wait(1000);
    client.files.move(id, { done: 8_000_000 });
    expect(pace()).toEqual([2_000_000, 1]);
  });
});
