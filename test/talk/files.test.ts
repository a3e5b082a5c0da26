import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { encodeFolderIndex } from '../../src/client/files/folder-index.ts';
import type { FileSource } from '../../src/client/files/ports.ts';
import { parseInvite } from '../../src/client/index.ts';
import { openNodeClient } from '../../src/client/node/index.ts';
import { openRoom } from '../support/open-room.ts';
import { partProcess } from '../support/part-process.ts';
import { isEvent, type Program, startChat } from '../support/programs.ts';

const MIB = 1024 * 1024;
const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'corrillo.js');
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** A command of its own, with its standard streams as pipes. */
function run(parameters: readonly string[], { cwd, invite, input }: { cwd?: string; invite?: string; input?: Uint8Array } = {}) {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, ...parameters], {
    cwd,
    env: { ...process.env, NO_COLOR: '1', LANG: 'C.UTF-8', LC_ALL: '', CORRILLO_INVITE: invite },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const out: Buffer[] = [];
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    for (const look of watchers) look();
  });
  child.stdin?.on('error', () => {});
  if (input) child.stdin?.end(input);
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr })));
  return {
    child,
    ended,
    /** As soon as it said so on standard error. */
    said: (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (pattern.test(stderr)) resolve();
        };
        watchers.add(look);
        void ended.then(() => reject(new Error(`ended before it said ${pattern}:\n${stderr}`)));
        look();
      }),
  };
}

/** Every file below a folder. */
function treeOf(root: string, below = ''): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below + entry.name;
    if (entry.isDirectory()) Object.assign(tree, { [`${path}/`]: '' }, treeOf(root, `${path}/`));
    else tree[path] = hash(readFileSync(join(root, path)));
  }
  return tree;
}

