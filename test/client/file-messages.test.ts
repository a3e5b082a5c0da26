import { describe, expect, test } from 'vitest';
import { runLine } from '../../src/client/index.ts';
import { fromHex } from '../../src/protocol/index.ts';
import { bytesOf } from '../support/bytes.ts';
import { codeOf, eventsOf, joined, settle, storedHistory, until } from './settling.ts';
import { fileIn, outcome, remains, share, transferOf, upload, withTwo } from './sharing.ts';
import { sayAs } from './saying.ts';

const preview = {
  width: 320,
  height: 200,
  duration: 5_000,
  picture: { type: 'image/webp' as const, data: new Uint8Array(300).fill(5) },
};

describe('a file in the room', () => {
  test('carries what its author said of it, and counts as unread', async () => {
    const { world, room, ana, juan } = await withTwo(1);
    ana.places.files.set('clip.webm', bytesOf(1000));
    await settle(world, ana.client?.files.upload(room, ana.places.source('clip.webm'), { preview }));
    const item = await fileIn(world, juan, room, 'clip.webm');
    expect(item.file.preview).toEqual(preview);
    expect(item.file.key).toMatch(/^[0-9a-f]{64}$/);
    expect(juan.client?.view(room).unread).toBe(1);
    expect(ana.client?.view(room).unread).toBe(0);
    await settle(world, juan.client?.send(room, 'seen'));
    // Counted anew from the store, it is the same.
    await until(world, () => juan.client?.view(room).pending.length === 0);
    await settle(world, juan.client?.markRead(room, item.seq - 1));
    expect(juan.client?.view(room).unread).toBe(1);
    await settle(world, juan.client?.markRead(room, item.seq));
    expect(juan.client?.view(room).unread).toBe(0);
  });

  test('with a preview that is too large goes without it', async () => {
    const { world, room, ana, juan } = await withTwo(2);
    ana.places.files.set('clip.webm', bytesOf(10));
    const huge = { ...preview, picture: { ...preview.picture, data: new Uint8Array(24 * 1024 + 1) } };
    await settle(world, ana.client?.files.upload(room, ana.places.source('clip.webm'), { preview: huge }));
    expect((await fileIn(world, juan, room, 'clip.webm')).file.preview).toBeNull();
  });

  test('is found by the beginning of its id, and listed with the newest first', async () => {
    const { world, room, ana, juan } = await withTwo(3);
    const one = await share(world, ana, juan, room, 'one', 10);
    const two = await share(world, juan, ana, room, 'two', 20);
    expect((await juan.client?.files.list(room))?.map(({ file }) => file.name)).toEqual(['two', 'one']);
    const id = one.file.id;
    for (const typed of [id, id.slice(0, 4), ` ${id.slice(0, 8).toUpperCase()} `])
      expect((await settle(world, juan.client?.files.find(room, typed)))?.file.name).toBe('one');
    for (const typed of ['', id.slice(0, 3), `${id}0`, 'zzzz', two.file.id.replace(/./g, '0')])
      expect(await codeOf(world, juan.client?.files.find(room, typed))).toBe('no_such_file');
    expect(await codeOf(world, juan.client?.files.download(room, 'ffff0000', juan.places.sink('x')))).toBe('no_such_file');
  });

  test('whose beginning others share is nobody’s', async () => {
    const { world, room, ana, juan } = await withTwo(4);
    const body = {
      kind: 'file',
      key: new Uint8Array(32),
      hash: new Uint8Array(32),
      type: '',
      size: 1,
      folder: null,
      preview: null,
    } as const;
    for (const last of ['00', '01'])
      await sayAs(world, ana, room, { ...body, blob: fromHex(`abcd${'0'.repeat(26)}${last}`) as Uint8Array, name: last });
    await fileIn(world, juan, room, '01');
    expect(await codeOf(world, juan.client?.files.find(room, 'abcd'))).toBe('file_ambiguous');
    expect((await settle(world, juan.client?.files.find(room, `abcd${'0'.repeat(27)}1`)))?.file.name).toBe('01');
  });

  test('named by a second message stays what the first one said', async () => {
    const { world, room, ana, juan } = await withTwo(5);
    const item = await share(world, ana, juan, room, 'mine', 10);
    const body = { kind: 'file', hash: new Uint8Array(32), type: '', size: 1, folder: null, preview: null } as const;
    await sayAs(world, juan, room, { ...body, blob: fromHex(item.file.id) as Uint8Array, key: new Uint8Array(32), name: 'yours' });
    await fileIn(world, ana, room, 'yours');
    expect((await settle(world, ana.client?.files.find(room, item.file.id)))?.file).toEqual(item.file);
    // Who takes the second one back takes nothing of the first.
    const { id: second } = await fileIn(world, juan, room, 'yours');
    await sayAs(world, juan, room, { kind: 'delete', id: fromHex(second) as Uint8Array });
    await until(world, () => eventsOf(ana, 'deleted').length === 1 && remains(juan).length === 0);
    expect((await settle(world, ana.client?.files.find(room, item.file.id)))?.file).toEqual(item.file);
    expect(world.blobs.blobs.has(item.file.id)).toBe(true);
  });
});

