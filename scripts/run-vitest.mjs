import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { tally } from './tally.mjs';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/**
 * Runs Vitest once, in a process (and process group) of its own, and counts what came of it. Output is shown as it comes.
 *
 * @param {{ cwd: string, name: string, results: string, args?: string[], limit: number, output?: 'inherit' | 'ignore' }} options
 *   `results`: folder for the JSON report; `limit`: milliseconds after which it counts as hung
 */
export async function runVitest({ cwd, name, results, args = [], limit, output = 'inherit' }) {
  const file = join(results, `${name}.json`);
  mkdirSync(results, { recursive: true });
  rmSync(file, { force: true });
  const { exit, late } = await runBounded(
    process.execPath,
    [vitest, 'run', '--allowOnly=false', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...args],
    { cwd, limit, stdio: ['ignore', output, output] },
  );
  const note = late ? `hung: ended after ${Math.round(limit / 1000)} s` : undefined;
  return tally({ report: readReport(file), exit, note });
}

/** Runs a command until it ends or is ended, with everything it started. `exit` is null after a signal. */
export async function runBounded(command, args, { limit, ...options }) {
  const child = spawn(command, args, { ...options, detached: process.platform !== 'win32' });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, limit);
  const stop = () => {
    end();
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, stop);
  const text = [];
  child.stdout?.on('data', (chunk) => text.push(chunk));
  child.stderr?.on('data', (chunk) => text.push(chunk));
  const exit = await new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code));
  });
  clearTimeout(timer);
  for (const signal of signals) process.off(signal, stop);
  // Whatever a crashed runner left behind in its group.
  end();
  return { exit, late, text: Buffer.concat(text).toString() };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