describe('in a chat', () => {
  test('a file goes from one to another, and a name that is taken is left alone', async () => {
    const { folder, ana, come } = await openRoom();
    const bea = await come('Bea');
    const content = randomBytes(3 * MIB + 17);
    writeFileSync(join(folder, 'my report.pdf'), content);
    ana.write(`/upload ${join(folder, 'my report.pdf')}`);
    const file = await bea.until(isEvent('file'), 'file');
    expect(file).toMatchObject({
      name: 'my report.pdf',
      size: content.length,
      type: 'application/pdf',
      files: null,
      from: 'Ana',
      own: false,
    });
    expect(file.id).toMatch(/^[0-9a-f]{32}$/);
    await ana.until(isEvent('uploaded', { file: file.id }), 'uploaded');
    expect(ana.events.find(isEvent('progress'))).toMatchObject({ done: 0, total: content.length });
    const target = join(folder, 'down loads');
    mkdirSync(target);
    writeFileSync(join(target, 'my report.pdf'), 'mine');
    bea.write(`/download ${(file.id as string).slice(0, 4)} ${target}`);
    const { path } = await bea.until(isEvent('downloaded', { file: file.id }), 'downloaded');
    expect(path).toBe(join(target, 'my report (2).pdf'));
    expect(hash(readFileSync(path))).toBe(hash(content));
    expect(readFileSync(join(target, 'my report.pdf'), 'utf8')).toBe('mine');
    bea.write('/files');
    expect((await bea.until(isEvent('files'), 'files')).files).toMatchObject([{ id: file.id, name: 'my report.pdf' }]);
    ana.write(`/delete ${file.id as string}`);
    await bea.until(isEvent('file-deleted', { message: undefined, own: false }), 'deleted');
    bea.write(`/download ${file.id as string}`);
    await bea.until(isEvent('error', { code: 'no_such_file' }), 'no such file');
  });

  test('a folder keeps its structure; links are left out, and that is said', async () => {
    const { folder, ana, come } = await openRoom();
    const bea = await come('Bea');
    const source = join(folder, 'pictures');
    for (const path of ['a/b/one.bin', 'a/two.txt', 'ñ 日/three', 'zero']) {
      mkdirSync(join(source, path, '..'), { recursive: true });
      writeFileSync(join(source, path), path === 'zero' ? '' : randomBytes(1000));
    }
    mkdirSync(join(source, 'empty'));
    utimesSync(join(source, 'a', 'two.txt'), 1e9, 1e9);
    ana.write(`/upload ${source}`);
    const { id, files } = await bea.until(isEvent('file'), 'file');
    expect(files).toBe(4);
    bea.write(`/download ${id as string} ${folder}/got`);
    const { path } = await bea.until(isEvent('downloaded'), 'downloaded');
    expect(path).toBe(join(folder, 'got', 'pictures'));
    expect(treeOf(path)).toEqual(treeOf(source));
    expect(statSync(join(path, 'a', 'two.txt')).mtimeMs).toBe(1e12);
    expect(readdirSync(join(folder, 'got'))).toEqual(['pictures']);
    for (const { events } of [ana, bea]) expect(events.find(isEvent('transfer'))).toMatchObject({ name: 'pictures', folder: true });
  });

  test('several paths go each by itself, and nothing goes where one of them is not there', async () => {
    const { folder, ana } = await openRoom();
    for (const name of ['one', 'two words', 'three']) writeFileSync(join(folder, name), name);
    ana.write(`/upload ${folder}/one "${folder}/two words" ${folder}/thr\\ee`);
    await ana.untilAll((events) => events.filter(isEvent('uploaded')).length === 3, 'three');
    ana.write(`/upload ${folder}/one ${folder}/four`);
    await ana.until(isEvent('error', { code: 'no_such_path' }), 'no such path');
    ana.write('/upload');
    await ana.until(isEvent('error', { code: 'argument_missing' }), 'argument missing');
    expect(
      ana.events
        .filter(isEvent('uploaded'))
        .map(({ name }) => name as string)
        .toSorted(),
    ).toEqual(['one', 'three', 'two words']);
  });

  test('whatever others call their files, they come down where they should', async () => {
    const { folder, host, link, ana } = await openRoom();
    const invite = parseInvite(link);
    if (invite.kind !== 'room') throw new Error('no room link');
    const eva = await openNodeClient({ host: '127.0.0.1', chatPort: Number(host.split(':')[1]), folder: join(folder, 'eva') });
    onTestFinished(() => eva.close());
    const room = await eva.join({ room: invite.room, secret: invite.secret }, { name: 'Eva' });
    const names = [
      '../../up',
      '/etc/cron.d/x',
      'a/b',
      'C:\\x',
      '..',
      'nul.txt',
      'e\u202Efdp.exe',
      'x'.repeat(250),
      'line\nbreak',
      '\u001b[2J',
    ];
    for (const name of names) await eva.files.upload(room, sourceOf(name, Buffer.from(name)));
    const bad = ['../../evil', '/evil', 'a/../../evil', 'ok/fine', 'CON', 'b\\..\\evil'];
    await eva.files.upload(room, folderOf('../hostile', bad));
    await ana.untilAll((events) => events.filter(isEvent('file')).length === names.length + 1, 'files');
    const target = join(folder, 'deep', 'target');
    for (const { id } of ana.events.filter(isEvent('file'))) ana.write(`/download ${id as string} ${target}`);
    await ana.untilAll((events) => events.filter(isEvent('downloaded')).length === names.length + 1, 'downloads');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['target']);
    const files = Object.entries(treeOf(target)).filter(([path]) => !path.endsWith('/'));
    expect(files.map(([, what]) => what).toSorted()).toEqual([...names, ...bad].map((name) => hash(Buffer.from(name))).toSorted());
    // eslint-disable-next-line no-control-regex
    for (const [path] of files) expect(path).not.toMatch(/[\u0000-\u001f\u202e\\]|(^|\/)\.\.(\/|$)/);
  });

  test('the end of a pipe waits for what is on its way', async () => {
    const { folder, host, ana, link } = await openRoom();
    const content = randomBytes(20 * MIB);
    writeFileSync(join(folder, 'big'), content);
    const bea = startChat('Bea', host, join(folder, 'bea'), link);
    bea.write(`/upload ${folder}/big`);
    bea.end();
    expect(await bea.exit).toBe(0);
    const { id } = await ana.until(isEvent('file'), 'file');
    const again = startChat('Bea', host, join(folder, 'bea'));
    again.write(`/download ${id as string} ${folder}/got`);
    again.end();
    expect(await again.exit).toBe(0);
    expect(hash(readFileSync(join(folder, 'got', 'big')))).toBe(hash(content));
    expect([bea, again].flatMap(({ events }) => events.filter(isEvent('transfers-go-on')))).toEqual([]);
  });

  test('what is on its way at the end goes on at the next start', async () => {
    const { folder, host, ana, relay } = await openRoom();
    const content = randomBytes(48 * MIB);
    writeFileSync(join(folder, 'big'), content);
    // The file process stands still, so that the end comes in the middle.
    const files = filesOf(relay.relay);
    process.kill(files, 'SIGSTOP');
    ana.write(`/upload ${join(folder, 'big')}`);
    await ana.until(isEvent('progress'), 'progress');
    ana.write('/quit');
    await ana.until(isEvent('transfers-go-on', { count: 1 }), 'what goes on');
    expect(await ana.exit).toBe(0);
    process.kill(files, 'SIGCONT');
    const again = startChat('Ana', host, join(folder, 'ana'));
    const { file } = await again.until(isEvent('uploaded', { name: 'big' }), 'uploaded');
    again.write(`/download ${file as string} ${folder}/got`);
    const { path } = await again.until(isEvent('downloaded'), 'downloaded');
    expect(hash(readFileSync(path))).toBe(hash(content));
  });
});

