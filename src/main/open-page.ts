import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writePrivately } from '../files/index.ts';

/** Is there a desktop that could show a page? */
export function hasDesktop(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  if (env.SSH_CONNECTION || env.CI) return false;
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/** A page that was opened; `close` takes its file away, after which it cannot be opened again. */
export interface OpenedPage {
  close(): Promise<void>;
}

/**
 * Opens a page through a file that only this user can read: the address may hold the founder token, and what stands in
 * argv can be read by everybody on the machine.
 */
export async function openPage(url: string, folder: string, platform: NodeJS.Platform): Promise<OpenedPage> {
  const file = join(folder, 'open.html');
  const safe = url.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  await writePrivately(
    file,
    `<!doctype html><meta charset="utf-8"><title>Corrillo</title><meta http-equiv="refresh" content="0;url=${safe}">\n`,
  );
  const address = pathToFileURL(file).href;
  const [command, parameters] = OPENERS[platform] ?? (['xdg-open', []] as const);
  const child = spawn(command, [...parameters, address], { stdio: 'ignore', detached: true });
  // No opener is no fault: the address stands in the terminal.
  child.on('error', () => {});
  child.unref();
  return { close: () => rm(file, { force: true }) };
}

const OPENERS: Partial<Record<NodeJS.Platform, readonly [string, readonly string[]]>> = {
  win32: ['rundll32', ['url.dll,FileProtocolHandler']],
  darwin: ['open', []],
};