describe('taking a file back', () => {
  test('leaves a mark on every screen, nothing of its key, and no blob', async () => {
    const { world, room, ana, juan } = await withTwo(6);
    const item = await share(world, ana, juan, room, 'oops', 1000);
    expect(await codeOf(world, juan.client?.files.delete(room, item.file.id))).toBe('not_yours');
    await settle(world, ana.client?.files.delete(room, item.file.id));
    await until(world, () => eventsOf(juan, 'deleted').length > 0 && world.blobs.blobs.size === 0 && remains(ana).length === 0);
    for (const person of [ana, juan]) {
      expect(eventsOf(person, 'deleted')).toEqual([{ event: 'deleted', room, seq: item.seq, id: item.id }]);
      const marks = (await storedHistory(world, person, room)).filter(({ seq }) => seq === item.seq);
      expect(marks).toMatchObject([{ kind: 'deleted', id: item.id, from: 'Ana' }]);
      expect(await person.client?.files.list(room)).toEqual([]);
      expect(await codeOf(world, person.client?.files.find(room, item.file.id))).toBe('no_such_file');
      expect([...person.values.keys()].filter((key) => key.startsWith('file'))).toEqual([]);
    }
    expect(juan.client?.view(room).unread).toBe(0);
  });

  test('waits for the relay, over restarts', async () => {
    const { world, room, ana, juan } = await withTwo(7);
    const item = await share(world, ana, juan, room, 'oops', 1000);
    world.traffic.up = false;
    await settle(world, ana.client?.files.delete(room, item.file.id));
    await until(world, () => eventsOf(ana, 'deleted').length > 0);
    expect(remains(ana)).toEqual([`owed/${item.file.id}`]);
    await ana.kill();
    await world.restart(ana);
    await world.runUntil(() => false, 200);
    expect(world.blobs.blobs.size).toBe(1);
    world.traffic.up = true;
    await until(world, () => world.blobs.blobs.size === 0 && remains(ana).length === 0);
  });

  test('twice, or of what was never here, is no harm', async () => {
    const { world, room, ana, juan } = await withTwo(8);
    const item = await share(world, ana, juan, room, 'oops', 10);
    // Somebody who came later has no such file.
    const eva = await joined(world, room, ana, 'Eva');
    void ana.client?.files.delete(room, item.file.id);
    void ana.client?.files.delete(room, item.file.id);
    for (const id of [item.id, 'ee'.repeat(16)]) await sayAs(world, ana, room, { kind: 'delete', id: fromHex(id) as Uint8Array });
    await settle(world, ana.client?.send(room, 'after'));
    const heard = () => eventsOf(eva, 'item').some(({ item: one }) => one.kind === 'text' && one.text === 'after');
    await until(world, () => heard() && juan.client?.view(room).seq === ana.client?.view(room).seq);
    for (const person of [ana, juan, eva]) {
      expect((await storedHistory(world, person, room)).filter(({ kind }) => kind === 'unreadable')).toEqual([]);
      expect(eventsOf(person, 'deleted')).toHaveLength(person === eva ? 0 : 1);
      expect(eventsOf(person, 'error')).toEqual([]);
    }
  });

  test('by another member is refused on every screen, and the file stays', async () => {
    const { world, room, ana, juan } = await withTwo(9);
    const item = await share(world, ana, juan, room, 'mine', 10);
    await sayAs(world, juan, room, { kind: 'delete', id: fromHex(item.id) as Uint8Array });
    await until(world, () => eventsOf(ana, 'error').length > 0 && eventsOf(juan, 'error').length > 0);
    for (const person of [ana, juan]) {
      const history = await storedHistory(world, person, room);
      expect(history.filter(({ kind }) => kind === 'unreadable')).toMatchObject([{ code: 'forbidden', from: 'Juan' }]);
      expect(await person.client?.files.list(room)).toHaveLength(1);
    }
    expect(world.blobs.blobs.has(item.file.id)).toBe(true);
  });
});

