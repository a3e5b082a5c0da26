import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, onTestFinished } from 'vitest';
import { takeAnswer } from '../support/http-answer.ts';
import { type Machine, type MachineAddress, type RunningServer, type ServerConfig, startServer } from '../../src/server/index.ts';

/** Takes what has to be done in the end: `onTestFinished`, or a list of one's own. */
type AtEnd = (step: () => Promise<void> | void) => void;

/** A folder that goes with the test. */
export function temporaryFolder(atEnd: AtEnd = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'corrillo-server-'));
  atEnd(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const LOOPBACK: MachineAddress[] = [
  { name: 'lo', address: '127.0.0.1', family: 'IPv4', netmask: '255.0.0.0', cidr: '127.0.0.1/8', mac: '00:00:00:00:00:00', internal: true },
  {
    name: 'lo',
    address: '::1',
    family: 'IPv6',
    netmask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    cidr: '::1/128',
    mac: '00:00:00:00:00:00',
    internal: true,
  },
];

export const LAN_ADDRESS: MachineAddress = {
  name: 'eth0',
  address: '192.168.7.20',
  family: 'IPv4',
  netmask: '255.255.255.0',
  cidr: '192.168.7.20/24',
  mac: '02:00:00:00:00:07',
  internal: false,
};

/** A machine that is on one network and called `tree`. */
export function createMachine(...addresses: MachineAddress[]): Machine {
  const all = [...LOOPBACK, ...(addresses.length > 0 ? addresses : [LAN_ADDRESS])];
  return { addresses: () => all, hostname: () => 'tree', platform: 'linux' };
}

export const PAGE = '<!doctype html><title>Corrillo</title>';
export const SCRIPT = 'export const answer = 42;\n'.repeat(100);

/** A page as the build leaves it. */
export function createPage(atEnd: AtEnd = onTestFinished): string {
  const folder = join(temporaryFolder(atEnd), 'web');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'build.json'), '{"build":"b1d"}');
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), SCRIPT);
  writeFileSync(join(folder, 'icon.png'), Uint8Array.of(0x89, 0x50));
  writeFileSync(join(folder, '..', 'secret.txt'), 'secret');
  return folder;
}

export type Running = RunningServer & { readonly log: string[] };

/** The whole relay on free ports; stopped with the test. */
export async function runServer(config: Partial<ServerConfig> = {}, atEnd: AtEnd = onTestFinished): Promise<Running> {
  const log: string[] = [];
  const server = await startServer({
    data: join(temporaryFolder(atEnd), 'relay'),
    ports: { web: 0, chat: 0 },
    machine: createMachine(),
    webRoot: createPage(atEnd),
    files: null,
    media: null,
    log: (line) => log.push(line),
    ...config,
  });
  atEnd(server.stop);
  return Object.assign(server, { log });
}

/** One relay for all tests of a file. */
export function shareServer(config: Partial<ServerConfig> = {}): Running {
  const shared = {} as Running;
  beforeAll(async () => {
    const steps: Array<() => Promise<void> | void> = [];
    Object.assign(shared, await runServer(config, (step) => steps.push(step)));
    return async () => {
      for (const step of steps.toReversed()) await step();
    };
  });
  return shared;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  json(): Record<string, unknown>;
}

export interface Question {
  readonly tls?: boolean;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** One request, with a path that nothing has normalized. */
export async function ask(
  port: number,
  path: string,
  { tls = true, method = 'GET', headers = {}, body: asked }: Question = {},
): Promise<Answer> {
  const send = tls ? requestHttps : requestHttp;
  const request = send({ host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false, agent: false });
  const { response, body } = await takeAnswer(request, asked);
  const text = body.toString();
  const json = () => JSON.parse(text) as Record<string, unknown>;
  return { status: response.statusCode ?? 0, headers: response.headers, body, text, json };
}
