import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { isEvent, type JsonEvent, type Program, startChat, startRelay, temporaryFolder } from '../support/programs.ts';
import { partProcess } from '../support/part-process.ts';

const MIB = 1024 * 1024;
const SIZE = Number(process.env.CRASH_FILE_MIB ?? lengthOf('killedFile')) * MIB;
/** One part: what a cut may cost at most (LIMITS.filePart). */
const PART = 16 * MIB;
const MEMORY = 150 * MIB;

test(
  `${SIZE / MIB} MiB up and down while terminals, file process and relay are killed: identical, and nobody grows`,
  async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'video.bin');
    await writeRandomFile(source);
    const relayFolder = join(folder, 'relay');
    let { relay, listening, ports } = await startRelay(relayFolder);
    const host = `127.0.0.1:${ports.chat}`;
    let ana = startChat('Ana', host, join(folder, 'ana'), listening.founder);
    await ana.until(isEvent('ready'), 'ready');
    ana.write('/invite');
    const { link } = await ana.until(isEvent('invite'), 'invite');
    let eva = startChat('Eva', host, join(folder, 'eva'), link);
    await eva.until(isEvent('ready'), 'ready');
    const memory = { relay: idle(relay.child.pid), files: idle(filesOf(relay)), ana: idle(ana.child.pid), eva: idle(eva.child.pid) };

    const restartRelay = async () => {
      memory.relay.look(relay.child.pid);
      relay.kill('SIGKILL');
      await relay.exit;
      ({ relay } = await startRelay(relayFolder, ports));
    };
    const killFiles = () => {
      memory.files.look(filesOf(relay));
      process.kill(filesOf(relay), 'SIGKILL');
    };
    const restart = async (person: Program, name: string, about: { look(pid: number | undefined): void }) => {
      about.look(person.child.pid);
      const before = progressOf(person).at(-1) as JsonEvent;
      person.kill('SIGKILL');
      await person.exit;
      const again = startChat(name, host, join(folder, name.toLowerCase()));
      const first = await again.until(isEvent('progress'), 'progress after the restart');
      // It goes on where it was: neither from the start nor from further back than a part and what was told since.
      expect(first.done).toBeGreaterThanOrEqual(before.done - PART);
      return again;
    };

    ana.write(`/upload ${source}`);
    await reach(ana, 0.1);
    ana = await restart(ana, 'Ana', memory.ana);
    await reach(ana, 0.4);
    killFiles();
    await reach(ana, 0.6);
    await restartRelay();
    const { id, size, name } = await eva.until(isEvent('file'), 'file', LONG);
    expect({ size, name }).toEqual({ size: SIZE, name: 'video.bin' });

    const target = join(folder, 'downloads');
    eva.write(`/download ${id} ${target}`);
    await reach(eva, 0.1);
    expect(readdirSync(target)).not.toContain('video.bin');
    eva = await restart(eva, 'Eva', memory.eva);
    await reach(eva, 0.4);
    killFiles();
    await reach(eva, 0.6);
    await restartRelay();
    const { path } = await eva.until(isEvent('downloaded'), 'downloaded', LONG);
    expect(path).toBe(join(target, 'video.bin'));
    expect(readdirSync(target)).toEqual(['video.bin']);
    expect(statSync(path).size).toBe(SIZE);
    expect(await hashOf(path)).toBe(await hashOf(source));

    memory.relay.look(relay.child.pid);
    memory.files.look(filesOf(relay));
    memory.ana.look(ana.child.pid);
    memory.eva.look(eva.child.pid);
    const grown = Object.fromEntries(Object.entries(memory).map(([who, { grown }]) => [who, Math.round(grown() / MIB)]));
    process.stdout.write(`MiB above idle at most: ${JSON.stringify(grown)}\n`);
    for (const [who, mib] of Object.entries(grown)) expect(mib, who).toBeLessThanOrEqual(MEMORY / MIB);
    rmSync(source);
  },
  60 * 60_000,
);

const LONG = 20 * 60_000;

const progressOf = (person: Program) => person.events.filter(isEvent('progress'));

/** Waits until `share` of the file is over. */
async function reach(person: Program, share: number): Promise<void> {
  await person.until(({ event, done }) => event === 'progress' && done >= share * SIZE, `progress of ${share}`, LONG);
}

/** The relay's file process. */
function filesOf({ child: { pid } }: Program): number {
  const files = partProcess(pid as number, 'file');
  expect(files).toBeDefined();
  return files as number;
}

/** What a process, or the ones after it, take at most beside what the first one took before there was anything to do. */
function idle(pid: number | undefined) {
  const before = statusOf(pid, 'VmRSS');
  let most = before;
  return { look: (now: number | undefined) => void (most = Math.max(most, statusOf(now, 'VmHWM'))), grown: () => most - before };
}

/** Bytes, of Linux's own account. */
function statusOf(pid: number | undefined, field: 'VmRSS' | 'VmHWM'): number {
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

async function writeRandomFile(path: string): Promise<void> {
  await pipeline(function* () {
    for (let written = 0; written < SIZE; written += MIB) yield randomFillSync(Buffer.allocUnsafe(MIB));
  }, createWriteStream(path));
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: MIB }), hash);
  return hash.digest('hex');
}