test('giving up when the message is on its way takes that back, too', async () => {
  const { world, room, ana, juan } = await withTwo(10);
  const id = await upload(world, ana, room, 'oops', 10);
  await until(world, () => transferOf(ana, id)?.state === 'finishing');
  world.killRelay();
  await until(world, () => ana.client?.connection().state === 'offline');
  if (transferOf(ana, id)) await settle(world, ana.client?.files.cancel(id));
  await world.startRelay();
  expect((await outcome(world, ana, id)).state).toBe('cancelled');
  await until(world, () => eventsOf(juan, 'deleted').length === 1 && world.blobs.blobs.size === 0 && remains(ana).length === 0);
  expect(await juan.client?.files.list(room)).toEqual([]);
});

test('slash commands find files and transfers by what people type', async () => {
  const { world, room, ana, juan } = await withTwo(11);
  const item = await share(world, ana, juan, room, 'notes.txt', 10);
  const run = (line: string) => {
    const { client } = juan;
    if (!client) throw new Error('not here');
    return runLine({ client, room, view: client.view(room), formatLink: () => '' }, line);
  };
  expect(await run('/subir ~/a folder/x.txt')).toEqual({ kind: 'upload', path: '~/a folder/x.txt' });
  expect(await settle(world, run(`/bajar ${item.file.id.slice(0, 6)} my downloads`))).toMatchObject({
    kind: 'download',
    item,
    directory: 'my downloads',
  });
  expect(await settle(world, run('/archivos'))).toMatchObject({ kind: 'files', items: [item], transfers: [] });
  expect(await codeOf(world, run('/pausa'))).toBe('no_such_transfer');
  expect(await codeOf(world, run(`/borrar ${item.file.id}`))).toBe('not_yours');

  const ids: string[] = [];
  for (const name of ['a', 'b']) ids.push(await upload(world, juan, room, name, 2_000_000));
  expect(await codeOf(world, run('/pause'))).toBe('transfer_ambiguous');
  await settle(world, run(`/pause ${ids[0]?.slice(0, 4)}`));
  expect(transferOf(juan, ids[0] as string)?.state).toBe('paused');
  await settle(world, run('/seguir a'));
  expect(transferOf(juan, ids[0] as string)?.state).not.toBe('paused');
  await settle(world, run('/cancelar b'));
  await fileIn(world, ana, room, 'a');
  await until(world, () => juan.client?.files.transfers().length === 0);
  await settle(world, run(`/borrar ${(await fileIn(world, juan, room, 'a')).file.id.slice(0, 8)}`));
  await until(world, () => eventsOf(ana, 'deleted').length === 1);
});
