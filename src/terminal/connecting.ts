import { readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import type { Invite } from '../client/index.ts';
import {
  type CallChoice,
  defaultDataFolder,
  findRelays,
  type NodeClient,
  type NodeClientOptions,
  openNodeClient,
} from '../client/node/index.ts';
import { CodedError } from '../protocol/index.ts';
import { type EntranceArguments, findEntrance, type NearRelay } from './entrance.ts';
import { readLastHost } from './last-host.ts';
import type { Questions } from './questions.ts';

/** Where one came to, and how. */
export interface Way {
  readonly host: string;
  readonly chatPort: number;
  readonly folder: string;
  readonly invite: Invite | undefined;
}

/** What has to be known to come to the host. */
export interface ComingArguments extends EntranceArguments {
  readonly data: string | undefined;
  readonly takeOver?: boolean;
  /** What calls capture. */
  readonly calls?: CallChoice;
}

/** @param questions what a person can be asked; undefined where nobody is there */
export async function connect(args: ComingArguments, questions: Questions | undefined): Promise<Way & { client: NodeClient }> {
  const folder = args.data ?? defaultDataFolder('client');
  const entrance = await findEntrance(args, process.env, {
    readStdin: readAllOfStdin,
    readLastHost: () => readLastHost(folder),
    findRelays: findNear,
    askWhere: questions?.askWhere,
  });
  const { host, chatPort, invite, relayKey: announcedRelay } = entrance;
  const client = await open(
    {
      host,
      chatPort,
      folder,
      expectRelay: invite?.relayKey,
      announcedRelay,
      takeOver: args.takeOver ?? false,
      terminal: terminalName(),
      calls: args.calls,
    },
    questions,
  );
  return { host, chatPort, folder, invite, client };
}

async function findNear(): Promise<NearRelay[]> {
  const found = await findRelays();
  return found.flatMap(({ name, addresses: [host], chatPort, key }) =>
    host === undefined ? [] : [{ name, host, chatPort, relayKey: key }],
  );
}

/** Where the device is held, a person may go on here. */
async function open(options: NodeClientOptions, questions: Questions | undefined): Promise<NodeClient> {
  try {
    return await openNodeClient(options);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'data_in_use' || options.takeOver || !questions) throw error;
    if (!(await questions.askTakeOver(error))) throw error;
    return openNodeClient({ ...options, takeOver: true });
  }
}

async function readAllOfStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

/** The terminal as its person can find it among others; empty where the system does not say. */
function terminalName(): string {
  if (!process.stdin.isTTY) return '';
  try {
    return readlinkSync('/proc/self/fd/0');
  } catch {
    return process.env.TERM_PROGRAM ?? '';
  }
}

/** Who one is where nobody said it. */
export function defaultName(): string {
  try {
    return userInfo().username;
  } catch {
    return hostname();
  }
}
