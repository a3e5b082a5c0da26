import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const repository = join(import.meta.dirname, '..', '..');

/** npm as a stranger has it: a cache of its own, and nothing that this machine has already. */
export function npm(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_|package_|lifecycle_)/.test(name)));
  return execFileSync('npm', [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...clean, ...env } });
}

/** A copy of the sources as they stand, so that packing rebuilds nothing under the feet of those who use this checkout. */
export function copySources(): string {
  const copy = mkdtempSync(join(tmpdir(), 'corrillo-copy-'));
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: repository, encoding: 'utf8' }).split('\0');
  for (const file of files.filter((name) => name !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    try {
      cpSync(join(repository, file), join(copy, file));
    } catch (error) {
      // In the index, and deleted since.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

/** Builds and packs a copy of the sources; returns the tarball's path. */
export function pack(copy: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'corrillo-pack-'));
  npm(['pack', '--pack-destination', folder], copy);
  const { version } = JSON.parse(
    execFileSync('node', ['-p', 'JSON.stringify(require("./package.json"))'], { cwd: copy, encoding: 'utf8' }),
  ) as {
    version: string;
  };
  return join(folder, `corrillo-${version}.tgz`);
}

/** The folder of a Node of this major version: the one that runs this, or npm's package of the binary. */
export function nodeFolder(major: number, at: string): string {
  if (Number(process.versions.node.split('.')[0]) === major) return dirname(process.execPath);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(at, `node${major}`);
  makeEmptyProject(folder);
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${major}`], folder);
  return join(folder, 'node_modules', name, 'bin');
}

export function makeEmptyProject(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
}

export interface Started {
  readonly ports: { readonly web: number; readonly chat: number };
  readonly version: string;
  /** Milliseconds from starting the command until it told its ports. */
  readonly after: number;
  stop(): Promise<void>;
}

/** Starts a command that is to print `listening`, and everything it starts in turn can be stopped with it. */
export function startRelay(
  command: readonly [string, ...string[]],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
  limit = 60_000,
): Promise<Started> {
  const began = performance.now();
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: undefined, ...env },
  });
  const closed = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
  });
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      killGroup(child, 'SIGKILL');
      reject(new Error(`${command.join(' ')}: ${why}\n${stdout}\n${stderr}`));
    };
    const timer = setTimeout(() => fail(`said nothing for ${limit / 1000} s`), limit);
    child.on('error', (error) => fail(error.message));
    child.on('close', (code) => fail(`ended with ${code}`));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      for (const line of stdout.split('\n').slice(0, -1)) {
        let event: { event?: string; ports: Started['ports']; version: string };
        try {
          event = JSON.parse(line) as typeof event;
        } catch {
          return fail(`not JSON on standard output: ${line}`);
        }
        if (event.event !== 'listening') continue;
        clearTimeout(timer);
        const { ports, version } = event;
        resolve({
          ports,
          version,
          after: performance.now() - began,
          async stop() {
            killGroup(child, 'SIGTERM');
            const late = setTimeout(() => killGroup(child, 'SIGKILL'), 10_000);
            await closed;
            clearTimeout(late);
          },
        });
        return undefined;
      }
      return undefined;
    });
  });
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It is gone.
  }
}

export const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
