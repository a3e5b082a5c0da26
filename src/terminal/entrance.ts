import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { type Invite, parseInvite } from '../client/index.ts';
import { defaultDataFolder } from '../client/node/index.ts';
import { CodedError, PORTS } from '../protocol/index.ts';
import type { ChatArguments } from './arguments.ts';
import type { HostPlace } from './last-host.ts';

/** Where to connect, and what opens the door there. */
export interface Entrance extends HostPlace {
  readonly invite: Invite | undefined;
}

export interface EntrancePorts {
  readonly readStdin: () => Promise<string>;
  /** Where this device was last. */
  readonly readLastHost: () => Promise<HostPlace | undefined>;
  /** Asks a person for the invitation; undefined where nobody can be asked. */
  readonly askInvite: (() => Promise<Invite | undefined>) | undefined;
}

/**
 * The invitation comes by environment, file, or standard input, never by argv, where every user of the machine can read
 * it. On the relay's own machine the founder link waits in the relay's data folder. A person who is new here and named no
 * host is asked for the link, which does.
 * @throws CodedError `bad_invite`, `invite_unreadable`
 */
export async function findEntrance(args: ChatArguments, env: NodeJS.ProcessEnv, ports: EntrancePorts): Promise<Entrance> {
  const text = env.CORRILLO_INVITE ?? (args.inviteFile === undefined ? undefined : await readInvite(args.inviteFile, ports.readStdin));
  const given = text === undefined || text.trim() === '' ? await founderHere(args) : parseInvite(text);
  const last = given || args.host !== undefined ? undefined : await ports.readLastHost();
  const invite = given ?? (last || args.host !== undefined ? undefined : await ports.askInvite?.());
  const host = args.host ?? invite?.host ?? last?.host ?? '127.0.0.1';
  return { host, chatPort: args.chatPort ?? invite?.chatPort ?? last?.chatPort ?? PORTS.chat, invite };
}

async function readInvite(file: string, readStdin: () => Promise<string>): Promise<string> {
  try {
    return file === '-' ? await readStdin() : await readFile(file, 'utf8');
  } catch (error) {
    throw new CodedError('invite_unreadable', { path: file, because: (error as NodeJS.ErrnoException).code ?? '' });
  }
}

async function founderHere(args: ChatArguments): Promise<Invite | undefined> {
  if (args.host !== undefined && !isLoopback(args.host)) return undefined;
  try {
    const invite = parseInvite(await readFile(join(defaultDataFolder('relay'), 'founder'), 'utf8'));
    // The link names the address for others; from here the relay is on this machine.
    return { ...invite, host: args.host ?? '127.0.0.1' };
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
