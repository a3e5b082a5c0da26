import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeFolderIndex } from '../../src/client/files/folder-index.ts';
import { loadVaultKey } from '../../src/client/node/folder.ts';
import { openLmdbStore } from '../../src/client/node/index.ts';
import { encodeRecord, keys } from '../../src/client/room/records.ts';
import { sealStore } from '../../src/client/vaulted-store.ts';
import { createVault } from '../../src/crypto/index.ts';
import type { SharedFile } from '../../src/client/index.ts';
import { openByTheBook, OURS, sealByTheBook } from '../crypto/floe-by-the-book.ts';
import { hashByTheBook } from '../client/files/chain-by-the-book.ts';
import { isEvent, type JsonEvent, startChat, startRelay, temporaryFolder } from '../support/programs.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'corrillo.js');

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

function run(parameters: readonly string[], { cwd, input }: { readonly cwd?: string; readonly input?: string } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [PROGRAM, ...parameters], {
      cwd,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, LANG: 'C.UTF-8', LC_ALL: '' },
    });
    const out: Buffer[] = [];
    let err = '';
    child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => (err += String(chunk)));
    child.stdin?.end(input);
    child.once('close', (code) => resolve({ code, out: Buffer.concat(out), err }));
  });
}

const linesOf = (bytes: Buffer) =>
  bytes
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonEvent);

/** A device that has talked, whose relay is gone, and which knows of `files` by messages. */
async function deviceWith(files: readonly SharedFile[]) {
  const folder = temporaryFolder();
  const data = join(folder, 'ana');
  const { listening, ports, relay } = await startRelay(join(folder, 'relay'));
  const chat = startChat('Ana', `127.0.0.1:${ports.chat}`, data, listening.founder as string);
  const { room } = await chat.until(isEvent('ready'), 'ready');
  for (const text of ['one', 'two']) chat.write(text);
  await chat.until(isEvent('message', { text: 'two' }), 'message');
  chat.end();
  await chat.exit;
  relay.kill();
  await relay.exit;
  const store = sealStore(openLmdbStore(join(data, 'device.mdb')), await createVault(await loadVaultKey(data)));
  const head = { at: 1, device: 'ab'.repeat(32), from: 'Bea', own: false };
  await store.write(
    new Map(
      files.map((file, i) => [
        keys.item(room as string, 1000 + i, 0),
        encodeRecord({ ...head, seq: 1000 + i, kind: 'file', id: '0'.repeat(32), file }),
      ]),
    ),
  );
  await store.close();
  return { folder, data, room: room as string, messages: chat.events.filter(isEvent('message')) };
}

function share(name: string, plain: Buffer, files: number | null) {
  const key = randomBytes(32);
  const blob = sealByTheBook(OURS, key, plain);
  const id = randomBytes(16).toString('hex');
  const file: SharedFile = {
    id,
    name,
    type: '',
    size: plain.length,
    files,
    preview: null,
    key: key.toString('hex'),
    hash: hashByTheBook(blob).toString('hex'),
  };
  return { blob, file };
}