describe('without a chat', () => {
  test('files go up and come down, also through pipes, and bytes are all that standard output gets', async () => {
    const { folder, host, link, ana } = await openRoom();
    const data = ['--data', join(folder, 'bea')];
    const tar = randomBytes(5 * MIB + 1);
    const up = await run(['upload', '-', '--name', 'dir.tar', '--host', host, ...data], { invite: link, input: tar }).ended;
    expect(up).toMatchObject({ code: 0, stdout: expect.anything() });
    const id = up.stdout.toString().trim();
    expect(await ana.until(isEvent('file', { id }), 'file')).toMatchObject({
      name: 'dir.tar',
      size: tar.length,
      type: 'application/x-tar',
    });
    // The host is remembered from here on.
    const down = await run(['download', id.slice(0, 6), '-o', '-', ...data]).ended;
    expect([down.code, hash(down.stdout)]).toEqual([0, hash(tar)]);
    const cwd = join(folder, 'work');
    mkdirSync(join(cwd, 'here'), { recursive: true });
    const places = [[], ['-o', 'here'], ['-o', 'here/other name'], ['-o', 'here/']];
    const printed = [];
    for (const more of places) printed.push((await run(['download', id, ...more, ...data], { cwd }).ended).stdout.toString().trim());
    expect(printed).toEqual(['downloads/dir.tar', 'here/dir.tar', 'here/other name', 'here/dir (2).tar']);
    for (const path of printed) expect(hash(readFileSync(join(cwd, path)))).toBe(hash(tar));
    writeFileSync(join(cwd, 'a'), 'a');
    mkdirSync(join(cwd, 'f'));
    const two = await run(['upload', 'a', 'f', ...data], { cwd }).ended;
    expect([two.code, two.stdout.toString().trim().split('\n').length]).toEqual([0, 2]);
    const { id: empty } = await ana.until(isEvent('file', { name: 'f', files: 0 }), 'folder');
    expect(await run(['download', empty as string, '-o', 'here', ...data], { cwd }).ended).toMatchObject({
      code: 0,
      stdout: Buffer.from('here/f\n'),
    });
    expect(readdirSync(join(cwd, 'here', 'f'))).toEqual([]);
  });

  test('who reads the other end of a pipe may go', async () => {
    const { folder, host, link, ana } = await openRoom();
    const data = ['--host', host, '--data', join(folder, 'bea')];
    const up = await run(['upload', '-', '--name', 'x', ...data], { invite: link, input: randomBytes(20 * MIB) }).ended;
    const id = up.stdout.toString().trim();
    const down = run(['download', id, '-o', '-', ...data]);
    down.child.stdout?.once('data', () => down.child.stdout?.destroy());
    const { code, stderr } = await down.ended;
    expect(code).toBe(1);
    expect(stderr).not.toContain('    at ');
    // Nothing of it is left to go on with.
    ana.write('/files');
    await ana.until(isEvent('files', {}), 'files');
    expect((await run(['download', id, '-o', join(folder, 'x'), ...data]).ended).code).toBe(0);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)('the same command goes on after %s', async (signal) => {
    const { folder, host, link, ana, relay } = await openRoom();
    const data = ['--host', host, '--data', join(folder, 'bea')];
    // So large that it is not over between two lines about it, however fast the machine.
    const content = randomBytes(384 * MIB);
    writeFileSync(join(folder, 'big'), content);
    const files = filesOf(relay.relay);
    const first = run(['upload', join(folder, 'big'), ...data], { invite: link });
    // Two parts and more: of the last one nobody may have heard here that it is there.
    await first.said(/big {2}[1-8]\d %/);
    process.kill(files, 'SIGSTOP');
    first.child.kill(signal);
    const { code, stderr } = await first.ended;
    expect(code).toBe(signal === 'SIGINT' ? 5 : null);
    if (signal === 'SIGINT') expect(stderr).toMatch(/The same command again goes on/);
    process.kill(files, 'SIGCONT');
    const again = run(['upload', join(folder, 'big'), ...data]);
    const up = await again.ended;
    expect(up.code).toBe(0);
    // Not from the beginning: the first that is said of it is where it was.
    expect(Number(/big {2}(\d+) %/.exec(up.stderr)?.[1])).toBeGreaterThan(0);
    const { id } = await ana.until(isEvent('file', { name: 'big' }), 'file');
    expect(ana.events.filter(isEvent('file'))).toHaveLength(1);
    expect(up.stdout.toString().trim()).toBe(id);
    const down = await run(['download', id as string, '-o', '-', ...data]).ended;
    expect(hash(down.stdout)).toBe(hash(content));
  });

  test('a file that changed between two runs is sent anew, and nothing is mixed', async () => {
    const { folder, host, link, ana, relay } = await openRoom();
    const data = ['--host', host, '--data', join(folder, 'bea')];
    writeFileSync(join(folder, 'big'), randomBytes(384 * MIB));
    const first = run(['upload', join(folder, 'big'), ...data], { invite: link });
    await first.said(/big {2}[1-8]\d %/);
    const files = filesOf(relay.relay);
    process.kill(files, 'SIGSTOP');
    first.child.kill('SIGKILL');
    await first.ended;
    process.kill(files, 'SIGCONT');
    const content = randomBytes(64 * MIB);
    writeFileSync(join(folder, 'big'), content);
    const up = await run(['upload', join(folder, 'big'), ...data]).ended;
    expect(up).toMatchObject({ code: 0 });
    await ana.until(isEvent('file', { name: 'big' }), 'file');
    const down = await run(['download', up.stdout.toString().trim(), '-o', '-', ...data]).ended;
    expect(hash(down.stdout)).toBe(hash(content));
  });

  test('the same name elsewhere is another file, and another target another download', async () => {
    const { folder, host, link, relay } = await openRoom();
    const data = ['--host', host, '--data', join(folder, 'bea')];
    const files = filesOf(relay.relay);
    const [one, other] = [randomBytes(MIB), randomBytes(MIB)];
    for (const [name, bytes] of [
      ['one', one],
      ['other', other],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'big'), bytes);
    }
    async function killBeforeItMoves(parameters: readonly string[]): Promise<void> {
      process.kill(files, 'SIGSTOP');
      const first = run([...parameters, ...data], { invite: link, cwd: folder });
      await first.said(/big/);
      first.child.kill('SIGKILL');
      await first.ended;
      process.kill(files, 'SIGCONT');
    }
    await killBeforeItMoves(['upload', 'one/big']);
    const up = await run(['upload', 'other/big', ...data], { cwd: folder }).ended;
    const id = up.stdout.toString().trim();
    await killBeforeItMoves(['download', id, '-o', 'here/']);
    const there = await run(['download', id, '-o', 'there/', ...data], { cwd: folder }).ended;
    expect([there.code, there.stdout.toString()]).toEqual([0, 'there/big\n']);
    expect(hash(readFileSync(join(folder, 'there', 'big')))).toBe(hash(other));
  });

  test('what another run left and cannot be sent any more is said, though this one is about something else', async () => {
    const { folder, host, link, relay } = await openRoom();
    const data = ['--host', host, '--data', join(folder, 'bea')];
    writeFileSync(join(folder, 'big'), randomBytes(MIB));
    writeFileSync(join(folder, 'other'), 'other');
    const files = filesOf(relay.relay);
    process.kill(files, 'SIGSTOP');
    const first = run(['upload', join(folder, 'big'), ...data], { invite: link });
    await first.said(/big/);
    first.child.kill('SIGKILL');
    await first.ended;
    process.kill(files, 'SIGCONT');
    writeFileSync(join(folder, 'big'), randomBytes(MIB + 1));
    const { code, stderr } = await run(['upload', join(folder, 'other'), ...data]).ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/big: .*changed/);
  });

  test('says why it cannot, by its exit code too', async () => {
    const { folder, host, link } = await openRoom();
    const at = (name: string) => ['--host', host, '--data', join(folder, name)];
    const inUse = await run(['upload', '/etc/hostname', ...at('ana')]).ended;
    expect(inUse).toMatchObject({ code: 4, stderr: expect.stringMatching(/type \/upload there/) });
    const stranger = await run(['upload', '/etc/hostname', ...at('eva')]).ended;
    expect(stranger).toMatchObject({ code: 3, stderr: expect.stringMatching(/You need an invitation/) });
    const refused = await run(['upload', '/etc/hostname', ...at('eva')], { invite: link.replace(/#v1\.[^.]+/, `#v1.${'A'.repeat(43)}`) })
      .ended;
    expect(refused).toMatchObject({ code: 3 });
    const nothing = await run(['upload', join(folder, 'nothing'), ...at('bea')], { invite: link }).ended;
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringMatching(/There is nothing called .*nothing/) });
    const unknown = await run(['download', 'abcd', ...at('bea')]).ended;
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/No file here goes by that number/) });
    const room = await run(['upload', '/etc/hostname', '--room', 'nowhere', ...at('bea')]).ended;
    expect(room).toMatchObject({ code: 1, stdout: Buffer.alloc(0) });
    const usage = await run(['upload', ...at('bea')]).ended;
    expect(usage).toMatchObject({ code: 2 });
    mkdirSync(join(folder, 'f'));
    const up = await run(['upload', join(folder, 'f'), ...at('bea')]).ended;
    const piped = await run(['download', up.stdout.toString().trim(), '-o', '-', ...at('bea')]).ended;
    expect(piped).toMatchObject({ code: 1, stdout: Buffer.alloc(0), stderr: expect.stringMatching(/cannot go through a pipe/) });
  });
});

const filesOf = ({ child: { pid } }: Program) => partProcess(pid as number, 'file') as number;

function sourceOf(name: string, bytes: Uint8Array, folder: FileSource['folder'] = null): FileSource {
  return {
    place: null,
    name,
    type: '',
    size: bytes.length,
    folder,
    stamp: name,
    read: async (offset, length) => bytes.slice(offset, offset + length),
    check: async () => {},
    close: async () => {},
  };
}

/** A folder as nobody's program here would make it. */
function folderOf(name: string, paths: readonly string[]): FileSource {
  const { bytes, files } = encodeFolderIndex(paths.map((path) => ({ path, size: Buffer.byteLength(path), modified: 0 })));
  const whole = Buffer.concat([bytes, ...files.map(({ path }) => Buffer.from(path))]);
  return sourceOf(name, whole, { files: files.length, index: bytes.length });
}
