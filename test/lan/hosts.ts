import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { desktop } from '../browser/support/chromium.ts';
import { newPage, openBrowser } from '../browser/support/visitor.ts';
import { isEvent, type Program, startProgram } from '../support/programs.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import type { Host } from './network.ts';

const node = (host: Host) => [...host.command, process.execPath];

export async function startRelay(host: Host, data: string, ports = { web: 0, chat: 0 }, more: readonly string[] = []) {
  const parameters = [
    'serve',
    '--json',
    '--no-open',
    '--port',
    `${ports.web}`,
    '--chat-port',
    `${ports.chat}`,
    '--files-port',
    '0',
    '--data',
    data,
    ...more,
  ];
  const relay = startProgram(parameters, {}, node(host));
  const listening = await relay.until(isEvent('listening'), 'listening');
  return { relay, listening, ports: listening.ports as { web: number; chat: number } };
}

export function startChat(host: Host, name: string, relay: string, data: string, invite?: string): Program {
  return startProgram(
    ['chat', '--json', '--name', name, '--host', relay, '--data', data],
    invite === undefined ? {} : { CORRILLO_INVITE: invite },
    node(host),
  );
}

/** A person's terminal on that host, who has nothing but a name. */
export function openChat(host: Host, name: string, home: string): Terminal {
  return openTerminal(['chat', '--name', name], { CORRILLO_HOME: home }, { on: host.command, columns: 110, rows: 30 });
}

export async function openPage(host: Host, home: string, size: typeof desktop): Promise<Page> {
  return newPage(await openBrowser(home, { executablePath: host.chromium }), size);
}

/** The same beside the test. */
export function runMeanwhile(host: Host, script: string): Promise<unknown> {
  const [command, ...parameters] = [...node(host), '--import', 'tsx', '--input-type=module', '--eval', script];
  return new Promise((resolve, reject) => {
    execFile(command, parameters, { cwd: join(import.meta.dirname, '..', '..'), timeout: 30_000 }, (error, stdout) => {
      if (error) reject(new Error(error.message));
      else resolve(JSON.parse(stdout));
    });
  });
}

/** Runs a few lines in Node on that host; what they print is the answer. */
export function runOn(host: Host, script: string): unknown {
  const [command, ...parameters] = [...node(host), '--input-type=module', '--eval', script];
  const { stdout, stderr } = spawnSync(command, parameters, {
    encoding: 'utf8',
    timeout: 20_000,
    cwd: join(import.meta.dirname, '..', '..'),
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

export interface Found {
  readonly key: string;
  readonly name: string;
  readonly addresses: readonly string[];
  readonly chatPort: number;
  readonly webPort: number;
}

/** What a terminal on that host finds. */
export function find(host: Host): Found[] {
  const script = `import { findRelays } from './dist/client-node.js';
    const found = await findRelays();
    console.log(JSON.stringify(found.map((relay) => ({ ...relay, key: Buffer.from(relay.key).toString('hex') }))));`;
  return runOn(host, script) as Found[];
}