test('what a device knows comes out without its relay, and opens what a relay has', async () => {
  const plain = randomBytes(1_000_000);
  const one = share('../notes.txt', plain, null);
  const contents = {
    'a/b.txt': Buffer.from('inner'),
    'c.bin': randomBytes(600_000),
    'empty.txt': Buffer.alloc(0),
    'nothing/': Buffer.alloc(0),
  };
  const index = encodeFolderIndex(
    Object.entries(contents).map(([path, { length }]) => ({ path, size: length, modified: 1_600_000_000_000 })),
  );
  const whole = Buffer.concat([index.bytes, ...index.files.map(({ path }) => contents[path as keyof typeof contents])]);
  const folder = share('photos', whole, 3);
  const device = await deviceWith([one.file, folder.file]);

  const exported = await run(['export', '--data', device.data]);
  expect(exported.code).toBe(0);
  expect(exported.err).toContain('keys of its files');
  const lines = linesOf(exported.out);
  expect(lines.filter(isEvent('message'))).toEqual(device.messages);
  const { id, key, hash, size } = one.file;
  expect(lines.filter(isEvent('file'))).toMatchObject([
    { room: device.room, id, name: '../notes.txt', size, from: 'Bea', own: false, key, hash, files: null },
    { id: folder.file.id, files: 3 },
  ]);
  expect((await run(['export', '--data', device.data, '--room', '1'])).out.equals(exported.out)).toBe(true);
  expect((await run(['export', '--data', device.data, '--room', device.room.slice(0, 8)])).out.equals(exported.out)).toBe(true);
  expect(await run(['export', '--data', device.data, '--room', '2'])).toMatchObject({ code: 1, out: Buffer.alloc(0) });
  expect(await run(['export', '--data', device.data, '--host', '10.9.8.7'])).toMatchObject({ code: 1, out: Buffer.alloc(0) });

  // In a file it is for this person alone.
  const file = join(device.folder, 'room.jsonl');
  expect((await run(['export', '--data', device.data, '-o', file])).code).toBe(0);
  expect(readFileSync(file).equals(exported.out)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  // By the export: the blob's name says which file it is. Its author's name for it leads nowhere else.
  const blobs = join(device.folder, 'blobs');
  const here = join(device.folder, 'here');
  for (const path of [blobs, here]) mkdirSync(path);
  for (const { blob, file } of [one, folder]) writeFileSync(join(blobs, file.id), blob);
  const opened = await run(['decrypt', join(blobs, id), '--export', file], { cwd: here });
  expect(opened).toMatchObject({ code: 0 });
  expect(readFileSync(join(here, '.._notes.txt')).equals(plain)).toBe(true);
  // Nothing of what is there is written over.
  expect(
    (await run(['decrypt', join(blobs, id), '--export', '-', '--file', id.slice(0, 12)], { cwd: here, input: exported.out.toString() }))
      .code,
  ).toBe(0);
  expect(readdirSync(here).toSorted()).toEqual(['.._notes (2).txt', '.._notes.txt']);

  const unpacked = await run(['decrypt', join(blobs, folder.file.id), '--export', file, '-o', join(here, 'out')]);
  expect(unpacked.err).toContain(join(here, 'out'));
  expect(unpacked.code).toBe(0);
  expect(readdirSync(join(here, 'out'), { recursive: true }).map(String).toSorted()).toEqual([
    'a',
    'a/b.txt',
    'c.bin',
    'empty.txt',
    'nothing',
  ]);
  expect(readFileSync(join(here, 'out/c.bin')).equals(contents['c.bin'])).toBe(true);
  expect(readFileSync(join(here, 'out/a/b.txt'), 'utf8')).toBe('inner');
  expect(Math.round(statSync(join(here, 'out/c.bin')).mtimeMs)).toBe(1_600_000_000_000);
});

test('what was really sent lies sealed at the relay, and a third party opens it with what an export says', async () => {
  const here = temporaryFolder();
  const data = join(here, 'ana');
  const { listening, ports, relay } = await startRelay(join(here, 'relay'), undefined, ['--files-port', '0']);
  const chat = startChat('Ana', `127.0.0.1:${ports.chat}`, data, listening.founder as string);
  await chat.until(isEvent('ready'), 'ready');
  const plain = randomBytes(1_000_000);
  writeFileSync(join(here, 'notes.bin'), plain);
  mkdirSync(join(here, 'album/inner'), { recursive: true });
  writeFileSync(join(here, 'album/inner/x.txt'), 'hello');
  chat.write(`/upload ${join(here, 'notes.bin')}`);
  const { id } = await chat.until(isEvent('file', { name: 'notes.bin' }), 'file');
  chat.write(`/upload ${join(here, 'album')}`);
  const album = await chat.until(isEvent('file', { name: 'album' }), 'folder');
  chat.end();
  await chat.exit;
  relay.kill();
  await relay.exit;

  const exported = join(here, 'room.jsonl');
  expect((await run(['export', '--data', data, '-o', exported])).code).toBe(0);
  const blobs = join(here, 'relay/server_storage/blobs');
  expect(new Set(readdirSync(blobs))).toEqual(new Set([id, album.id]));
  const blob = readFileSync(join(blobs, id as string));
  const line = linesOf(readFileSync(exported)).find(isEvent('file', { id }));
  expect(openByTheBook(OURS, Buffer.from(line?.key as string, 'hex'), blob).equals(plain)).toBe(true);
  expect(hashByTheBook(blob).toString('hex')).toBe(line?.hash);

  for (const [file, to] of [
    [id, 'out.bin'],
    [album.id, 'out'],
  ]) {
    const { code } = await run(['decrypt', join(blobs, file as string), '--export', exported, '-o', join(here, to as string)]);
    expect(code).toBe(0);
  }
  expect(readFileSync(join(here, 'out.bin')).equals(plain)).toBe(true);
  expect(readFileSync(join(here, 'out/inner/x.txt'), 'utf8')).toBe('hello');
});

test('a blob opens by its key alone, and leaves nothing where it is wrong', async () => {
  const here = temporaryFolder();
  const plain = randomBytes(700_000);
  const { blob, file } = share('x', plain, null);
  const path = join(here, 'blob');
  writeFileSync(path, blob);
  const { key, hash } = file;

  const piped = await run(['decrypt', path, '--key', '-', '--hash', hash, '-o', '-'], { input: `${key}\n` });
  expect(piped.code).toBe(0);
  expect(piped.out.equals(plain)).toBe(true);
  const unpinned = await run(['decrypt', 'blob', '--key', key], { cwd: here });
  expect(unpinned.err).toContain('--hash');
  expect(readFileSync(join(here, 'blob.opened')).equals(plain)).toBe(true);

  const target = join(here, 'target');
  const damaged = Buffer.from(blob);
  damaged[500_000] = (damaged[500_000] as number) ^ 1;
  writeFileSync(join(here, 'damaged'), damaged);
  writeFileSync(join(here, 'cut'), blob.subarray(0, 74 + 262_144));
  const before = readdirSync(here).toSorted();
  const wrong: readonly [readonly string[], string][] = [
    [['damaged', '--key', key], 'damaged'],
    [['cut', '--key', key], 'damaged'],
    [['blob', '--key', key, '--hash', randomBytes(32).toString('hex')], 'damaged'],
    [['blob', '--key', randomBytes(32).toString('hex')], 'does not open'],
    [['blob', '--key', key, '--folder'], 'list of what is in this folder'],
  ];
  for (const [parameters, said] of wrong) {
    const { code, err } = await run(['decrypt', ...parameters, '-o', target], { cwd: here });
    expect([parameters, code, err]).toEqual([parameters, 1, expect.stringContaining(said)]);
    expect(existsSync(target)).toBe(false);
  }
  expect(readdirSync(here).toSorted()).toEqual(before);
  const usage = [
    ['blob'],
    [],
    ['blob', '--key', 'abc'],
    ['blob', '--key', key, '--export', 'x'],
    ['blob', '--key', key, '--file', 'x'],
    ['blob', '--folder', '--key', key, '-o', '-'],
  ];
  for (const parameters of usage) {
    const { code, err } = await run(['decrypt', ...parameters], { cwd: here });
    expect([parameters, code]).toEqual([parameters, 2]);
    expect(err).not.toContain(key);
  }
});

test('an export in a pipe that nobody reads to its end does no harm', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => share(`${'n'.repeat(100)}${String(i)}`, Buffer.alloc(0), null).file);
  const { data } = await deviceWith(many);
  const child = spawn(process.execPath, [PROGRAM, 'export', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += String(chunk)));
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(err).not.toContain('EPIPE');
  expect((await run(['export', '--data', data])).out.toString().trim().split('\n').length).toBeGreaterThan(3000);
});

test('where nothing is stored there is nothing to print, and nothing is made', async () => {
  const folder = temporaryFolder();
  const { code, err } = await run(['export', '--data', join(folder, 'nobody')]);
  expect([code, err]).toEqual([1, expect.stringContaining('holds nothing of a device')]);
  expect(readdirSync(folder)).toEqual([]);
});
